use secrecy::SecretString;
use serde_json::{Map, Value};

use super::keys::KEYS;
use crate::directory::error::Problems;
use crate::directory::{Assignment, Given, Result, setting};
use crate::model::connector::{Connector, ConnectorConfiguration, ConnectorKind, JwtValidationType};

/// A connector as somebody wants it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What administrators call it.
    pub name: String,
    /// What it carries.
    pub kind: ConnectorKind,
    /// Whether it may be used.
    pub enabled: bool,
    /// Its fields, by the platform's names.
    pub configuration: ConnectorConfiguration,
    /// The platform's client secret at the brand; none leaves what there is, an empty one takes it away. Sealed when it is
    /// stored, and never shown again.
    pub client_secret: Option<SecretString>,
    /// Whether the account's flow may become this connector's type, where it is preferred.
    pub switch_flow: bool,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            name: String::new(),
            kind: ConnectorKind::Code,
            enabled: true,
            configuration: ConnectorConfiguration::default(),
            client_secret: None,
            switch_flow: false,
        }
    }
}

impl From<&Connector> for Draft {
    fn from(connector: &Connector) -> Self {
        Self {
            name: connector.name.clone(),
            kind: connector.kind,
            enabled: connector.enabled,
            configuration: connector.configuration.clone(),
            client_secret: None,
            switch_flow: false,
        }
    }
}

impl Draft {
    /// Sets fields by their text. What has the wrong shape is told at once; what can't stand together, when the draft is
    /// written. Where one of a key and a JWK set is given, it takes the other's place.
    pub fn assign(&mut self, given: &[Assignment]) -> Result<()> {
        let mut problems = Problems::default();
        setting::assign(KEYS, self, given, &mut problems);
        problems.finish()?;
        let says = |key: &str| {
            let mut all = given.iter().filter(|assignment| assignment.key == key);
            all.any(|assignment| !is_empty(&assignment.given))
        };
        if !says("jwtValidationType") {
            let fields = &mut self.configuration;
            match (says("jwtPublicKey"), says("jwksEndpoint")) {
                (true, false) => {
                    fields.jwt_validation_type = JwtValidationType::JwtPublicKey;
                    fields.jwks_endpoint = None;
                }
                (false, true) => {
                    fields.jwt_validation_type = JwtValidationType::JwksEndpoint;
                    fields.jwt_public_key = None;
                }
                (true, true) | (false, false) => {}
            }
        }
        Ok(())
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

fn is_empty(given: &Given) -> bool {
    match given {
        Given::Text(text) => text.trim().is_empty(),
        Given::List(values) => values.is_empty(),
    }
}
