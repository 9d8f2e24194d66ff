//! customerInfo: the keys of `ctmrinfo.info`.

use crate::claims::Claims;
use crate::date::CalendarDate;
use crate::object::Object;
use crate::report::{Parsed, Report, Violations};
use crate::text::Text;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Number, Value};

const NOT_IN_A_TOKEN: &str = "left out: not supported in an authenticated conversation";

/// What the brand knows about someone as a customer.
///
/// It serialises to the keys that the platform reads, in this order; deserialising is [`CustomerInfo::parse`] without the warnings.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerInfo {
    /// Type or tier, matched by the platform against the account's own list without regard to case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ctype: Option<Text>,
    /// Status, matched likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cstatus: Option<Text>,
    /// The brand's own id of the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<Text>,
    /// Financial balance, which may be negative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balance: Option<Number>,
    /// Currency of the balance, such as `USD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Text>,
    /// Id in a social network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub social_id: Option<Text>,
    /// Unique id of a device or phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imei: Option<Text>,
    /// User name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<Text>,
    /// Number of employees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_size: Option<u32>,
    /// Branch of the company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_branch: Option<Text>,
    /// Name of the company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_name: Option<Text>,
    /// Job title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Text>,
    /// When the customer last paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_payment_date: Option<CalendarDate>,
    /// When the customer registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_date: Option<CalendarDate>,
    /// Login status; what its numbers mean is not documented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_status: Option<i32>,
}

impl CustomerInfo {
    /// Checks the keys of `info` when they are written; paths in violations begin with `customerInfo`.
    pub fn parse(value: &Value) -> Result<Parsed<Self>, Violations> {
        let mut report = Report::default();
        let info = Self::read(value, "customerInfo".to_owned(), &mut report);
        report.into_result(info)
    }

    /// What the claims of OpenID Connect say about a customer, by the platform's mapping. A value that is too long is left out.
    ///
    /// The platform's newer pages map `phone_number` to `imei`, its older ones to a contact's `phone`: both are filled
    /// (see [`PersonalInfo::from_claims`](crate::PersonalInfo::from_claims)).
    pub fn from_claims(claims: &Claims<'_>) -> Self {
        Self {
            customer_id: claims.sub.and_then(Text::new),
            user_name: claims.preferred_username.and_then(Text::new),
            imei: claims.phone_number.and_then(Text::new),
            ..Self::default()
        }
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What there is to tell, for people, in English: a label and a value.
    pub fn labels(&self) -> impl Iterator<Item = (&'static str, String)> {
        let text = |label, value: &Option<Text>| value.as_ref().map(|value| (label, value.to_string()));
        let date = |label, value: Option<CalendarDate>| value.map(|value| (label, value.to_string()));
        [
            text("Customer type", &self.ctype),
            text("Customer status", &self.cstatus),
            text("Customer ID", &self.customer_id),
            self.balance
                .as_ref()
                .map(|balance| ("Balance", balance.to_string())),
            text("Currency", &self.currency),
            text("Social ID", &self.social_id),
            text("Device ID", &self.imei),
            text("User name", &self.user_name),
            self.company_size.map(|size| ("Company size", size.to_string())),
            text("Company branch", &self.company_branch),
            text("Company", &self.account_name),
            text("Role", &self.role),
            date("Last payment", self.last_payment_date),
            date("Registered", self.registration_date),
            self.login_status
                .map(|status| ("Login status", status.to_string())),
        ]
        .into_iter()
        .flatten()
    }

    pub(crate) fn read(value: &Value, path: String, report: &mut Report) -> Option<Self> {
        let mut object = Object::open(value, path, report)?;
        if object.has("type") && object.has("info") {
            object.violation_of_itself("the envelope {type, info}", "the keys inside info");
            return None;
        }
        let info = Self {
            ctype: object.text("ctype"),
            cstatus: object.text("cstatus"),
            customer_id: object.text("customerId"),
            balance: object.number("balance"),
            currency: object.text("currency"),
            social_id: object.text("socialId"),
            imei: object.text("imei"),
            user_name: object.text("userName"),
            company_size: object.integer("companySize", &(0..=i32::MAX.into())),
            company_branch: object.text("companyBranch"),
            account_name: object.text("accountName"),
            role: object.text("role"),
            last_payment_date: object.date("lastPaymentDate"),
            registration_date: object.date("registrationDate"),
            login_status: object.integer("loginStatus", &(i32::MIN.into()..=i32::MAX.into())),
        };
        if info
            .currency
            .as_ref()
            .is_some_and(|currency| !is_currency_code(currency.as_str()))
        {
            object.warning("currency", "not a currency code of three capitals, such as USD");
        }
        object.leave_out("storeZipCode", NOT_IN_A_TOKEN);
        object.leave_out("storeNumber", NOT_IN_A_TOKEN);
        object.close();
        Some(info)
    }
}

/// The form of ISO 4217, which the platform's pages show but don't demand.
fn is_currency_code(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

impl<'de> Deserialize<'de> for CustomerInfo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::parse(&value)
            .map(|parsed| parsed.value)
            .map_err(serde::de::Error::custom)
    }
}
