//! Django's `algorithm$…` (django.contrib.auth.hashers).

use crate::encoding;
use crate::form::{Bcrypt, Digest, Pbkdf2, Prehash, Scrypt, ScryptCost};
use crate::phc::decimal;
use crate::refusal::Refusal;
use crate::stored::StoredHash;

/// What Django writes before a random string where an account has no password.
const UNUSABLE: char = '!';

pub(crate) fn parse(text: &str) -> Result<StoredHash, Refusal> {
    if text.starts_with(UNUSABLE) {
        return Err(Refusal::NoPassword);
    }
    let (algorithm, rest) = text.split_once('$').ok_or(Refusal::UnknownForm)?;
    match algorithm {
        "pbkdf2_sha256" => pbkdf2("Django pbkdf2_sha256", Digest::Sha256, rest),
        "pbkdf2_sha1" => pbkdf2("Django pbkdf2_sha1", Digest::Sha1, rest),
        "scrypt" => scrypt(rest),
        "bcrypt_sha256" => Ok(bcrypt(rest)?.with_prehash(Prehash::Sha256).into()),
        "bcrypt" => Ok(bcrypt(rest)?.into()),
        "argon2" => StoredHash::parse_crypt(rest),
        _ => Err(Refusal::UnknownForm),
    }
}

/// `iterations$salt$hash`. The salt is used as it is written.
fn pbkdf2(form: &'static str, digest: Digest, rest: &str) -> Result<StoredHash, Refusal> {
    let mut fields = rest.split('$');
    let (Some(iterations), Some(salt), Some(hash), None) =
        (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return Err(Refusal::malformed(form, "number of fields"));
    };
    let iterations = decimal(iterations).ok_or(Refusal::malformed(form, "iterations"))?;
    let hash = encoding::decode(hash).ok_or(Refusal::malformed(form, "hash"))?;
    Pbkdf2::new(digest, iterations, salt.as_bytes().to_vec(), hash).map(StoredHash::from)
}

/// `N$salt$r$p$hash`. The salt is used as it is written.
fn scrypt(rest: &str) -> Result<StoredHash, Refusal> {
    const FORM: &str = "Django scrypt";
    let mut fields = rest.split('$');
    let (Some(n), Some(salt), Some(r), Some(p), Some(hash), None) = (
        fields.next(),
        fields.next(),
        fields.next(),
        fields.next(),
        fields.next(),
        fields.next(),
    ) else {
        return Err(Refusal::malformed(FORM, "number of fields"));
    };
    let n = decimal(n)
        .filter(|n| n.is_power_of_two())
        .ok_or(Refusal::malformed(FORM, "N"))?;
    let r = decimal(r).ok_or(Refusal::malformed(FORM, "r"))?;
    let p = decimal(p).ok_or(Refusal::malformed(FORM, "p"))?;
    let hash = encoding::decode(hash).ok_or(Refusal::malformed(FORM, "hash"))?;
    let cost = ScryptCost::new(FORM, n.ilog2(), r, p)?;
    Scrypt::new(cost, salt.as_bytes().to_vec(), hash).map(StoredHash::from)
}

/// A bcrypt string of its own.
fn bcrypt(rest: &str) -> Result<Bcrypt, Refusal> {
    let (id, rest) = rest
        .strip_prefix('$')
        .and_then(|rest| rest.split_once('$'))
        .ok_or(Refusal::malformed("Django bcrypt", "number of fields"))?;
    match id {
        "2a" | "2b" | "2y" | "2x" => Bcrypt::parse(id, rest),
        _ => Err(Refusal::malformed("Django bcrypt", "version")),
    }
}
