//! The `Authorization` header (RFC 5849 §3.5.1).

use crate::parameters::Parameters;
use crate::{Refusal, encoding};

const SCHEME: &str = "OAuth";

/// Whether an `Authorization` header has the scheme `OAuth`, in whichever case.
pub fn is_oauth(header: &str) -> bool {
    credentials(header).is_some()
}

/// What follows the scheme.
fn credentials(header: &str) -> Option<&str> {
    let (scheme, rest) = header.split_once([' ', '\t']).unwrap_or((header, ""));
    scheme.eq_ignore_ascii_case(SCHEME).then_some(rest)
}

/// Reads the parameters of a header, without its `realm`, which isn't signed (§3.4.1.3.1).
pub(crate) fn read(header: &str) -> Result<Parameters, Refusal> {
    let mut rest = credentials(header)
        .ok_or(Refusal::rejected("the scheme is not OAuth"))?
        .trim_matches(BLANK);
    let mut parameters = Parameters::default();
    let mut realms = 0;
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=').ok_or(MALFORMED)?;
        let after = after.strip_prefix('"').ok_or(MALFORMED)?;
        let (value, after) = after.split_once('"').ok_or(MALFORMED)?;
        if name.eq_ignore_ascii_case("realm") {
            realms += 1;
        } else {
            let part = |text: &str| encoding::decode(text.as_bytes()).ok_or(MALFORMED);
            parameters.push(part(name)?, part(value)?)?;
        }
        let after = after.trim_start_matches(BLANK);
        rest = match after.strip_prefix(',') {
            Some(next) => next.trim_start_matches(BLANK),
            None if after.is_empty() => "",
            None => return Err(MALFORMED),
        };
    }
    if realms > 1 {
        return Err(Refusal::rejected("the realm came twice"));
    }
    Ok(parameters)
}

const BLANK: [char; 2] = [' ', '\t'];
const MALFORMED: Refusal = Refusal::rejected("the Authorization header is not well formed");
