//! What somebody wants a consumer to be, and the check that every way of writing one goes through: commands, the
//! admin API, registration, imports.

use engagement::{CustomerInfo, Parsed, PersonalInfo, Violation, Violations, Warning};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Consumer, ConsumerStatus, Identifier, claim};
use crate::base::Timestamp;
use crate::base::id::{AccountId, Subject};

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
    /// Whether they may log in, where that was said.
    pub status: Option<ConsumerStatus>,
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
        let says_nothing = |value: &Value| value.is_null() || value.as_object().is_some_and(Map::is_empty);
        self.claims.retain(|_, value| !says_nothing(value));
        for (name, value) in &self.claims {
            if let Err(reason) = claim::check(name, value) {
                // It begins with the key, which of an address is a longer one.
                let (key, reason) = reason.split_once(' ').unwrap_or((name, &reason));
                refusals.push(Refusal::new(key, reason));
            }
        }
        let sub = self.sub.as_deref().map(subject).transpose();
        let identifiers = identifiers(self.username.as_deref(), &self.claims, &mut refusals);
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
                status: self.status,
                claims: self.claims,
                customer_info,
                personal_info,
                warnings,
            }),
            Ok(_) => Err(refusals),
        }
    }
}

/// What a consumer may type to log in. A username that is their own address counts once.
fn identifiers(
    username: Option<&str>,
    claims: &Map<String, Value>,
    refusals: &mut Vec<Refusal>,
) -> Vec<Identifier> {
    let email = claims.get("email").and_then(Value::as_str);
    let mut identifiers: Vec<Identifier> = Vec::with_capacity(2);
    for (key, parsed) in [
        ("email", email.map(Identifier::email)),
        ("username", username.map(Identifier::parse)),
    ] {
        match parsed {
            Some(Ok(identifier)) if !identifiers.contains(&identifier) => identifiers.push(identifier),
            Some(Err(reason)) => refusals.push(Refusal::new(key, reason.to_string())),
            Some(Ok(_)) | None => {}
        }
    }
    identifiers
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
    /// The consumer that it makes.
    pub fn new_consumer(self, account: &AccountId, sub: Subject, now: Timestamp) -> Consumer {
        Consumer {
            account_id: account.clone(),
            sub,
            status: self.status.unwrap_or(ConsumerStatus::Active),
            username: self.username,
            claims: self.claims,
            customer_info: self.customer_info,
            personal_info: self.personal_info,
            created_at: now,
            updated_at: now,
        }
    }

    /// What `former` becomes when it takes over all that is said here, and keeps the rest. An engagement object is
    /// taken over whole, since the platform takes it whole.
    pub fn laid_over(self, former: &Consumer) -> Consumer {
        let mut claims = former.claims.clone();
        claims.extend(self.claims);
        Consumer {
            status: self.status.unwrap_or(former.status),
            username: self.username.or_else(|| former.username.clone()),
            claims,
            customer_info: self.customer_info.or_else(|| former.customer_info.clone()),
            personal_info: self.personal_info.or_else(|| former.personal_info.clone()),
            ..former.clone()
        }
    }
}

impl Consumer {
    /// What they may type to log in.
    pub fn identifiers(&self) -> Vec<Identifier> {
        identifiers(self.username.as_deref(), &self.claims, &mut Vec::new())
    }

    /// The key that an identifier comes from, for messages.
    pub fn key_of(&self, identifier: &Identifier) -> &'static str {
        let email = self.claims.get("email").and_then(Value::as_str);
        let is_email = email.is_some_and(|it| Identifier::email(it).as_ref() == Ok(identifier));
        if is_email { "email" } else { "username" }
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

#[cfg(test)]
mod tests;
