//! The record of an account's changes.

use super::Shell;
use crate::Link;

/// What was changed, latest first.
#[derive(Debug, Clone, Copy)]
pub struct Audit<'a> {
    /// What stands around it.
    pub shell: Shell<'a>,
    /// This page of the record.
    pub entries: &'a [AuditEntry<'a>],
    /// The event, or kind of events, that is looked for; empty for all.
    pub event: &'a str,
    /// The page of older ones.
    pub older: Option<&'a Link>,
}

/// An entry of the record.
#[derive(Debug, Clone, Copy)]
pub struct AuditEntry<'a> {
    /// Its place in the chain; none where it is from before the chain.
    pub seq: Option<i64>,
    /// When, for programs: RFC 3339.
    pub at: &'a str,
    /// When, for people, in UTC.
    pub shown_at: &'a str,
    /// What happened.
    pub event: &'a str,
    /// Who did it.
    pub actor: &'a str,
    /// Whether it was refused.
    pub refused: bool,
    /// What it is about, and where it came from: a heading and a value each.
    pub facts: &'a [(&'a str, &'a str)],
    /// Before and after: JSON in lines; empty where there is nothing.
    pub detail: &'a str,
}

in_shell!(Audit, "console/audit.html");
