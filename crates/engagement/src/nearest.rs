//! The key that was probably meant.

/// Words that people use for a key: those of the platform's history API, and of OpenID Connect.
const SYNONYMS: [(&str, &str); 14] = [
    ("customerstatus", "cstatus"),
    ("customertype", "ctype"),
    ("preferred_username", "userName"),
    ("sub", "customerId"),
    ("name", "firstname"),
    ("given_name", "firstname"),
    ("surname", "lastname"),
    ("family_name", "lastname"),
    ("customerage", "age"),
    ("birthdate", "age"),
    ("locale", "language"),
    ("phone_number", "phone"),
    ("email_address", "email"),
    ("jobtitle", "role"),
];

/// The known key that resembles an unknown one, if any does.
pub(crate) fn nearest(unknown: &str, known: &[&'static str]) -> Option<&'static str> {
    // Longer than any key with its errors, and the comparison below is quadratic.
    if unknown.len() > 40 {
        return None;
    }
    let unknown = unknown.to_lowercase();
    let synonym = SYNONYMS
        .iter()
        .find(|(word, _)| *word == unknown)
        .map(|(_, key)| *key);
    if let Some(key) = synonym.filter(|key| known.contains(key)) {
        return Some(key);
    }
    known
        .iter()
        .map(|key| (distance(&unknown, &key.to_lowercase()), *key))
        .filter(|(distance, key)| *distance <= key.len().div_ceil(4))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, key)| key)
}

/// Levenshtein's distance: how many characters must be put in, left out or changed.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (index, a) in one.chars().enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        let mut next = vec![left];
        for (above, b) in row.iter().skip(1).zip(other.chars()) {
            left = (diagonal + usize::from(a != b)).min(above + 1).min(left + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
