//! What pages load.

use crate::html::tags;
use crate::samples::{console_pages, consumer_pages, demo_pages};
use pages::{Locale, assets};

#[test]
fn whatever_a_page_names_is_found_and_kept_for_ever() {
    for (name, html) in consumer_pages("Ana", Locale::English)
        .into_iter()
        .chain(demo_pages("Ana"))
        .chain(console_pages("Ana"))
    {
        for tag in tags(&html) {
            for address in [tag.get("href"), tag.get("src")].into_iter().flatten() {
                if address.starts_with("/assets/") {
                    let asset = assets::find(address).unwrap_or_else(|| panic!("{name}: {address}"));
                    assert!(asset.immutable, "{address}");
                }
            }
        }
    }
}

#[test]
fn the_plain_name_finds_it_too_but_is_asked_for_anew() {
    let plain = assets::find("/assets/pages.css").expect("the style sheet");
    assert!(!plain.immutable);
    let (_, hashed) = assets::all()
        .find(|(path, _)| path.starts_with("/assets/pages."))
        .expect("the style sheet");
    assert_eq!((plain.bytes, plain.etag), (hashed.bytes, hashed.etag));
}

#[test]
fn other_names_find_nothing() {
    for path in [
        "",
        "/assets/",
        "/assets/pages",
        "/assets/pages.",
        "/assets/pages.css.css",
        "/assets/pages.000000000000.css",
        "/assets/../pages.css",
        "assets/pages.css",
        "/pages.css",
    ] {
        assert!(assets::find(path).is_none(), "{path}");
    }
}

#[test]
fn types_and_tags_are_what_headers_need() {
    assert_eq!(assets::all().count(), 17);
    for (path, asset) in assets::all() {
        let expected = match path.rsplit('.').next() {
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("svg") => "image/svg+xml",
            other => panic!("{other:?}"),
        };
        assert_eq!(asset.content_type, expected);
        assert!(
            asset.etag.starts_with('"') && asset.etag.ends_with('"') && asset.etag.len() == 45,
            "{}",
            asset.etag
        );
        assert!(!asset.bytes.is_empty());
    }
}

#[test]
fn sec_081_style_sheets_load_nothing() {
    for (path, asset) in assets::all().filter(|(_, asset)| asset.content_type.starts_with("text/css")) {
        let text = std::str::from_utf8(asset.bytes).unwrap();
        assert!(!text.contains("url(") && !text.contains("@import"), "{path}");
        assert_eq!(text.matches('{').count(), text.matches('}').count(), "{path}");
    }
}

#[test]
fn scripts_never_make_markup_of_text() {
    for (path, asset) in assets::all().filter(|(_, asset)| asset.content_type.starts_with("text/javascript"))
    {
        let text = std::str::from_utf8(asset.bytes).unwrap();
        for sink in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
        ] {
            assert!(!text.contains(sink), "{path}: {sink}");
        }
    }
}

/// The demo's app opens the sign-in in a window, as apps do; consumers' pages open none.
#[test]
fn scripts_of_consumers_pages_open_no_window_and_no_dialog() {
    for name in ["login", "form_post", "logged_out", "check_session", "close"] {
        let asset = assets::find(&format!("/assets/{name}.js")).unwrap();
        let text = std::str::from_utf8(asset.bytes).unwrap();
        for call in ["open(", "alert(", "confirm(", "prompt(", "showModal("] {
            assert!(!text.contains(call), "{name}: {call}");
        }
    }
}
