//! What a request for a list says, and where its next page begins (SEC-135).

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawQuery};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use http::request::Parts;
use oauth::Parameters;
use serde_json::Value;

use crate::context::Services;
use crate::http::Problem;

/// Rows on a page where none is told, and at the most.
const LIMIT: i64 = 50;
const MOST: i64 = 200;

/// The parameters of the query. What isn't known is refused, so that a misspelt filter never reads as none.
pub(in crate::admin) struct Listing {
    parameters: Parameters,
}

impl FromRequestParts<Arc<Services>> for Listing {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, services: &Arc<Services>) -> Result<Self, Problem> {
        let Ok(RawQuery(query)) = RawQuery::from_request_parts(parts, services).await;
        let parameters = Parameters::parse(query.unwrap_or_default())
            .map_err(|error| wrong("query").because(error.to_string()))?;
        Ok(Self { parameters })
    }
}

/// 400, with the name of what is wrong.
pub(super) fn wrong(name: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST)
        .kind("invalid-parameter")
        .detail("A parameter is unknown, given twice, or not valid.")
        .with("parameter", name)
}

impl Listing {
    /// Nothing else is asked for than what has one of these names, or is of every list, and nothing twice.
    pub(super) fn only(&self, names: &[&str]) -> Result<(), Problem> {
        let all: Vec<&str> = names.iter().copied().chain(["limit", "after"]).collect();
        self.just(&all)
    }

    /// Nothing at all is asked for.
    pub(super) fn none(&self) -> Result<(), Problem> {
        self.just(&[])
    }

    /// Nothing else is asked for than what has one of these names, nothing twice, and nothing without a value.
    pub(super) fn just(&self, names: &[&str]) -> Result<(), Problem> {
        let mut all = self.parameters.iter();
        let unknown = all.find(|(name, value)| value.is_empty() || !names.contains(name));
        let unknown = unknown.map(|(name, _)| name);
        match unknown.or_else(|| self.parameters.repeated().next()) {
            Some(wrongly) => Err(wrong(wrongly)),
            None => Ok(()),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name)
    }

    /// A truth; false where it isn't told.
    pub(super) fn truth(&self, name: &str) -> Result<bool, Problem> {
        match self.get(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(wrong(name)),
        }
    }

    /// How many rows are asked for.
    pub(super) fn limit(&self) -> Result<i64, Problem> {
        match self.get("limit") {
            None => Ok(LIMIT),
            Some(limit) => limit
                .parse()
                .ok()
                .filter(|limit| (1..=MOST).contains(limit))
                .ok_or_else(|| wrong("limit")),
        }
    }

    /// Where the page begins: what [`cursor`] made for the same list.
    pub(super) fn after(&self, services: &Services, list: &[&str]) -> Result<Option<String>, Problem> {
        let Some(cursor) = self.get("after") else {
            return Ok(None);
        };
        let opened = cursor.split_once('.').and_then(|(place, tag)| {
            let place = String::from_utf8(URL_SAFE_NO_PAD.decode(place).ok()?).ok()?;
            services.forms.verify(&parts(list, &place), tag).then_some(place)
        });
        opened.map(Some).ok_or_else(|| wrong("after"))
    }
}

/// Where the next page of a list begins: opaque, and of no use for another list. `list` is its name, and whatever
/// else chooses its rows.
fn cursor(services: &Services, list: &[&str], place: &str) -> String {
    let tag = services.forms.token(&parts(list, place));
    format!("{}.{tag}", URL_SAFE_NO_PAD.encode(place))
}

fn parts<'a>(list: &[&'a str], place: &'a str) -> Vec<&'a [u8]> {
    let mut parts: Vec<&[u8]> = vec![b"cursor"];
    parts.extend(list.iter().map(|part| part.as_bytes()));
    parts.push(place.as_bytes());
    parts
}

/// A page of a list: one row more than is shown was read, to know whether there are more.
pub(super) fn page<T>(
    services: &Services,
    list: &[&str],
    limit: i64,
    mut rows: Vec<T>,
    place: impl Fn(&T) -> String,
) -> (Vec<T>, Value) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|last| cursor(services, list, &place(last)));
    (rows, next.into())
}
