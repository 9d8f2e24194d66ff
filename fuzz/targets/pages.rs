//! What browsers and administrators send that pages are made of: languages, colours, logos, links.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pages::{Colour, Link, Locale, Logo};

fuzz_target!(|text: &str| {
    let _ = Locale::negotiate(&[text], text, Locale::ALL[0]);
    let _ = (Locale::from_tag(text), Logo::parse(text));
    if let Ok(colour) = text.parse::<Colour>() {
        let ground = colour.text_on();
        assert!(colour.contrast(ground) >= 4.5, "readable");
    }
    for link in [Link::web(text), Link::redirect(text), Link::local(text)]
        .into_iter()
        .flatten()
    {
        assert!(
            !link
                .as_str()
                .to_ascii_lowercase()
                .trim_start()
                .starts_with("javascript:")
        );
    }
});
