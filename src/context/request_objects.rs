use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use outbound::Accept;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{Outbound, OutboundError};
use crate::base::id::AccountId;
use crate::base::{Bounds, Cache};

/// How long a request object is kept whose URL tells its hash.
const KEPT: Duration = Duration::from_hours(1);
/// How many bytes of them are kept.
const MOST: u64 = 16 << 20;

/// Request objects that clients publish, fetched by their `request_uri` (RFC 9101 §5.2).
#[derive(Debug)]
pub struct RequestObjects {
    outbound: Arc<Outbound>,
    kept: Cache<(AccountId, Url), Arc<str>>,
}

/// Why a request object can't be had.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RequestObjectError {
    /// Nobody can be called.
    #[error(transparent)]
    Setup(#[from] OutboundError),
    /// The client's server can't be asked.
    #[error("request_uri can't be asked: {0}")]
    Unreachable(#[from] outbound::Error),
    /// It answers with an error.
    #[error("request_uri answered {0}")]
    Status(u16),
    /// It isn't text.
    #[error("what request_uri gives isn't text")]
    NotText,
    /// It isn't what the fragment of its URL says it is.
    #[error("what request_uri gives has another hash than its fragment")]
    Hash,
}

impl RequestObjects {
    pub(super) fn new(outbound: Arc<Outbound>) -> Self {
        let kept = Cache::weighing(
            Bounds::entries(MOST).for_at_most(KEPT),
            |(_, url): &(AccountId, Url), text: &Arc<str>| {
                u32::try_from(url.as_str().len() + text.len()).unwrap_or(u32::MAX)
            },
        );
        Self { outbound, kept }
    }

    /// What is published there. Where the fragment is a hash, what was fetched under it once can't have changed (OpenID
    /// Connect Core §6.2).
    pub async fn find(&self, account: &AccountId, url: &Url) -> Result<Arc<str>, RequestObjectError> {
        let hash = url.fragment().filter(|fragment| is_hash(fragment));
        let key = (account.clone(), url.clone());
        if hash.is_some()
            && let Some(kept) = self.kept.get(&key)
        {
            return Ok(Arc::clone(&kept));
        }
        let mut place = url.clone();
        place.set_fragment(None);
        let answer = self.outbound.client()?.get(&place, Accept::Jwt).await?;
        if !answer.status.is_success() {
            return Err(RequestObjectError::Status(answer.status.as_u16()));
        }
        let text = std::str::from_utf8(&answer.body).map_err(|_| RequestObjectError::NotText)?;
        let text: Arc<str> = text.trim().into();
        if let Some(hash) = hash {
            if URL_SAFE_NO_PAD.encode(Sha256::digest(&answer.body)) != hash {
                return Err(RequestObjectError::Hash);
            }
            self.kept.insert(key, Arc::clone(&text));
        }
        Ok(text)
    }
}

/// Base64url of a SHA-256. Any other fragment just tells one version from another.
fn is_hash(fragment: &str) -> bool {
    URL_SAFE_NO_PAD
        .decode(fragment)
        .is_ok_and(|bytes| bytes.len() == 32)
}
