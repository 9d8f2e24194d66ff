//! The fields of a connection's form.

use oauth::Parameters;
use pages::console::{FieldKind, FormField};

use crate::config::PublicUrl;
use crate::directory::Assignment;
use crate::directory::sso::{Draft, begin, callback};
use crate::model::sso::{SsoConnection, SsoKind};

const SWITCH: &[(&str, &str)] = &[("true", "On"), ("false", "Off")];
const KINDS: &[(&str, &str)] = &[("oidc", "OpenID Connect"), ("saml", "SAML 2.0")];

/// A field: its key, what it is called, a hint, its kind, and the protocol that it belongs to.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    FieldKind<'static>,
    Option<SsoKind>,
);

/// Where the list of each is: one a line.
const LINES: [&str; 4] = ["scopes", "algorithms", "certificates", "return_to"];

const ROWS: &[Row] = &[
    (
        "name",
        "Name",
        "Letters, digits, - and _. The identity provider knows the connection by it; it stays.",
        FieldKind::Line,
        None,
    ),
    (
        "kind",
        "Protocol",
        "It stays, too.",
        FieldKind::Choice(KINDS),
        None,
    ),
    (
        "enabled",
        "Enabled",
        "Whether it lets anybody in. Switched off, it logs out whoever came by it.",
        FieldKind::Choice(SWITCH),
        None,
    ),
    (
        "issuer",
        "Issuer",
        "OpenID Connect: byte for byte as its tokens say it, an https URL.",
        FieldKind::Line,
        Some(SsoKind::Oidc),
    ),
    (
        "client_id",
        "Client ID",
        "OpenID Connect: ours there.",
        FieldKind::Line,
        Some(SsoKind::Oidc),
    ),
    (
        "client_secret",
        "Client secret",
        "OpenID Connect: ours there. Never shown; left empty, the one that is kept stays.",
        FieldKind::Secret,
        Some(SsoKind::Oidc),
    ),
    (
        "scopes",
        "Scopes",
        "OpenID Connect: what is asked for beside openid, one a line.",
        FieldKind::Long,
        Some(SsoKind::Oidc),
    ),
    (
        "algorithms",
        "Algorithms",
        "OpenID Connect: what id_tokens may be signed with, one a line.",
        FieldKind::Long,
        Some(SsoKind::Oidc),
    ),
    (
        "entity_id",
        "Entity ID",
        "SAML: the identity provider’s.",
        FieldKind::Line,
        Some(SsoKind::Saml),
    ),
    (
        "sso_url",
        "Single sign-on URL",
        "SAML: where it takes requests by HTTP-Redirect.",
        FieldKind::Line,
        Some(SsoKind::Saml),
    ),
    (
        "certificates",
        "Certificates",
        "SAML: what it signs with, in PEM; or in base64, one a line. Up to eight.",
        FieldKind::Long,
        Some(SsoKind::Saml),
    ),
    (
        "claim",
        "Claim",
        "The claim or attribute that holds the login name, to the letter.",
        FieldKind::Line,
        None,
    ),
    (
        "return_to",
        "Return addresses",
        "Where browsers may go in the end, with a ticket: https URLs, one a line. Empty where they stay here.",
        FieldKind::Long,
        None,
    ),
    (
        "assertion_login",
        "Unasked answers",
        "Whether an id_token or SAML response that nobody here asked for is taken at the login.",
        FieldKind::Choice(SWITCH),
        None,
    ),
];

/// What a form holds, a text for each field.
pub(super) struct Values(Vec<String>);

