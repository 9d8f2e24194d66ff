//! A consumer as programs read them.

use engagement::{CustomerInfo, PersonalInfo};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::base::id::{AccountId, Subject};
use crate::model::{Consumer, ConsumerStatus};

/// A consumer as programs read them.
#[derive(Serialize)]
pub struct View<'c> {
    account_id: &'c AccountId,
    sub: &'c Subject,
    status: ConsumerStatus,
    username: Option<&'c str>,
    claims: &'c Map<String, Value>,
    #[serde(rename = "customerInfo")]
    customer_info: Option<&'c CustomerInfo>,
    #[serde(rename = "personalInfo")]
    personal_info: Option<&'c PersonalInfo>,
    created_at: String,
    updated_at: String,
}

impl<'c> From<&'c Consumer> for View<'c> {
    fn from(consumer: &'c Consumer) -> Self {
        Self {
            account_id: &consumer.account_id,
            sub: &consumer.sub,
            status: consumer.status,
            username: consumer.username.as_deref(),
            claims: &consumer.claims,
            customer_info: consumer.customer_info.as_ref(),
            personal_info: consumer.personal_info.as_ref(),
            created_at: consumer.created_at.to_rfc3339(),
            updated_at: consumer.updated_at.to_rfc3339(),
        }
    }
}
