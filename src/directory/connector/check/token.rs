//! A token of the brand's, as the platform reads it once its signature is verified: what would be refused, and what would be
//! lost without a word (F-04, F-05, F-08, F-18, F-26, F-27). Its signature is looked at as well (F-01, F-20), and what time it is isn't: the token may be
//! an old one.

use engagement::LpSdes;
use serde_json::{Map, Value};

use super::{encrypted, signature, subject};
use crate::context::Services;
use crate::directory::Result;
use crate::directory::doctor::Check;
use crate::model::connector::Connector;

const NAME: &str = "connector_token";
/// Seconds since 1970 don't get there before the year 5138; milliseconds have been.
const MOST_SECONDS: i64 = 100_000_000_000;

/// Looks at what a token says.
pub async fn check_token(services: &Services, connector: &Connector, token: &str) -> Result<Check> {
    let mut check = Check::new(NAME);
    let place = format!("{}: token", connector.connector_id);
    let token = token.trim();
    let inside = if token.split('.').count() == 5 {
        match Box::pin(encrypted::token(services, token, &place, &mut check)).await? {
            Some(inside) => Some(inside),
            None => return Ok(check),
        }
    } else {
        None
    };
    let signed = inside.as_deref().unwrap_or(token);
    let parts: Vec<&str> = signed.split('.').collect();
    let claims = parts
        .get(1)
        .filter(|_| parts.len() == 3)
        .and_then(|part| encrypted::object(part));
    let Some(claims) = claims else {
        let (problem, mend) = match inside {
            Some(_) => (
                "what is encrypted in it is no signed JWT (F-08)",
                "let the brand sign first, and encrypt what it signed",
            ),
            None => (
                "it is no signed JWT",
                "give what the page's method calls back with",
            ),
        };
        check.wrong(place, problem, mend);
        return Ok(check);
    };
    Token {
        connector,
        claims: &claims,
        place,
    }
    .look(&mut check);
    Box::pin(signature::check(services, connector, signed, &claims, &mut check)).await?;
    Ok(check)
}

struct Token<'a> {
    connector: &'a Connector,
    claims: &'a Map<String, Value>,
    place: String,
}

impl Token<'_> {
    fn look(&self, check: &mut Check) {
        for name in ["iat", "exp"] {
            self.time(name, check);
        }
        let fields = &self.connector.configuration;
        let text = |name: &str| self.claims.get(name).and_then(Value::as_str);
        if text("iss") != Some(fields.issuer.as_str()) {
            check.wrong(
                self.place.as_str(),
                format!(
                    "its iss is {:?}, and the connector says {:?}: it is refused (F-05)",
                    text("iss").unwrap_or_default(),
                    fields.issuer
                ),
                "let both be the same, byte for byte",
            );
        }
        let aud: Vec<&str> = match self.claims.get("aud") {
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(one)) => vec![one],
            _ => Vec::new(),
        };
        let is_wanted = |aud: &&str| match fields.audience.as_slice() {
            [] => **aud == fields.client_id,
            wanted => wanted.iter().any(|it| it == aud),
        };
        if !aud.iter().any(is_wanted) {
            check.wrong(
                self.place.as_str(),
                format!(
                    "it is for {:?}, and the connector takes {:?} (F-18)",
                    aud.join(", "),
                    if fields.audience.is_empty() {
                        fields.client_id.clone()
                    } else {
                        fields.audience.join(", ")
                    }
                ),
                format!(
                    "signet connector update {} --audience, or let the brand say that",
                    self.connector.connector_id
                ),
            );
        }
        match text("sub").filter(|it| !it.is_empty()) {
            None => check.wrong(
                self.place.as_str(),
                "it has no sub: it is nobody's",
                "let the brand say who it is for",
            ),
            Some(sub) => {
                let is = subject::guessable(sub).or_else(|| subject::repeats(sub, self.claims));
                if let Some(is) = is {
                    check.warn(
                        self.place.as_str(),
                        format!("its sub is {is}: others guess it, and one day it is somebody else's (F-27)"),
                        "let the brand make an opaque id once, and keep it for ever",
                    );
                }
            }
        }
        self.attributes(check);
    }

    fn time(&self, name: &str, check: &mut Check) {
        let problem = match self.claims.get(name) {
            None => "there is none",
            Some(Value::Number(number)) if number.as_i64().is_some_and(|it| it < MOST_SECONDS) => return,
            Some(Value::Number(_)) => "it is in milliseconds, or no whole number",
            Some(_) => "it is no number",
        };
        check.wrong(
            self.place.as_str(),
            format!("{name}: {problem}, and the platform takes whole seconds since 1970 (F-04)"),
            "mend it where the brand signs",
        );
    }

    /// The platform leaves out what it can't read, and tells nobody.
    fn attributes(&self, check: &mut Check) {
        const MEND: &str =
            "let lp_sdes be an array of at most one ctmrinfo with info, and one personal with personal";
        let Some(claim) = self.claims.get("lp_sdes") else {
            check.note("It has no lp_sdes: agents see the standard claims alone.");
            return;
        };
        match LpSdes::parse(claim) {
            Err(error) => check.warn(self.place.as_str(), format!("{error} (F-26)"), MEND),
            Ok(sdes) => {
                for warning in sdes.warnings {
                    let problem = format!("{}: {} (F-26)", warning.path, warning.message);
                    check.warn(self.place.as_str(), problem, MEND);
                }
            }
        }
    }
}
