use engagement::{CustomerInfo, PersonalInfo};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Identifier;
use crate::base::Timestamp;
use crate::base::id::{AccountId, Subject};

/// A brand's end user (the End-User of OpenID Connect).
#[derive(Clone, Debug, Serialize)]
pub struct Consumer {
    /// Whose they are.
    pub account_id: AccountId,
    /// Who they are, to clients: opaque and stable.
    pub sub: Subject,
    /// Whether they may log in.
    pub status: ConsumerStatus,
    /// The name that they log in with, if they have one; an e-mail address serves too.
    pub username: Option<String>,
    /// Standard claims (OpenID Connect Core §5.1), by name; `sub` is not among them.
    pub claims: Map<String, Value>,
    /// The platform's customerInfo.
    pub customer_info: Option<CustomerInfo>,
    /// The platform's personalInfo.
    pub personal_info: Option<PersonalInfo>,
    /// When they were made known.
    pub created_at: Timestamp,
    /// When anything of this last changed; the claim `updated_at`.
    pub updated_at: Timestamp,
}

impl Consumer {
    /// Their name, as people know them.
    pub fn shown_name(&self) -> &str {
        let claim = |name: &str| self.claims.get(name).and_then(Value::as_str);
        claim("name")
            .or(self.username.as_deref())
            .or_else(|| claim("email"))
            .unwrap_or(self.sub.as_str())
    }

    /// Their e-mail address, where they have one that mail can be sent to.
    pub fn address(&self) -> Option<Identifier> {
        let email = self.claims.get("email")?.as_str()?;
        Identifier::email(email).ok()
    }

    /// Whether somebody has proved that the address is theirs (OpenID Connect Core §5.1).
    pub fn has_proved_address(&self) -> bool {
        self.claims.get("email_verified") == Some(&Value::Bool(true))
    }

    /// Whether they are known by that name to others than themselves: an e-mail address is no name of theirs while nobody has
    /// proved that it is.
    pub fn is_surely(&self, name: &Identifier) -> bool {
        let is_unproved = self.claims.get("email_verified") == Some(&Value::Bool(false));
        let email = self.claims.get("email").and_then(Value::as_str);
        !(is_unproved && email.and_then(|email| Identifier::parse(email).ok()).as_ref() == Some(name))
    }

    /// The claim `lp_sdes`: an array of `ctmrinfo` and `personal`, each where there is one (section 2 of the platform
    /// contract).
    pub fn lp_sdes(&self) -> Option<Value> {
        let info = self
            .customer_info
            .as_ref()
            .map(|info| json!({"type": "ctmrinfo", "info": info}));
        let personal = self
            .personal_info
            .as_ref()
            .map(|info| json!({"type": "personal", "personal": info}));
        let attributes: Vec<Value> = info.into_iter().chain(personal).collect();
        if attributes.is_empty() {
            None
        } else {
            Some(attributes.into())
        }
    }
}

/// Whether a consumer may log in. A deleted one stays as a mark, so that their subject is never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConsumerStatus {
    /// They may.
    Active,
    /// An administrator said no.
    Disabled,
    /// Gone.
    Deleted,
}

super::text_enum!(ConsumerStatus { Active = "active", Disabled = "disabled", Deleted = "deleted" });
