use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::rules::{
    ALGORITHMS, CERTIFICATES, CLAIM, CLIENT_ID, ENTITY_ID, ISSUER, KIND, RETURN_TO, SCOPES, SECRET, SSO_URL,
};
use crate::directory::error::Problems;
use crate::directory::setting::{self, Key, Shape, all_named, named, optional, parsed};
use crate::directory::{Assignment, Given, Result};
use crate::model::sso::{SsoConfiguration, SsoConnection, SsoKind};

/// A connection as somebody wants it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The protocol. It stays what it was when the connection was made.
    pub kind: SsoKind,
    /// Whether it lets anybody in.
    pub enabled: bool,
    /// What it knows of the identity provider.
    pub configuration: SsoConfiguration,
    /// Our client secret there; none leaves what there is, an empty one takes it away. Sealed when it is stored, and never
    /// shown again.
    pub client_secret: Option<SecretString>,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            kind: SsoKind::Oidc,
            enabled: true,
            configuration: SsoConfiguration::default(),
            client_secret: None,
        }
    }
}

impl From<&SsoConnection> for Draft {
    fn from(connection: &SsoConnection) -> Self {
        Self {
            kind: connection.kind,
            enabled: connection.enabled,
            configuration: connection.configuration.clone(),
            client_secret: None,
        }
    }
}

impl Draft {
    /// Sets fields by their text. What has the wrong shape is told at once; what can't stand together, when the draft is
    /// written.
    pub fn assign(&mut self, given: &[Assignment]) -> Result<()> {
        let mut problems = Problems::default();
        setting::assign(KEYS, self, given, &mut problems);
        problems.finish()
    }

    /// What a program wants of it: members by the names of the fields, each of the shape that [`Draft::properties`] says; those
    /// that are in `configuration` where it is shown may stand there.
    pub fn read(wanted: Map<String, Value>) -> Result<Vec<Assignment>> {
        setting::read(KEYS, &setting::unfolded(wanted))
    }

    /// The JSON Schemas of the fields, by their names.
    pub fn properties() -> Map<String, Value> {
        setting::properties(KEYS)
    }

    /// The fields by their names, each with what is allowed, for people.
    pub fn keys() -> impl Iterator<Item = (&'static str, &'static str)> {
        KEYS.iter().map(|key| (key.name, key.allowed))
    }
}

const TRUTH: &str = "true or false";

/// A field of the configuration, with the function that reads it.
macro_rules! key {
    ($field:ident, $shape:expr, $allowed:expr, $read:expr) => {
        Key {
            name: stringify!($field),
            shape: $shape,
            allowed: $allowed,
            set: |draft, given| $read(given).map(|it| draft.configuration.$field = it),
        }
    };
}

/// A field of the configuration that is a text, or isn't there.
macro_rules! optional {
    ($field:ident, $allowed:expr) => {
        Key {
            name: stringify!($field),
            shape: Shape::MaybeText,
            allowed: $allowed,
            set: |draft, given| optional(given, setting::text, &mut draft.configuration.$field),
        }
    };
}

const KEYS: &[Key<Draft>] = &[
    Key {
        name: "kind",
        shape: Shape::Text,
        allowed: KIND,
        set: |draft, given| named(given).map(|it| draft.kind = it),
    },
    Key {
        name: "enabled",
        shape: Shape::Truth,
        allowed: TRUTH,
        set: |draft, given| parsed(given).map(|it| draft.enabled = it),
    },
    optional!(issuer, ISSUER),
    optional!(client_id, CLIENT_ID),
    Key {
        name: "client_secret",
        shape: Shape::MaybeText,
        allowed: SECRET,
        set: |draft, given| {
            draft.client_secret = Some(SecretString::from(given.as_text()?));
            Some(())
        },
    },
    key!(scopes, Shape::Texts, SCOPES, Given::as_list),
    key!(algorithms, Shape::Texts, ALGORITHMS, all_named),
    optional!(entity_id, ENTITY_ID),
    optional!(sso_url, SSO_URL),
    key!(certificates, Shape::Texts, CERTIFICATES, certificates),
    key!(claim, Shape::Text, CLAIM, setting::text),
    key!(return_to, Shape::Texts, RETURN_TO, Given::as_list),
    key!(assertion_login, Shape::Truth, TRUTH, parsed),
];

/// Certificates, each as PEM or as base64 of the DER alone, in one line of base64.
fn certificates(given: &Given) -> Option<Vec<String>> {
    given.as_list()?.iter().map(|text| certificate(text)).collect()
}

fn certificate(text: &str) -> Option<String> {
    let base64: String = text
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .flat_map(str::chars)
        .filter(|letter| !letter.is_ascii_whitespace())
        .collect();
    STANDARD.decode(&base64).ok().map(|_| base64)
}
