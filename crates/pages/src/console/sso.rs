//! An account's connections to identity providers of its companies, by which its users log in.

use super::Shell;
use super::connectors::FormField;
use super::keys::Notice;

/// The connections of an account.
#[derive(Debug, Clone, Copy)]
pub struct SsoConnections<'a> {
    /// What stands around it.
    pub shell: Shell<'a>,
    /// What was done.
    pub notice: Option<&'a Notice<'a>>,
    /// Whether users log in by single sign-on alone.
    pub alone: bool,
    /// The connections, by their names.
    pub connections: &'a [SsoRow<'a>],
}

/// A connection in the list.
#[derive(Debug, Clone, Copy)]
pub struct SsoRow<'a> {
    /// Its name.
    pub name: &'a str,
    /// `oidc` or `saml`.
    pub kind: &'a str,
    /// Whether it lets anybody in.
    pub enabled: bool,
    /// The identity provider: its issuer, or its entity ID.
    pub provider: &'a str,
}

impl SsoRow<'_> {
    fn protocol(&self) -> &'static str {
        if self.kind == "saml" {
            "SAML 2.0"
        } else {
            "OpenID Connect"
        }
    }
}

impl SsoConnections<'_> {
    const fn is_empty(&self) -> bool {
        self.connections.is_empty()
    }
}

in_shell!(SsoConnections, "console/sso.html");

/// A connection, to be written.
#[derive(Debug, Clone, Copy)]
pub struct SsoForm<'a> {
    /// What stands around it.
    pub shell: Shell<'a>,
    /// The forms' token.
    pub csrf: &'a str,
    /// What it was filled in from, compared when it is saved; empty for something new.
    pub read: &'a str,
    /// What was done.
    pub notice: Option<&'a Notice<'a>>,
    /// The connection as it stands; none for a new one.
    pub connection: Option<SsoRow<'a>>,
    /// What is to be registered at the identity provider, by what it is called.
    pub facts: &'a [(&'a str, &'a str)],
    /// The fields.
    pub fields: &'a [FormField<'a>],
}

in_shell!(SsoForm, "console/sso_form.html");

impl SsoForm<'_> {
    fn is_refused(&self) -> bool {
        self.notice.is_some_and(|notice| !notice.good)
    }
}
