//! Which of a browser's sessions stands for it at a client, once somebody signed in for it or was chosen (SEC-143): then the
//! client is answered about that one alone, silently too, whoever signs in beside them later (docs/decisions/0042).

use crate::base::Timestamp;
use crate::base::id::{AccountId, ClientId, SessionId};
use crate::http::browser_sessions::BrowserSessions;
use crate::model::{Client, Session};
use crate::store::{self, Tx, session_clients};

/// What is to be remembered.
pub(super) struct Choice {
    account: AccountId,
    client: ClientId,
    chosen: SessionId,
    others: Vec<SessionId>,
    expires_at: Timestamp,
}

impl Choice {
    pub(super) fn of(here: &BrowserSessions, chosen: &Session, client: &Client) -> Self {
        let others = here.iter().map(|session| &session.sid);
        Self {
            account: chosen.account_id.clone(),
            client: client.client_id.clone(),
            chosen: chosen.sid.clone(),
            others: others.filter(|sid| **sid != chosen.sid).cloned().collect(),
            expires_at: chosen.expires_at,
        }
    }

    /// Writes it, in the transaction of the choice.
    pub(super) async fn write(&self, tx: &mut Tx<'_>) -> store::Result<()> {
        let Self { account, client, .. } = self;
        for other in &self.others {
            session_clients::pass_over(tx, account, other, client).await?;
        }
        session_clients::choose(tx, account, &self.chosen, client, self.expires_at).await
    }
}
