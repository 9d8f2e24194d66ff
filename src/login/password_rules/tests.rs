use super::{COMMON, PasswordRules, WeakPassword};
use crate::config;

fn check(password: &str) -> Result<(), WeakPassword> {
    let context = ["ana.lee", "ana.lee@example.test", "Acme Shop"];
    PasswordRules::new(&config::Login::default()).check(password, &context)
}

#[test]
fn sec_083_the_list_is_long_sorted_and_lower_case() {
    let lines: Vec<&str> = COMMON.lines().collect();
    assert!(lines.len() >= 3000 && lines.iter().filter(|line| line.len() >= 8).count() >= 3000);
    assert!(lines.is_sorted());
    assert!(
        lines
            .iter()
            .all(|line| !line.is_empty() && *line == line.to_lowercase())
    );
    assert!(lines.iter().all(|line| super::is_common(line)));
    assert!(!super::is_common("") && !super::is_common("\n") && !super::is_common("zzzzzzzzzzzzzzzzz"));
}

#[test]
fn sec_083_common_passwords_are_refused_in_disguise_too() {
    for password in [
        "password1",
        "PassWord1",
        "Password123!",
        "baseball",
        "qwertyuiop",
        "monkey2024!",
        "ｐassword1",
    ] {
        assert_eq!(check(password), Err(WeakPassword::Common), "{password}");
    }
}

#[test]
fn sec_083_words_of_the_context_are_refused() {
    for password in [
        "ana.lee2024!",
        "Acmeshop!9",
        "acme-shop",
        "AnaLee-11",
        "11ana.lee",
    ] {
        assert_eq!(check(password), Err(WeakPassword::Context), "{password}");
    }
}

#[test]
fn sec_083_both_sides_of_the_address_and_the_product_are_words_of_the_context() {
    for password in ["example-2024", "Signet-2026!", "signetsignet!"] {
        assert_eq!(check(password), Err(WeakPassword::Context), "{password}");
    }
}

#[test]
fn sec_083_breached_passwords_are_refused_and_a_list_that_is_gone_lets_none_pass() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("list");
    std::fs::write(&file, "a-quiet-river-7\nb-quiet-river-7\n").unwrap();
    let mut settings = config::Login::default();
    settings.passwords.breached = Some(file.clone());
    let rules = PasswordRules::new(&settings);
    assert_eq!(rules.check("b-quiet-river-7", &[]), Err(WeakPassword::Breached));
    assert_eq!(rules.check("b-quiet-river-8", &[]), Ok(()));
    std::fs::remove_file(&file).unwrap();
    assert_eq!(rules.check("b-quiet-river-8", &[]), Err(WeakPassword::Unchecked));
}

#[test]
fn sec_082_characters_are_counted_and_none_is_demanded() {
    assert_eq!(check("kürzer7"), Err(WeakPassword::TooShort(8)));
    for password in [
        "kürbis-8",
        "馬が走る夜の川辺",
        "correct horse battery staple",
        "tr0ub4dor&3",
        "xkcd ana.lee but long enough",
    ] {
        assert_eq!(check(password), Ok(()), "{password}");
    }
    assert_eq!(check(&"🐎x🐄y".repeat(60)), Err(WeakPassword::TooLong(512)));
    assert_eq!(check(&"abc".repeat(9)), Err(WeakPassword::Repeated));
    // 512 bytes of anything.
    let long: String = (0..512_u32)
        .map(|at| char::from(b'a' + u8::try_from(at * at % 26).unwrap()))
        .collect();
    assert_eq!(check(&long), Ok(()));
}
