//! Which language a browser gets.

use pages::Locale;

fn accepted(header: &str) -> Locale {
    Locale::negotiate::<&str>(&[], header, Locale::English)
}

#[test]
fn ui_locales_come_first_and_unknown_ones_are_passed_over() {
    assert_eq!(
        Locale::negotiate(&["tlh", "fr-CA", "de"], "ja", Locale::Spanish),
        Locale::French
    );
    assert_eq!(
        Locale::negotiate(&["tlh"], "ja", Locale::Spanish),
        Locale::Japanese
    );
    assert_eq!(
        Locale::negotiate(&["", "-", "x-private"], "", Locale::Spanish),
        Locale::Spanish
    );
}

#[test]
fn the_browser_comes_before_the_account() {
    assert_eq!(
        Locale::negotiate::<&str>(&[], "pt-BR, es;q=0.5", Locale::German),
        Locale::Spanish
    );
    assert_eq!(
        Locale::negotiate::<&str>(&[], "pt-BR", Locale::German),
        Locale::German
    );
    assert_eq!(Locale::negotiate::<&str>(&[], "", Locale::German), Locale::German);
}

#[test]
fn weights_decide_and_the_first_of_equals_wins() {
    assert_eq!(accepted("fr;q=0.2, de;q=0.9, ja;q=0.5"), Locale::German);
    assert_eq!(accepted("ja, de"), Locale::Japanese);
    assert_eq!(accepted("de;q=0.8,ja;q=0.81"), Locale::Japanese);
    assert_eq!(accepted("de ; q=0.001"), Locale::German);
}

#[test]
fn a_language_of_weight_zero_is_refused() {
    assert_eq!(accepted("de;q=0, ja;q=0.0"), Locale::English);
}

#[test]
fn a_star_stands_for_the_accounts_own_language() {
    assert_eq!(
        Locale::negotiate::<&str>(&[], "*", Locale::French),
        Locale::French
    );
    assert_eq!(
        Locale::negotiate::<&str>(&[], "ja;q=0.5, *;q=0.9", Locale::French),
        Locale::French
    );
}

#[test]
fn broken_weights_count_for_nothing() {
    for broken in [
        "q=", "q=2", "q=1.5", "q=0.1234", "q=-1", "q=NaN", "q=+0.5", "level=1", "q",
    ] {
        assert_eq!(accepted(&format!("de;{broken}")), Locale::English, "{broken}");
    }
}

#[test]
fn tags_match_in_any_case_and_with_either_separator() {
    for tag in ["de", "DE", "de-AT", "de_ch", "De-Latn-DE-1996"] {
        assert_eq!(Locale::from_tag(tag), Some(Locale::German), "{tag}");
    }
    assert_eq!(Locale::from_tag("den"), None);
}

#[test]
fn only_the_head_of_a_long_header_is_read() {
    let header = format!("{}ja", "pt-BR;q=0.9,".repeat(40));
    assert_eq!(accepted(&header), Locale::English);
    // The cut falls inside a language, or inside a letter: nothing is read that isn't there.
    assert_eq!(accepted(&format!("{}de-AT", ",".repeat(253))), Locale::English);
    assert_eq!(accepted(&"é".repeat(4000)), Locale::English);
    assert_eq!(accepted(&format!("fr,{}", "é".repeat(4000))), Locale::French);
}
