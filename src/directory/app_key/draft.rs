use serde_json::{Map, Value};

use crate::base::Timestamp;
use crate::directory::error::Problems;
use crate::directory::setting::{self, Key, Shape, all_named, parsed, text};
use crate::directory::{Assignment, Given, Result};
use crate::model::app_key::{AppKey, AppKeySettings, IpRule};

/// An API key as somebody wants it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Whether it may be used.
    pub enabled: bool,
    /// What it is, and what it may do.
    pub settings: AppKeySettings,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            enabled: true,
            settings: AppKeySettings::default(),
        }
    }
}

impl From<&AppKey> for Draft {
    fn from(key: &AppKey) -> Self {
        Self {
            enabled: key.enabled,
            settings: key.settings.clone(),
        }
    }
}

impl Draft {
    /// A new one as it is described.
    pub fn described(given: &[Assignment]) -> Result<Self> {
        let mut draft = Self::default();
        draft.assign(given)?;
        Ok(draft)
    }

    /// Puts what was given into it; nothing is checked beyond its shape.
    pub fn assign(&mut self, given: &[Assignment]) -> Result<()> {
        let mut problems = Problems::default();
        setting::assign(KEYS, self, given, &mut problems);
        problems.finish()
    }

    /// What a program wants of it: members by the names of the keys, each of the shape that [`Draft::properties`] says.
    pub fn read(wanted: &Map<String, Value>) -> Result<Vec<Assignment>> {
        setting::read(KEYS, wanted)
    }

    /// The JSON Schemas of the keys, by their names.
    pub fn properties() -> Map<String, Value> {
        setting::properties(KEYS)
    }

    /// The keys that can be assigned, with what is allowed.
    pub fn keys() -> impl Iterator<Item = (&'static str, &'static str)> {
        KEYS.iter().map(|key| (key.name, key.allowed))
    }
}

const KEYS: &[Key<Draft>] = &[
    Key {
        name: "enabled",
        shape: Shape::Truth,
        allowed: "true or false",
        set: |draft, given| {
            draft.enabled = parsed(given)?;
            Some(())
        },
    },
    Key {
        name: "application_name",
        shape: Shape::Text,
        allowed: super::check::NAME,
        set: |draft, given| {
            draft.settings.application_name = text(given)?;
            Some(())
        },
    },
    Key {
        name: "developer_name",
        shape: Shape::Text,
        allowed: super::check::NAME,
        set: |draft, given| {
            draft.settings.developer_name = text(given)?;
            Some(())
        },
    },
    Key {
        name: "description",
        shape: Shape::Text,
        allowed: super::check::DESCRIPTION,
        set: |draft, given| {
            draft.settings.description = text(given)?;
            Some(())
        },
    },
    Key {
        name: "privileges",
        shape: Shape::Texts,
        allowed: super::check::PRIVILEGES,
        set: |draft, given| {
            draft.settings.privileges = all_named(given)?;
            Some(())
        },
    },
    Key {
        name: "ip",
        shape: Shape::Texts,
        allowed: IpRule::ALLOWED,
        set: |draft, given| {
            draft.settings.ip = all_named(given)?;
            Some(())
        },
    },
    Key {
        name: "require_body_hash",
        shape: Shape::Truth,
        allowed: "true or false",
        set: |draft, given| {
            draft.settings.require_body_hash = parsed(given)?;
            Some(())
        },
    },
    Key {
        name: "hmac_sha1",
        shape: Shape::Truth,
        allowed: "true or false; false leaves HMAC-SHA256 alone",
        set: |draft, given| {
            draft.settings.hmac_sha1 = parsed(given)?;
            Some(())
        },
    },
    Key {
        name: "expires_at",
        shape: Shape::MaybeText,
        allowed: super::check::EXPIRES_AT,
        set: |draft, given| setting::optional(given, instant, &mut draft.settings.expires_at),
    },
];

fn instant(given: &Given) -> Option<Timestamp> {
    Timestamp::parse(given.as_text()?.trim())
}
