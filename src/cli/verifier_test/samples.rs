use jose::SignError;
use serde_json::{Value, json};

use super::forge::{Forge, with_other_signature, with_payload, without_signature};

/// What a verifier should do with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Accepted,
    Refused,
}

impl Expected {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
        }
    }
}

/// A token to try a verifier with.
pub(super) struct Sample {
    /// What is special about it.
    pub(super) name: &'static str,
    /// What a verifier should do with it.
    pub(super) expected: Expected,
    /// Why; for a forged one, what whoever takes it gives away, and the mend.
    pub(super) why: &'static str,
    /// The token.
    pub(super) token: String,
}

/// All of them: the good ones first, since the others tell nothing while these are refused.
pub(super) fn all(forge: &Forge<'_>) -> Result<Vec<Sample>, SignError> {
    let good = good(forge)?;
    let forged = signatures(forge)?
        .into_iter()
        .chain(keys(forge)?)
        .chain(others(forge)?)
        .chain(parties(forge)?)
        .chain(times(forge)?)
        .map(|(name, why, token)| Sample {
            name,
            expected: Expected::Refused,
            why,
            token,
        });
    Ok(good.into_iter().chain(forged).collect())
}

type Forged = (&'static str, &'static str, String);

fn good(forge: &Forge<'_>) -> Result<[Sample; 4], SignError> {
    let audience = match forge.claims.get("aud").unwrap_or(&Value::Null) {
        Value::Array(all) => all.first().cloned().unwrap_or_default(),
        one => json!([one]),
    };
    let bare: Vec<String> = ["iss", "sub", "aud", "iat", "exp", "nonce"]
        .map(str::to_owned)
        .to_vec();
    let mut only_needed = forge.claims.clone();
    only_needed.retain(|name, _| bare.contains(name));
    let plain = forge.genuine(&forge.claims)?;
    let good = |name, why, token| Sample {
        name,
        expected: Expected::Accepted,
        why,
        token,
    };
    Ok([
        good("a token as it is issued", "it is what every login gives", plain),
        good(
            "with the audience in its other form",
            "aud may be a string or a list of strings (RFC 7519 §4.1.3)",
            forge.genuine(&forge.claims_with([("aud", audience)]))?,
        ),
        good(
            "with nothing but what it must say",
            "all other claims are optional (OpenID Connect Core §2)",
            forge.genuine(&only_needed)?,
        ),
        good(
            "with a claim that nobody knows",
            "claims that aren't understood are ignored (RFC 7519 §4)",
            forge.genuine(&forge.claims_with([("urn:example:unknown", json!({"a": [1]}))]))?,
        ),
    ])
}

fn signatures(forge: &Forge<'_>) -> Result<Vec<Forged>, SignError> {
    const NONE: &str =
        "whoever takes it takes what anybody writes: allow the one algorithm that you expect, and no other";
    const HMAC: &str = "the public key is no secret: never let the token's header choose between a public key and a shared \
                        secret";
    let plain = forge.genuine(&forge.claims)?;
    let public = forge.key.public();
    let (kid, pem, line) = (forge.key.kid(), public.to_spki_pem(), public.to_spki_line());
    let none = |alg: Value| forge.unsigned(&forge.header_with([("alg", alg)]));
    let other = forge.claims_with([("sub", "somebody-else".into())]);
    Ok(vec![
        ("alg none", NONE, none("none".into())),
        ("alg nOnE", NONE, none("nOnE".into())),
        ("no alg at all", NONE, none(Value::Null)),
        (
            "no signature",
            "an empty signature is none",
            without_signature(&plain),
        ),
        (
            "another signature",
            "the signature isn't looked at",
            with_other_signature(&plain),
        ),
        (
            "another sub under the same signature",
            "anybody can be anybody: the signature isn't looked at, or the claims are read before it",
            with_payload(&plain, &other),
        ),
        (
            "HS256 with the public key's PEM",
            HMAC,
            forge.hmac(pem.as_bytes(), kid),
        ),
        (
            "HS256 with the public key's PEM, without its last newline",
            HMAC,
            forge.hmac(pem.trim_end().as_bytes(), kid),
        ),
        (
            "HS256 with the public key's one line",
            HMAC,
            forge.hmac(line.as_bytes(), kid),
        ),
        (
            "HS256 with the public key's bytes",
            HMAC,
            forge.hmac(public.to_spki_der(), kid),
        ),
        (
            "HS256 with an empty secret",
            "a missing secret is taken for an empty one",
            forge.hmac(b"", kid),
        ),
    ])
}

