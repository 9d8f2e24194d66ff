//! What somebody has in the platform's field for the key: exactly the one line, or what is wrong with it.

use jose::{Algorithm, Jwk, JwkSet, KeyError, PublicKey, SpkiError};

use super::Known;
use crate::base::id::KeyId;
use crate::model::signing_key::KeyState;

/// Compares what was pasted with the account's keys, of which some sign.
pub(super) fn examine(text: &str, known: &[Known], signs: &[KeyId]) -> Result<String, String> {
    if let Some(key) = known.iter().find(|key| key.public.to_spki_line() == text) {
        return placed(key, signs);
    }
    let lowered = text.trim_start().to_ascii_lowercase();
    if lowered.starts_with("http://") || lowered.starts_with("https://") {
        return Err(address(&lowered));
    }
    if lowered.starts_with('{') {
        return Err(json(text));
    }
    match read(text) {
        Ok(public) => Err(slipped(text, known).unwrap_or_else(|| stranger(&public))),
        Err(
            error @ (SpkiError::Empty
            | SpkiError::TooLong
            | SpkiError::Certificate
            | SpkiError::Pkcs1
            | SpkiError::PrivateKey),
        ) => Err(error.to_string()),
        Err(error @ (SpkiError::ArmorLines | SpkiError::Newline | SpkiError::Whitespace { .. })) => {
            Err(format!("{error}{}", inside(text, known)))
        }
        Err(error) => Err(slipped(text, known).unwrap_or_else(|| error.to_string())),
    }
}

/// A key of ours must be one that signs.
fn placed(key: &Known, signs: &[KeyId]) -> Result<String, String> {
    let Known { kid, public, state } = key;
    if signs.contains(kid) {
        return Ok(format!(
            "is exactly the line of {kid}, which signs; SHA-256 {}",
            public.fingerprint()
        ));
    }
    let why = match state {
        KeyState::Pending => "is pending, and doesn't sign yet",
        KeyState::Active => "doesn't sign for this client",
        KeyState::Retiring => "is retiring, and doesn't sign any more",
        KeyState::Retired => "is retired",
    };
    let signs: Vec<&str> = signs.iter().map(KeyId::as_str).collect();
    Err(format!(
        "is the line of another key, {kid}, which {why}; {} signs",
        if signs.is_empty() {
            "none".to_owned()
        } else {
            signs.join(" or ")
        }
    ))
}

fn stranger(public: &PublicKey) -> String {
    format!(
        "is a public key, and none of this account's: its kid would be {}, SHA-256 {}",
        public.thumbprint(),
        public.fingerprint()
    )
}

/// A public key of whatever kind.
fn read(line: &str) -> Result<PublicKey, SpkiError> {
    match PublicKey::from_spki_line(Algorithm::RS256, line) {
        Err(SpkiError::Key(KeyError::AlgorithmMismatch { key_type, .. })) => {
            PublicKey::from_spki_line(key_type.default_algorithm(), line)
        }
        read => read,
    }
}

fn address(url: &str) -> String {
    let insecure = if url.starts_with("http:") {
        ", and only with https"
    } else {
        ""
    };
    format!(
        "is a URL; the field takes the key itself. A URL belongs in the field for the JWKS endpoint{insecure}"
    )
}

/// What lies between BEGIN and END, or on several lines, may be right all the same.
fn inside(text: &str, known: &[Known]) -> String {
    let line: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("-----"))
        .flat_map(str::split_whitespace)
        .collect();
    match known.iter().find(|key| key.public.to_spki_line() == line) {
        Some(key) => format!("; the base64 itself is that of {}", key.kid),
        None => match slipped(&line, known) {
            Some(slip) => format!("; and the base64 itself {slip}"),
            None => "; and the base64 itself is not that of a key of this account".to_owned(),
        },
    }
}

/// A set or a key in JSON: no line, and perhaps with mistakes of its own (F-19).
fn json(text: &str) -> String {
    let what = "is JSON; the field takes one line of base64: signet key export";
    let set = JwkSet::parse_strictly(text.as_bytes()).or_else(|error| {
        Jwk::parse_strictly(text.as_bytes())
            .map(|jwk| JwkSet { keys: vec![jwk] })
            .map_err(|single| match error {
                jose::JwkSetError::Keys => single.to_string(),
                error => error.to_string(),
            })
    });
    let faults = match set {
        Ok(set) => faults(&set),
        Err(error) => vec![error],
    };
    if faults.is_empty() {
        what.to_owned()
    } else {
        format!("{what}. And in it: {}", faults.join("; "))
    }
}

/// What keeps others from verifying with a set.
pub(super) fn faults(set: &JwkSet) -> Vec<String> {
    let of = |(index, jwk): (usize, &Jwk)| {
        let unnamed = jwk.kid.is_none().then(|| format!("key {index} has no kid"));
        let unusable = PublicKey::from_jwk(jwk, None).err();
        let unusable = unusable.map(|error| format!("key {index}: {error}"));
        [unnamed, unusable]
    };
    // What others encrypt to verifies nothing, and is no fault beside a key that does.
    let encrypts = |jwk: &Jwk| jwk.key_use.as_deref() == Some("enc");
    let verifies_nothing = set.keys.iter().all(encrypts);
    let keys = set.keys.iter().enumerate();
    let looked_at = keys.filter(|(_, jwk)| verifies_nothing || !encrypts(jwk));
    looked_at.flat_map(of).flatten().collect()
}

/// Which key's line it nearly is, and where it differs (F-02).
fn slipped(text: &str, known: &[Known]) -> Option<String> {
    let text: Vec<char> = text.chars().collect();
    known.iter().find_map(|key| {
        let line: Vec<char> = key.public.to_spki_line().chars().collect();
        let slip = slip(&text, &line)?;
        Some(format!("is nearly the line of {}: {slip}", key.kid))
    })
}

fn slip(text: &[char], line: &[char]) -> Option<String> {
    let same = |(one, other): &(&char, &char)| one == other;
    let begin = text.iter().zip(line).take_while(same).count();
    let shorter = text.len().min(line.len());
    let end = text.iter().rev().zip(line.iter().rev()).take_while(same).count();
    let end = end.min(shorter - begin);
    let at = begin + 1;
    match (text.len(), line.len()) {
        (has, needs) if has + 1 == needs && begin + end == has => {
            Some(format!("character {at}, {:?}, is lost", line.get(begin)?))
        }
        (has, needs) if has == needs + 1 && begin + end == needs => {
            Some(format!("character {at}, {:?}, is one too many", text.get(begin)?))
        }
        (has, needs) if has == needs && begin + end + 1 == has => Some(format!(
            "character {at} is {:?} instead of {:?}",
            text.get(begin)?,
            line.get(begin)?
        )),
        // Long enough to be no other key's.
        (has, needs) if has < needs && has >= 64 && begin == has => {
            Some(format!("the last {} characters are missing", needs - has))
        }
        (has, needs) if has < needs && has >= 64 && end == has => {
            Some(format!("the first {} characters are missing", needs - has))
        }
        _ => None,
    }
}
