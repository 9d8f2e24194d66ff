//! Whether a subject is one that a stranger guesses, or that is somebody else's one day (F-27).

use serde_json::Value;

/// What a subject is that it must not be; none where nothing is seen.
pub fn guessable(sub: &str) -> Option<&'static str> {
    let has_at = sub
        .split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    if has_at {
        return Some("an e-mail address");
    }
    // E.164, as people write it.
    let number = sub.strip_prefix('+').map(digits)?;
    (7..=15).contains(&number.len()).then_some("a phone number")
}

/// Which of what a token says of somebody their subject repeats; none where it says nothing that they are known by.
pub fn repeats(sub: &str, claims: &serde_json::Map<String, Value>) -> Option<&'static str> {
    let said = |name: &str| claims.get(name).and_then(Value::as_str);
    let is = |name: &str| said(name).is_some_and(|it| it.eq_ignore_ascii_case(sub));
    let number = said("phone_number").map(digits).filter(|it| it.len() >= 7);
    if is("email") {
        Some("their e-mail address")
    } else if number
        .is_some_and(|number| number == digits(sub) && sub.bytes().all(|it| !it.is_ascii_alphabetic()))
    {
        Some("their phone number")
    } else if is("preferred_username") {
        Some("the name that they sign in with")
    } else {
        None
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
