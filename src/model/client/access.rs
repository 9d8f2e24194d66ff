//! What a client's access tokens look like.

use serde::{Deserialize, Serialize};

/// What an access token is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccessTokenFormat {
    /// 256 random bits: who takes it asks us what it is good for.
    #[default]
    Opaque,
    /// A signed JWT (RFC 9068): who takes it can read it.
    Jwt,
}

crate::model::text_enum!(AccessTokenFormat { Opaque = "opaque", Jwt = "jwt" });
