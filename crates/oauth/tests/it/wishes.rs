//! `display`, `ui_locales`, `claims_locales`: never an error.

use oauth::{Display, Locales};

#[test]
fn an_unknown_display_is_a_page() {
    for display in Display::ALL {
        assert_eq!(Display::read(display.as_str()), display);
    }
    for text in ["", "Popup", "hologram", "page popup"] {
        assert_eq!(Display::read(text), Display::Page, "{text:?}");
    }
}

#[test]
fn locales_keep_their_order() {
    let locales = Locales::read("fr-CA fr en");
    assert_eq!(locales.iter().collect::<Vec<_>>(), ["fr-CA", "fr", "en"]);
    assert!(!locales.is_empty());
}

#[test]
fn what_is_no_language_tag_is_passed_over() {
    let locales = Locales::read("  de-DE ../../etc/passwd toolongsubtag- x_y <b> é zh-Hant-TW ");
    assert_eq!(locales.iter().collect::<Vec<_>>(), ["de-DE", "zh-Hant-TW"]);
    assert!(Locales::read("").is_empty());
    assert_eq!(Locales::read(&"en ".repeat(1000)).iter().count(), Locales::MAX);
}