impl Values {
    /// Those of a connection; without one, those of a new one.
    pub(super) fn of(connection: Option<&SsoConnection>) -> Self {
        let draft = connection.map_or_else(Draft::default, Draft::from);
        let fields = &draft.configuration;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let algorithms: Vec<&str> = fields.algorithms.iter().map(|it| it.as_str()).collect();
        let of = |key: &str| match key {
            "name" => connection.map_or_else(String::new, |it| it.name.to_string()),
            "kind" => draft.kind.to_string(),
            "enabled" => draft.enabled.to_string(),
            "issuer" => text(&fields.issuer),
            "client_id" => text(&fields.client_id),
            "scopes" => fields.scopes.join("\n"),
            "algorithms" => algorithms.join("\n"),
            "entity_id" => text(&fields.entity_id),
            "sso_url" => text(&fields.sso_url),
            "certificates" => fields.certificates.join("\n"),
            "claim" => fields.claim.clone(),
            "return_to" => fields.return_to.join("\n"),
            "assertion_login" => fields.assertion_login.to_string(),
            // A secret is never shown (SEC-132).
            _ => String::new(),
        };
        Self(ROWS.iter().map(|(key, ..)| of(key)).collect())
    }

    /// What was sent.
    pub(super) fn sent(form: &Parameters) -> Self {
        let of = |key: &str| form.get(key).unwrap_or_default().trim().to_owned();
        Self(ROWS.iter().map(|(key, ..)| of(key)).collect())
    }

    pub(super) fn name(&self) -> &str {
        let mut all = ROWS.iter().zip(&self.0);
        all.find(|((key, ..), _)| *key == "name")
            .map_or("", |(_, text)| text)
    }

    /// The same as assignments, of a connection of that protocol; of a new one, of the one that it says. What belongs to the
    /// other isn't sent along where it is empty, nor is a secret that was left empty.
    pub(super) fn assignments(&self, kind: Option<SsoKind>) -> Vec<Assignment> {
        let rows = ROWS.iter().zip(&self.0);
        let given = rows.filter(|((key, _, _, _, of), text)| match *key {
            "name" => false,
            "kind" => kind.is_none(),
            "client_secret" => !text.is_empty(),
            _ => of.is_none() || *of == kind || (kind.is_none() && !text.is_empty()),
        });
        given
            .map(|((key, ..), text)| match *key {
                "certificates" => Assignment::list(key, certificates(text)),
                key if LINES.contains(&key) => {
                    Assignment::list(key, text.lines().map(str::trim).filter(|line| !line.is_empty()))
                }
                key => Assignment::text(key, text),
            })
            .collect()
    }
}

/// Each certificate of a text: in PEM, or a line.
fn certificates(text: &str) -> Vec<String> {
    const END: &str = "-----END CERTIFICATE-----";
    if text.contains(END) {
        let blocks = text.split(END).map(str::trim);
        return blocks
            .filter(|block| !block.is_empty())
            .map(str::to_owned)
            .collect();
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

/// The fields, each with what is wrong with it: of a connection that is there, those of its protocol that may change.
pub(super) fn fields<'a>(
    kind: Option<SsoKind>,
    values: &'a Values,
    problems: &'a [(String, String)],
) -> Vec<FormField<'a>> {
    let rows = ROWS.iter().zip(&values.0);
    rows.filter(|((key, _, _, _, of), _)| {
        kind.is_none() || (!matches!(*key, "name" | "kind") && (of.is_none() || *of == kind))
    })
    .map(|((key, label, hint, field, _), value)| FormField {
        key,
        label,
        hint,
        value: if *key == "client_secret" { "" } else { value },
        kind: *field,
        problem: problems
            .iter()
            .find(|(wrong, _)| wrong == key)
            .map_or("", |(_, text)| text.as_str()),
    })
    .collect()
}

/// What is to be registered at the identity provider, and where browsers begin.
pub(super) fn facts(url: &PublicUrl, connection: &SsoConnection) -> Vec<(&'static str, String)> {
    let (account, name) = (&connection.account_id, connection.name.as_str());
    let back = callback(url, account, name);
    let mut facts = match connection.kind {
        SsoKind::Oidc => vec![("Redirect URI", back)],
        SsoKind::Saml => vec![
            ("Entity ID", name.to_owned()),
            ("Assertion consumer service", back),
        ],
    };
    facts.push(("Where browsers begin", begin(url, account, name)));
    if connection.kind == SsoKind::Oidc {
        let kept = if connection.secret.is_some() {
            "Kept"
        } else {
            "None"
        };
        facts.push(("Client secret", kept.to_owned()));
    }
    facts
}
