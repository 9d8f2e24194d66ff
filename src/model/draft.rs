//! What somebody wants a consumer to be, and the check that every way of writing one goes through: commands, the
//! admin API, registration, imports.

use engagement::{CustomerInfo, Parsed, PersonalInfo, Violation, Violations, Warning};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Consumer, ConsumerStatus, Identifier, IdentifierKind, claim};
use crate::base::id::Subject;

/// A consumer as somebody wrote it, unchecked.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Their subject, where another product chose it before. Otherwise one is made.
    pub sub: Option<String>,
    /// The name that they log in with.
    pub username: Option<String>,
    /// Whether they may log in; active where nothing is said.
    pub status: Option<ConsumerStatus>,
    /// Standard claims by name. A null is as good as nothing.
    pub claims: Map<String, Value>,
    /// The platform's customerInfo.
    pub customer_info: Option<Value>,
    /// The platform's personalInfo.
    pub personal_info: Option<Value>,
}

/// A consumer's content that has passed every check.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Their subject, where it was given.
    pub sub: Option<Subject>,
    /// The name that they log in with, as it was given.
    pub username: Option<String>,
    /// What they may type to log in.
    pub identifiers: Vec<Identifier>,
    /// Whether they may log in.
    pub status: ConsumerStatus,
    /// Standard claims by name.
    pub claims: Map<String, Value>,
    /// The platform's customerInfo.
    pub customer_info: Option<CustomerInfo>,
    /// The platform's personalInfo.
    pub personal_info: Option<PersonalInfo>,
    /// What was taken, but not without a remark.
    pub warnings: Vec<Warning>,
}

/// What is wrong with a draft: which key, and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{key}: {reason}")]
pub struct Refusal {
    /// The key, dotted: `email`, `customerInfo.lastPaymentDate.month`.
    pub key: String,
    /// What is allowed, for people.
    pub reason: String,
}

impl Refusal {
    /// For that key, for that reason.
    pub fn new(key: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            reason: reason.into(),
        }
    }
}

impl Draft {
    /// A stored consumer, to be changed.
    pub fn of(consumer: &Consumer) -> Self {
        Self {
            sub: Some(consumer.sub.as_str().to_owned()),
            username: consumer.username.clone(),
            status: Some(consumer.status),
            claims: consumer.claims.clone(),
            customer_info: consumer
                .customer_info
                .as_ref()
                .and_then(|info| serde_json::to_value(info).ok()),
            personal_info: consumer
                .personal_info
                .as_ref()
                .and_then(|info| serde_json::to_value(info).ok()),
        }
    }

    /// Checks everything, and tells all that is wrong at once.
    pub fn check(mut self) -> Result<Profile, Vec<Refusal>> {
        let mut refusals = Vec::new();
        self.claims.retain(|_, value| !value.is_null());
        for (name, value) in &self.claims {
            if let Err(reason) = claim::check(name, value) {
                let reason = reason
                    .strip_prefix(name.as_str())
                    .map_or(reason.as_str(), str::trim_start);
                refusals.push(Refusal::new(name, reason));
            }
        }
        let sub = self.sub.as_deref().map(subject).transpose();
        let identifiers = self.identifiers(&mut refusals);
        if identifiers.is_empty() && self.sub.is_none() && refusals.is_empty() {
            refusals.push(Refusal::new(
                "username",
                "a consumer needs a username, an e-mail address or a sub",
            ));
        }
        if self.status == Some(ConsumerStatus::Deleted) {
            refusals.push(Refusal::new(
                "status",
                "must be active or disabled; delete a consumer to end it",
            ));
        }
        let mut warnings = Vec::new();
        let customer_info = attributes(
            self.customer_info,
            CustomerInfo::parse,
            &mut warnings,
            &mut refusals,
        )
        .filter(|info| !info.is_empty());
        let personal_info = attributes(
            self.personal_info,
            PersonalInfo::parse,
            &mut warnings,
            &mut refusals,
        )
        .filter(|info| !info.is_empty());
        match sub {
            Err(refusal) => {
                refusals.push(refusal);
                Err(refusals)
            }
            Ok(sub) if refusals.is_empty() => Ok(Profile {
                sub,
                username: self.username,
                identifiers,
                status: self.status.unwrap_or(ConsumerStatus::Active),
                claims: self.claims,
                customer_info,
                personal_info,
                warnings,
            }),
            Ok(_) => Err(refusals),
        }
    }

    /// What they may type to log in. A username that is their own address counts once.
    fn identifiers(&self, refusals: &mut Vec<Refusal>) -> Vec<Identifier> {
        let mut identifiers: Vec<Identifier> = Vec::with_capacity(2);
        let mut take = |key: &str, parsed: Result<Identifier, _>| match parsed {
            Ok(identifier) if identifiers.contains(&identifier) => {}
            Ok(identifier) => identifiers.push(identifier),
            Err(reason) => {
                let reason: super::identifier::InvalidIdentifier = reason;
                refusals.push(Refusal::new(key, reason.to_string()));
            }
        };
        if let Some(Value::String(email)) = self.claims.get("email") {
            take("email", Identifier::email(email));
        }
        if let Some(username) = &self.username {
            take("username", Identifier::parse(username));
        }
        identifiers
    }
}

/// Engagement attributes, checked; nothing where there are none, or where something is wrong with them.
fn attributes<T>(
    value: Option<Value>,
    parse: impl Fn(&Value) -> Result<Parsed<T>, Violations>,
    warnings: &mut Vec<Warning>,
    refusals: &mut Vec<Refusal>,
) -> Option<T> {
    match parse(&value.filter(|value| !value.is_null())?) {
        Ok(parsed) => {
            warnings.extend(parsed.warnings);
            Some(parsed.value)
        }
        Err(violations) => {
            refusals.extend(violations.into_iter().map(Refusal::from));
            None
        }
    }
}

impl From<Violation> for Refusal {
    fn from(violation: Violation) -> Self {
        let Violation {
            path,
            found,
            allowed,
            suggestion,
        } = violation;
        let meant = suggestion.map_or_else(String::new, |key| format!(" (did you mean {key}?)"));
        Self::new(path, format!("found {found}, allowed is {allowed}{meant}"))
    }
}

impl Profile {
    /// The key that an identifier came from, for messages.
    pub fn key_of(&self, identifier: &Identifier) -> &'static str {
        let claimed = self.claims.get("email").and_then(Value::as_str);
        match identifier.kind() {
            IdentifierKind::Email
                if claimed.is_some_and(|it| Identifier::email(it).as_ref() == Ok(identifier)) =>
            {
                "email"
            }
            IdentifierKind::Email | IdentifierKind::Username => "username",
        }
    }
}

/// A subject that somebody else chose: opaque, so that it tells nothing and is never passed on (SEC-010). E-mail
/// addresses and telephone numbers are neither.
pub fn subject(text: &str) -> Result<Subject, Refusal> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if text.contains('@') || (all_digits && (text.starts_with('+') || (10..=15).contains(&digits.len()))) {
        return Err(Refusal::new(
            "sub",
            "must be opaque: e-mail addresses and telephone numbers change hands, and whoever has one next would be \
             taken for its former owner",
        ));
    }
    Subject::parse(text)
        .map_err(|_| Refusal::new("sub", "must have 1 to 255 characters of A-Z a-z 0-9 . _ ~ : | -"))
}
