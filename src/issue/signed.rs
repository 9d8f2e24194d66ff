//! Documents that are signed, and encrypted, for one client: authorization responses, userinfo answers.

use jose::{Algorithm, ContentEncryption, KeyManagement, Typ};
use serde_json::{Map, Value};

use super::IssueError;
use crate::context::Context;
use crate::model::Client;

/// The claims, signed with the account's active key of that algorithm. Where there is none, no other takes its place
/// (SEC-016).
pub fn sign(
    context: &Context,
    algorithm: Algorithm,
    typ: Typ,
    claims: &Map<String, Value>,
) -> Result<String, IssueError> {
    let ring = &context.tenant.ring;
    let key = ring.active(algorithm).ok_or(IssueError::NoKey(algorithm))?;
    let json = serde_json::to_vec(claims).map_err(|_| IssueError::Write("a document"))?;
    Ok(key.signer.sign(typ, &json)?)
}

/// How a client wants a document encrypted, if it does.
#[derive(Clone, Copy, Debug)]
pub struct Encryption {
    /// How the key reaches it.
    pub management: Option<KeyManagement>,
    /// How the content is encrypted.
    pub content: Option<ContentEncryption>,
}

impl Encryption {
    /// The signed document in one that the client alone can read; as it is where it wants none (RFC 7519 §5.2).
    pub async fn apply(
        self,
        context: &Context,
        client: &Client,
        signed: String,
    ) -> Result<String, IssueError> {
        match self.management {
            None => Ok(signed),
            Some(_) => {
                self.encrypt(context, client, Some(Typ::Jwt), signed.as_bytes())
                    .await
            }
        }
    }

    /// The document, encrypted. Without a key to encrypt to there is none.
    pub async fn encrypt(
        self,
        context: &Context,
        client: &Client,
        content: Option<Typ>,
        document: &[u8],
    ) -> Result<String, IssueError> {
        let management = self.management.ok_or(IssueError::Write("a document"))?;
        let recipient = context.services.recipients.find(client, management).await?;
        Ok(recipient.encrypt(self.content.unwrap_or_default(), content, document)?)
    }
}
