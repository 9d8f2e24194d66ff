use http::HeaderMap;
use http::header::AUTHORIZATION;
use secrecy::SecretString;

use crate::base::OneTime;
use crate::model::user::Bearer;

/// What a request shows to prove who asks.
#[derive(Debug)]
pub enum Presented {
    /// The bearer of a session of the Login Service.
    Bearer(OneTime<Bearer>),
    /// A token that a program got for itself.
    Token(SecretString),
    /// Nothing at all.
    Nothing,
    /// Something that nobody can be known by: another scheme, several fields, or no words.
    Unusable,
}

impl Presented {
    /// What is in the one `Authorization` field.
    pub fn of(headers: &HeaderMap) -> Self {
        let mut fields = headers.get_all(AUTHORIZATION).iter();
        let (Some(field), rest) = (fields.next(), fields.next()) else {
            return Self::Nothing;
        };
        let shown = field
            .to_str()
            .ok()
            .and_then(|field| field.split_once(' '))
            .filter(|(scheme, _)| rest.is_none() && scheme.eq_ignore_ascii_case("bearer"));
        match shown {
            // A JWS has three parts; bearers of the Login Service are one word.
            Some((_, token)) if token.len() <= LONGEST && token.matches('.').count() == 2 => {
                Self::Token(token.into())
            }
            Some((_, token)) if (1..=128).contains(&token.len()) => Self::Bearer(OneTime::presented(token)),
            _ => Self::Unusable,
        }
    }
}

/// The longest token of a program's, in bytes.
const LONGEST: usize = 4096;