fn keys(forge: &Forge<'_>) -> Result<Vec<Forged>, SignError> {
    const BROUGHT: &str = "the token brings its own key: keys come from the JWK set that you have configured, and from nowhere else";
    let stranger = forge.stranger.public();
    let kid = |kid: &str| forge.header_with([("kid", kid.into())]);
    let jwk = serde_json::to_value(stranger.to_jwk()).unwrap_or_default();
    Ok(vec![
        (
            "a stranger's key, under the account's kid",
            "the signature isn't looked at",
            forge.strange(&forge.header())?,
        ),
        (
            "a stranger's key, under its own kid",
            "a kid that isn't in the account's JWK set must not lead to a key from elsewhere",
            forge.strange(&kid(stranger.kid()))?,
        ),
        (
            "an unknown kid",
            "no key has that id, and the key that signed it is a stranger's: the signature isn't looked at",
            forge.strange(&kid("no-such-key"))?,
        ),
        (
            "a kid that is a path, and the secret that lies there",
            "the kid is made into a file's name: look it up in the JWK set, and do nothing else with it",
            forge.hmac(b"", "../../../../../../dev/null"),
        ),
        (
            "a kid that is a piece of SQL, and the secret that it gives",
            "the kid is made into a statement's text: bind it, or better look it up in the JWK set",
            forge.hmac(b"key", "x' UNION SELECT 'key' -- "),
        ),
        (
            "a kid that is a URL",
            "the kid is called: it is a name and nothing else",
            forge.strange(&kid("http://127.0.0.1:9/jwks"))?,
        ),
        (
            "its own key in jwk",
            BROUGHT,
            forge.strange(&forge.header_with([("jwk", jwk)]))?,
        ),
        (
            "its own key behind jku",
            BROUGHT,
            forge.strange(&forge.header_with([("jku", "http://127.0.0.1:9/jwks".into())]))?,
        ),
        (
            "an extension that must be understood",
            "crit names what has to be understood (RFC 7515 §4.1.11), and nobody understands this",
            forge.under(&forge.header_with([
                ("crit", json!(["urn:example:critical"])),
                ("urn:example:critical", true.into()),
            ]))?,
        ),
    ])
}

/// Signed for another account of this server, whose keys are published, too: a verifier of both may mix them up.
fn others(forge: &Forge<'_>) -> Result<Vec<Forged>, SignError> {
    const MIXED: &str = "keys of several issuers lie in one place: keep each issuer's by themselves, and look for a kid in those of \
                         the issuer that you expect";
    let Some(another) = forge.another else {
        return Ok(Vec::new());
    };
    let own = forge.header_with([("kid", another.kid().into())]);
    Ok(vec![
        (
            "another account's key, under this one's kid",
            MIXED,
            forge.by(another, &forge.header())?,
        ),
        (
            "another account's key, under its own kid",
            MIXED,
            forge.by(another, &own)?,
        ),
    ])
}

fn parties(forge: &Forge<'_>) -> Result<Vec<Forged>, SignError> {
    const ISSUER: &str =
        "iss isn't compared, or not letter by letter: another issuer's consumers become yours";
    const AUDIENCE: &str = "aud isn't compared: a token that another client was given is taken for yours";
    let issuer = forge
        .claims
        .get("iss")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let claims = |name: &'static str, value: Value| forge.genuine(&forge.claims_with([(name, value)]));
    Ok(vec![
        (
            "another iss",
            ISSUER,
            claims("iss", "https://other.example".into())?,
        ),
        (
            "iss with one more slash",
            ISSUER,
            claims("iss", format!("{issuer}/").into())?,
        ),
        (
            "iss in capitals",
            ISSUER,
            claims("iss", issuer.to_uppercase().into())?,
        ),
        ("no iss", ISSUER, claims("iss", Value::Null)?),
        ("another aud", AUDIENCE, claims("aud", "another-client".into())?),
        (
            "a list of other auds",
            AUDIENCE,
            claims("aud", json!(["a", "b"]))?,
        ),
        ("no aud", AUDIENCE, claims("aud", Value::Null)?),
        (
            "no sub",
            "who is it? A missing sub must not become somebody",
            claims("sub", Value::Null)?,
        ),
        (
            "a sub that isn't a string",
            "sub is a string (RFC 7519 §4.1.2)",
            claims("sub", json!(["a", "b"]))?,
        ),
        (
            "a logout token",
            "a token with events is not an id_token (OpenID Connect Back-Channel Logout §2.4)",
            logout_token(forge)?,
        ),
    ])
}

fn logout_token(forge: &Forge<'_>) -> Result<String, SignError> {
    const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
    let claims = forge.claims_with([("events", json!({EVENT: {}})), ("nonce", Value::Null)]);
    let header = forge.header_with([("typ", "logout+jwt".into())]);
    forge.key.sign_compact(
        json!(header).to_string().as_bytes(),
        json!(claims).to_string().as_bytes(),
    )
}

fn times(forge: &Forge<'_>) -> Result<Vec<Forged>, SignError> {
    const ENDED: &str = "exp isn't compared: a token that was stolen once serves for ever";
    const DAY: i64 = 86_400;
    let now = forge.now;
    let between =
        |iat: i64, exp: Value| forge.genuine(&forge.claims_with([("iat", iat.into()), ("exp", exp)]));
    Ok(vec![
        (
            "expired a day ago",
            ENDED,
            between(now - 2 * DAY, (now - DAY).into())?,
        ),
        (
            "expired ten minutes ago",
            "a skew of minutes is too much; 60 s are enough for clocks that are kept",
            between(now - 3600, (now - 600).into())?,
        ),
        ("no exp", ENDED, between(now, Value::Null)?),
        (
            "exp in milliseconds",
            "it would be good for some fifty thousand years: times are whole seconds, and one this late is a mistake to refuse",
            between(now, ((now + 300) * 1000).into())?,
        ),
        (
            "exp as a string",
            "times are numbers (RFC 7519 §2, NumericDate)",
            between(now, (now + 300).to_string().into())?,
        ),
        (
            "not valid before tomorrow",
            "nbf isn't compared",
            forge.genuine(&forge.claims_with([("nbf", (now + DAY).into())]))?,
        ),
        (
            "issued tomorrow",
            "iat lies further in the future than clocks differ",
            between(now + DAY, (now + DAY + 300).into())?,
        ),
        (
            "no iat",
            "an id_token always says when it was issued (OpenID Connect Core §2)",
            forge.genuine(&forge.claims_with([("iat", Value::Null)]))?,
        ),
    ])
}
