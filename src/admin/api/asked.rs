//! What every request about an account brings along.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use http::header::IF_MATCH;
use http::request::Parts;
use http::{HeaderMap, StatusCode};

use super::parameters::Listing;
use super::problem;
use crate::admin::Administrator;
use crate::admin::guard::unavailable;
use crate::base::Timestamp;
use crate::base::id::AccountId;
use crate::context::{Services, Tenant};
use crate::directory::By;
use crate::http::Problem;

/// A request about an account of the path, which is one of the administrator's: another's is not there, just like one that
/// nobody has (SEC-128).
pub(in crate::admin) struct Asked {
    pub(super) services: Arc<Services>,
    pub(super) administrator: Administrator,
    pub(super) tenant: Arc<Tenant>,
    /// What the query says.
    pub(super) listing: Listing,
    path: Vec<(String, String)>,
    read: Read,
}

/// What `If-Match` says (RFC 9110 §13.1.1).
#[derive(Clone, Copy)]
enum Read {
    /// Nothing, or that anything will do.
    Anything,
    /// What was read was last changed then.
    At(Timestamp),
    /// A tag that nothing here has.
    Unknown,
}

impl FromRequestParts<Arc<Services>> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, services: &Arc<Services>) -> Result<Self, Problem> {
        let path = RawPathParams::from_request_parts(parts, services)
            .await
            .map_err(|_| Problem::not_found())?;
        let path: Vec<(String, String)> = path
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let administrator = Administrator::from_request_parts(parts, services).await?;
        let account: AccountId = part(&path, "account_id")?;
        let found = administrator.account(services, &account).await;
        let found = found.map_err(|error| unavailable(&error))?;
        let tenant = found.ok_or_else(Problem::not_found)?;
        let read = read(&parts.headers)?;
        Ok(Self {
            services: Arc::clone(services),
            administrator,
            tenant,
            listing: Listing::from_request_parts(parts, services).await?,
            path,
            read,
        })
    }
}

/// A part of a path; what can be none of ours is not there.
fn part<T: std::str::FromStr>(path: &[(String, String)], name: &str) -> Result<T, Problem> {
    path.iter()
        .find(|(known, _)| known == name)
        .and_then(|(_, value)| value.parse().ok())
        .ok_or_else(Problem::not_found)
}

/// What the one `If-Match` says.
fn read(headers: &HeaderMap) -> Result<Read, Problem> {
    let mut tags = headers.get_all(IF_MATCH).iter();
    let (Some(tag), rest) = (tags.next(), tags.next()) else {
        return Ok(Read::Anything);
    };
    let tag = tag.to_str().unwrap_or_default().trim();
    let opaque = tag.strip_prefix("W/").unwrap_or(tag);
    let is_tag = opaque.len() > 1 && opaque.starts_with('"') && opaque.ends_with('"');
    match tag {
        "*" if rest.is_none() => Ok(Read::Anything),
        _ if is_tag && rest.is_none() => Ok(tagged(tag).map_or(Read::Unknown, Read::At)),
        // A list without a tag, which none is among.
        "" if rest.is_none() => Ok(Read::Unknown),
        _ => Err(Problem::new(StatusCode::BAD_REQUEST)
            .kind("invalid-parameter")
            .detail("If-Match must be one ETag that was read, or *.")
            .with("parameter", "If-Match")),
    }
}

/// When something was changed that has this tag.
fn tagged(tag: &str) -> Option<Timestamp> {
    let millis = tag.strip_prefix('"')?.strip_suffix('"')?;
    millis.parse().ok().map(Timestamp::from_millis)
}

/// The tag of something that was last changed then: no two changes of a thing have the same time.
pub(super) fn tag(changed: Timestamp) -> String {
    format!("\"{}\"", changed.millis())
}

impl Asked {
    /// The account.
    pub(super) fn account(&self) -> &AccountId {
        &self.tenant.account.account_id
    }

    /// A part of the path; what can be none of ours is not there.
    pub(super) fn part<T: std::str::FromStr>(&self, name: &str) -> Result<T, Problem> {
        part(&self.path, name)
    }

    /// Who changes something.
    pub(super) fn by(&self) -> By {
        self.administrator.by()
    }

    /// When what is to be changed was last changed, as far as whoever asks knows; none where it doesn't matter.
    pub(super) fn read(&self) -> Result<Option<Timestamp>, Problem> {
        match self.read {
            Read::Anything => Ok(None),
            Read::At(at) => Ok(Some(at)),
            Read::Unknown => Err(outdated()),
        }
    }
}

/// 412
pub(super) fn outdated() -> Problem {
    Problem::new(StatusCode::PRECONDITION_FAILED)
        .kind("outdated")
        .detail("It was changed since it was read. Nothing was written: read it again.")
}

/// The result of something that the directory does, for whoever asked.
pub(super) trait Told<T> {
    /// The same, with errors as programs are told.
    fn told(self) -> Result<T, Problem>;
}

impl<T> Told<T> for crate::directory::Result<T> {
    fn told(self) -> Result<T, Problem> {
        self.map_err(problem)
    }
}
