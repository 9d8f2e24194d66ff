//! An event in the record, and the one form of it that is hashed.
//!
//! The entries of a realm are a chain: each holds the hash of the one before it, and its own hash is taken over that
//! and all its fields. `docs/audit.md` tells how to compute it without this program.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::AuditEvent;
use crate::base::{Timestamp, hex};

/// What stands for the hash of an entry before the first.
pub const GENESIS: [u8; 32] = [0; 32];

/// The form that entries are hashed in today. A change of it is a new number, and the old one stays readable.
const VERSION: i64 = 1;

/// Bytes that are shown in hexadecimal. Any number of them: a row that somebody changed must be readable to be told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hexed(pub Vec<u8>);

/// An event as it stands in the record. Its texts are as they were read, whatever they hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its place in the chain, from 1 on; none where it was written before the chain began.
    pub seq: Option<i64>,
    /// The account, or `*`.
    pub account_id: String,
    /// Its id.
    pub audit_id: String,
    /// When, in milliseconds since 1970.
    pub at: Timestamp,
    /// What happened.
    pub event: String,
    /// Who did it.
    pub actor: String,
    /// The request.
    pub request_id: Option<String>,
    /// The client concerned.
    pub client_id: Option<String>,
    /// The consumer concerned.
    pub sub: Option<String>,
    /// Where the request came from.
    pub ip: Option<String>,
    /// What is hashed with the address, so that it can't be found by trying all of them once both are erased.
    pub ip_salt: Option<Hexed>,
    /// The digest of salt and address. It is what the chain holds, so that an address can be erased without breaking it.
    pub ip_digest: Option<Hexed>,
    /// How it ended.
    pub outcome: String,
    /// Before and after: JSON, to the letter as it was hashed.
    pub detail: String,
    /// The form that was hashed.
    pub version: Option<i64>,
    /// The hash of the entry before it.
    pub previous: Option<Hexed>,
    /// Its own.
    pub hash: Option<Hexed>,
}

/// Where a chain stands: its last entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The place of the last entry; 0 where there is none.
    pub seq: i64,
    /// Its hash.
    pub hash: Hexed,
}

impl Entry {
    /// What is kept of an event, with its place after `head`.
    pub fn new(event: &AuditEvent, audit_id: String, at: Timestamp, salt: [u8; 16], head: Head) -> Self {
        let salt = event.ip.as_ref().map(|_| Hexed(salt.to_vec()));
        let mut entry = Self {
            seq: Some(head.seq.saturating_add(1)),
            account_id: event.realm.to_string(),
            audit_id,
            at,
            event: event.event.to_owned(),
            actor: event.actor.clone(),
            request_id: event.request_id.clone(),
            client_id: event.client_id.as_ref().map(ToString::to_string),
            sub: event.sub.as_ref().map(ToString::to_string),
            ip: event.ip.clone(),
            ip_digest: None,
            ip_salt: salt,
            outcome: event.outcome.to_string(),
            detail: event.detail.to_string(),
            version: Some(VERSION),
            previous: Some(head.hash),
            hash: None,
        };
        entry.ip_digest = entry.digest_of_ip();
        entry.hash = entry.digest();
        entry
    }

    /// As programs read it: times in RFC 3339, detail as what it says, and nothing of the chain but its place and hash.
    pub fn document(&self) -> Value {
        let detail: Value =
            serde_json::from_str(&self.detail).unwrap_or_else(|_| Value::from(self.detail.as_str()));
        json!({
            "seq": self.seq,
            "audit_id": self.audit_id,
            "at": self.at.to_rfc3339(),
            "event": self.event,
            "actor": self.actor,
            "outcome": self.outcome,
            "request_id": self.request_id,
            "client_id": self.client_id,
            "sub": self.sub,
            "ip": self.ip,
            "detail": detail,
            "hash": self.hash,
        })
    }

    /// The hash that its fields make; `None` where it is in no form that is known.
    pub fn digest(&self) -> Option<Hexed> {
        if self.version != Some(VERSION) {
            return None;
        }
        let shown = |bytes: &Option<Hexed>| bytes.as_ref().map(ToString::to_string);
        let (previous, ip_digest) = (shown(&self.previous), shown(&self.ip_digest));
        let (seq, at) = (self.seq.map(|seq| seq.to_string()), self.at.millis().to_string());
        let mut form = Form::default();
        for field in [
            Some("signet-audit-1"),
            previous.as_deref(),
            Some(&self.account_id),
            seq.as_deref(),
            Some(&self.audit_id),
            Some(&at),
            Some(&self.event),
            Some(&self.actor),
            self.request_id.as_deref(),
            self.client_id.as_deref(),
            self.sub.as_deref(),
            ip_digest.as_deref(),
            Some(&self.outcome),
            Some(&self.detail),
        ] {
            form.field(field);
        }
        Some(form.digest())
    }

    /// Whether the fields, the address among them, are those that were hashed.
    pub fn is_whole(&self) -> bool {
        // Both are there, or both are erased.
        let address = match (&self.ip, &self.ip_salt) {
            (None, None) => true,
            _ => self.ip_digest.is_some() && self.ip_digest == self.digest_of_ip(),
        };
        address && self.hash.is_some() && self.hash == self.digest()
    }

    fn digest_of_ip(&self) -> Option<Hexed> {
        let (ip, salt) = (self.ip.as_deref()?, self.ip_salt.as_ref()?);
        let mut form = Form::default();
        form.field(Some(&salt.to_string()));
        form.field(Some(ip));
        Some(form.digest())
    }
}

/// Fields one after another, each with its length: `3:abc,`; a missing one is `-,`. So no two lists of fields read alike.
#[derive(Default)]
struct Form(Sha256);

impl Form {
    fn field(&mut self, field: Option<&str>) {
        match field {
            None => self.0.update(b"-,"),
            Some(text) => {
                self.0.update(format!("{}:", text.len()));
                self.0.update(text);
                self.0.update(b",");
            }
        }
    }

    fn digest(self) -> Hexed {
        Hexed(self.0.finalize().to_vec())
    }
}

impl Hexed {
    /// From the text of it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const NOT_HEX: &str = "not hexadecimal";
        let digits = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !digits || !text.len().is_multiple_of(2) {
            return Err(NOT_HEX);
        }
        text.as_bytes()
            .chunks(2)
            .map(|pair| {
                let pair = std::str::from_utf8(pair).map_err(|_| NOT_HEX)?;
                u8::from_str_radix(pair, 16).map_err(|_| NOT_HEX)
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl TryFrom<String> for Hexed {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, &'static str> {
        Self::parse(&text)
    }
}
impl From<Hexed> for String {
    fn from(bytes: Hexed) -> Self {
        hex(&bytes.0)
    }
}
impl fmt::Display for Hexed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}
impl fmt::Debug for Hexed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
