//! The token's claim `lp_sdes`: an array with at most one `ctmrinfo` and one `personal`.

use crate::customer::CustomerInfo;
use crate::object::describe;
use crate::personal::PersonalInfo;
use crate::report::{Report, Warning};
use serde::Serialize;
use serde_json::Value;

/// An element of the array as it is written.
#[derive(Serialize)]
#[serde(tag = "type")]
enum Sde<'a> {
    #[serde(rename = "ctmrinfo")]
    CustomerInfo { info: &'a CustomerInfo },
    #[serde(rename = "personal")]
    PersonalInfo { personal: &'a PersonalInfo },
}

/// Writes the claim: customerInfo, then personalInfo, each complete. Nothing where neither has anything to tell.
pub fn lp_sdes(customer: Option<&CustomerInfo>, personal: Option<&PersonalInfo>) -> Option<Value> {
    let customer = customer
        .filter(|info| !info.is_empty())
        .map(|info| Sde::CustomerInfo { info });
    let personal = personal
        .filter(|info| !info.is_empty())
        .map(|personal| Sde::PersonalInfo { personal });
    let sdes: Vec<_> = [customer, personal].into_iter().flatten().collect();
    if sdes.is_empty() {
        None
    } else {
        serde_json::to_value(sdes).ok()
    }
}

/// A claim as its receiver reads it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LpSdes {
    /// The first `ctmrinfo`, without what isn't valid in it.
    pub customer_info: Option<CustomerInfo>,
    /// The first `personal`, without what isn't valid in it.
    pub personal_info: Option<PersonalInfo>,
    /// What was left out or looks odd, each with its path, such as `lp_sdes[1].personal.gender`.
    pub warnings: Vec<Warning>,
}

/// Why a claim can't be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnArray {
    /// `{customerInfo, personalInfo}`: how the platform's history API reads attributes back, not how a token carries them.
    #[error(
        "lp_sdes is an object with customerInfo or personalInfo; a token carries an array: \
         [{{\"type\":\"ctmrinfo\",\"info\":{{…}}}},{{\"type\":\"personal\",\"personal\":{{…}}}}]"
    )]
    HistoryObject,
    /// One attribute object, without the array around it.
    #[error("lp_sdes is a single attribute object; it belongs into an array")]
    SingleObject,
    /// Anything else.
    #[error("lp_sdes is {found}, not an array of attribute objects")]
    Other {
        /// What it is, in a few words.
        found: String,
    },
}

impl LpSdes {
    /// Reads the claim, and leaves out of it what the platform wouldn't take.
    pub fn parse(claim: &Value) -> Result<Self, NotAnArray> {
        let Value::Array(elements) = claim else {
            return Err(NotAnArray::of(claim));
        };
        let mut sdes = Self::default();
        for (index, element) in elements.iter().enumerate() {
            sdes.read(element, &format!("lp_sdes[{index}]"));
        }
        Ok(sdes)
    }

    fn read(&mut self, element: &Value, path: &str) {
        let kind = element.get("type").and_then(Value::as_str);
        match kind {
            Some("ctmrinfo") if self.customer_info.is_none() => {
                self.customer_info = self.read_inner(element, path, "info", CustomerInfo::read);
            }
            Some("personal") if self.personal_info.is_none() => {
                self.personal_info = self.read_inner(element, path, "personal", PersonalInfo::read);
            }
            Some("ctmrinfo" | "personal") => self.warn(path, "left out: there is one of this type already"),
            Some(_) => self.warn(
                path,
                "left out: only ctmrinfo and personal are supported in a token",
            ),
            None => self.warn(path, "left out: not an attribute object with a type"),
        }
    }

    fn read_inner<T>(
        &mut self,
        element: &Value,
        path: &str,
        key: &'static str,
        read: impl FnOnce(&Value, String, &mut Report) -> Option<T>,
    ) -> Option<T> {
        if element
            .as_object()
            .is_some_and(|fields| fields.keys().any(|found| found != "type" && found != key))
        {
            self.warn(path, &format!("left out: keys other than type and {key}"));
        }
        let Some(inner) = element.get(key) else {
            self.warn(
                path,
                &format!("left out: its attributes belong under {key}, which is missing"),
            );
            return None;
        };
        let mut report = Report::default();
        let value = read(inner, format!("{path}.{key}"), &mut report);
        self.warnings.extend(report.into_warnings());
        value
    }

    fn warn(&mut self, path: &str, message: &str) {
        self.warnings.push(Warning {
            path: path.to_owned(),
            message: message.to_owned(),
        });
    }
}

impl NotAnArray {
    fn of(claim: &Value) -> Self {
        let has = |key| claim.get(key).is_some();
        if has("customerInfo") || has("personalInfo") {
            Self::HistoryObject
        } else if has("type") {
            Self::SingleObject
        } else {
            Self::Other {
                found: describe(claim),
            }
        }
    }
}
