use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::base::OneTime;
use crate::model::user::Bearer;

/// What a request shows to prove who asks.
#[derive(Debug)]
pub enum Presented {
    /// The bearer of a session of the Login Service.
    Bearer(OneTime<Bearer>),
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
        let bearer = field
            .to_str()
            .ok()
            .and_then(|field| field.split_once(' '))
            .filter(|(scheme, token)| {
                rest.is_none() && scheme.eq_ignore_ascii_case("bearer") && (1..=128).contains(&token.len())
            });
        bearer.map_or(Self::Unusable, |(_, token)| {
            Self::Bearer(OneTime::presented(token))
        })
    }
}
