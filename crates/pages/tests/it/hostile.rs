//! Values from outside stay values, wherever they land.

use crate::html::tags;
use crate::samples::{console_pages, consumer_pages, demo_pages};
use pages::Locale;

/// What has broken out of pages before.
const HOSTILE: &[&str] = &[
    "\"><script>alert(1)</script>",
    "' onmouseover='alert(1)' x='",
    "\" autofocus onfocus=\"alert(1)",
    "</title><img src=x onerror=alert(1)>",
    "</style><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 7 }} { $client } {\"<b>\"}",
    "&lt;script&gt; &#60;b&#62;",
    "\u{0}\u{2028}\u{2029}\r\n",
    "{\"a\": \"<b>\", \"c\": [1, true, null, -2.5e3]} \"unfinished \\",
];

/// The page's skeleton: its tags and attributes without their values. JSON colours follow the text they colour.
fn skeleton(html: &str) -> Vec<String> {
    tags(html)
        .iter()
        .map(crate::html::Tag::shape)
        .filter(|shape| shape != "span class")
        .collect()
}

fn compare(benign: &[(String, String)], hostile: &[(String, String)], value: &str) {
    for ((name, benign), (_, hostile)) in benign.iter().zip(hostile) {
        assert_eq!(
            skeleton(benign),
            skeleton(hostile),
            "{value:?} changes the page {name}"
        );
    }
}

#[test]
fn sec_080_no_value_changes_what_a_page_is_made_of() {
    for value in HOSTILE {
        for locale in [Locale::English, Locale::Japanese] {
            compare(
                &consumer_pages("Ana", locale),
                &consumer_pages(value, locale),
                value,
            );
        }
        compare(&demo_pages("Ana"), &demo_pages(value), value);
        compare(&console_pages("Ana"), &console_pages(value), value);
    }
}

#[test]
fn sec_080_a_value_comes_through_whole() {
    for value in HOSTILE.iter().filter(|value| !value.contains('&')) {
        let pages = consumer_pages(value, Locale::English);
        let html = &pages[0].1;
        let username = tags(html)
            .into_iter()
            .find(|tag| tag.get("id") == Some("username"))
            .expect("the field");
        assert_eq!(username.get("value"), Some(*value));
    }
}

#[test]
fn sec_076_nothing_on_a_page_needs_an_unsafe_policy() {
    for (name, html) in consumer_pages("Ana", Locale::English)
        .into_iter()
        .chain(demo_pages("Ana"))
        .chain(console_pages("Ana"))
    {
        for tag in tags(&html) {
            for (attribute, _) in &tag.attributes {
                assert!(!attribute.starts_with("on"), "{name}: {attribute}");
                assert_ne!(attribute, "style", "{name}");
            }
            let data = tag.get("type") == Some("application/json");
            if tag.name == "style" || (tag.name == "script" && !data) {
                assert_eq!(tag.get("nonce"), Some("n0nce"), "{name}: {tag:?}");
            }
            // What clients want loaded at a logout, by `frame-src` alone.
            if name == "logged out" && tag.name == "iframe" {
                assert!(tag.get("src").unwrap().starts_with("https://"), "{tag:?}");
                continue;
            }
            assert!(
                !["base", "object", "embed", "iframe"].contains(&tag.name.as_str()),
                "{name}: {tag:?}"
            );
        }
    }
}

#[test]
fn sec_081_pages_load_nothing_from_elsewhere() {
    for (name, html) in consumer_pages("Ana", Locale::English)
        .into_iter()
        .chain(demo_pages("Ana"))
        .chain(console_pages("Ana"))
    {
        for tag in tags(&html) {
            let loads = match tag.name.as_str() {
                "link" => tag.get("href"),
                "script" | "img" => tag.get("src"),
                _ => None,
            };
            if let Some(address) = loads {
                let ours = (address.starts_with('/') && !address.starts_with("//"))
                    || address.starts_with("data:image/");
                assert!(ours, "{name}: {address}");
            }
        }
    }
}

#[test]
fn templates_never_switch_escaping_off() {
    let mut folders = vec![std::path::PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/templates"
    ))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let template = std::fs::read_to_string(&path).unwrap();
                assert!(
                    !template.contains("|safe") && !template.contains("| safe"),
                    "{}",
                    path.display()
                );
            }
        }
    }
}
