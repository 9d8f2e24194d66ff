//! An account's connectors: what the messaging platform's page “Consumer Identity Provider” asks for, field by field.

use super::Shell;
use super::keys::Notice;

/// The connectors of an account.
#[derive(Debug, Clone, Copy)]
pub struct Connectors<'a> {
    /// What stands around it.
    pub shell: Shell<'a>,
    /// What was done.
    pub notice: Option<&'a Notice<'a>>,
    /// The account's one type for web and apps; empty where none is set.
    pub flow: &'a str,
    /// The connectors.
    pub connectors: &'a [ConnectorRow<'a>],
    /// The platform's clients that a connector can be made for: id and name.
    pub clients: &'a [(&'a str, &'a str)],
}

/// A connector in the list.
#[derive(Debug, Clone, Copy)]
pub struct ConnectorRow<'a> {
    /// Its id.
    pub id: &'a str,
    /// What administrators call it.
    pub name: &'a str,
    /// `implicit`, `code` or `anonymous`.
    pub kind: &'a str,
    /// Whether it may be used.
    pub enabled: bool,
    /// Whether it is the first choice of its type.
    pub preferred: bool,
    /// The issuer whose tokens it takes.
    pub issuer: &'a str,
}

in_shell!(Connectors, "console/connectors.html");

/// A connector, to be read and pasted.
#[derive(Debug, Clone, Copy)]
pub struct ConnectorPage<'a> {
    /// What stands around it.
    pub shell: Shell<'a>,
    /// The token of this page's forms.
    pub csrf: &'a str,
    /// When the connector was last changed: hidden in the form that changes it.
    pub read: &'a str,
    /// What was done, or why not.
    pub notice: Option<&'a Notice<'a>>,
    /// The connector.
    pub connector: ConnectorRow<'a>,
    /// The platform's fields by their newest names, in its order.
    pub fields: &'a [Pasted<'a>],
    /// What the brand registers at its own identity provider.
    pub at_brand: &'a [Pasted<'a>],
    /// Whether its client can get a new secret here.
    pub renews: bool,
    /// What the check found; none where nobody asked.
    pub checks: Option<&'a [Checked<'a>]>,
}

/// A field of the platform's page.
#[derive(Debug, Clone, Copy)]
pub struct Pasted<'a> {
    /// Its name there.
    pub label: &'a str,
    /// Its value; empty where there is none.
    pub value: &'a str,
    /// What is good to know of it; empty where nothing is.
    pub hint: &'a str,
    /// Whether the brand pastes it there.
    pub copy: bool,
}

/// A check that was made, or couldn't be.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'a> {
    /// What was looked at.
    pub name: &'a str,
    /// `ok`, `warning`, `wrong` or `unchecked`.
    pub verdict: &'a str,
    /// What was found: where, what, and the mend.
    pub findings: &'a [(&'a str, &'a str, &'a str)],
    /// What is good to know besides.
    pub notes: &'a [String],
}

impl Checked<'_> {
    fn is(&self, verdict: &str) -> bool {
        self.verdict == verdict
    }
}

in_shell!(ConnectorPage, "console/connector.html");

/// A connector, to be written.
#[derive(Debug, Clone, Copy)]
pub struct ConnectorForm<'a> {
    /// What stands around it.
    pub shell: Shell<'a>,
    /// The form's token.
    pub csrf: &'a str,
    /// What it was filled in from, compared when it is saved; empty for something new.
    pub read: &'a str,
    /// The connector's id; empty for a new one.
    pub id: &'a str,
    /// What can't be, where it belongs to no field of the form.
    pub problem: &'a str,
    /// Whether something was wrong with what was sent.
    pub again: bool,
    /// The fields, in the order of the platform's page.
    pub fields: &'a [FormField<'a>],
}

/// A field of the form.
#[derive(Debug, Clone, Copy)]
pub struct FormField<'a> {
    /// Its name in the form.
    pub key: &'a str,
    /// Its name on the platform's page.
    pub label: &'a str,
    /// What is allowed, in a few words.
    pub hint: &'a str,
    /// What it holds.
    pub value: &'a str,
    /// What kind of field it is.
    pub kind: FieldKind<'a>,
    /// What is wrong with it; empty where nothing is.
    pub problem: &'a str,
}

/// What kind of field something is.
#[derive(Debug, Clone, Copy)]
pub enum FieldKind<'a> {
    /// A line of text.
    Line,
    /// A long line without blanks.
    Long,
    /// A secret, which is never shown.
    Secret,
    /// One of these: the value, and what it is called.
    Choice(&'a [(&'a str, &'a str)]),
}

in_shell!(ConnectorForm, "console/connector_form.html");
