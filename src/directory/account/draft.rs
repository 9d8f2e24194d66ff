use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::directory::setting::{self, Key, Shape, all_named, named, optional, parsed};
use crate::directory::{Assignment, error::Problems, logo, text};
use crate::model::{AccountSettings, AccountStatus};
use crate::store::accounts::AccountRow;

/// An account as somebody wants it: what may be changed of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Draft {
    /// An issuer of its own: an https origin (http on a loopback address). Without one, it has the one below the
    /// server's public URL.
    pub issuer: Option<String>,
    /// Whether it may be used. It is deleted by [`super::delete`] alone.
    pub status: AccountStatus,
    /// Its settings.
    #[serde(flatten)]
    pub settings: AccountSettings,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            issuer: None,
            status: AccountStatus::Active,
            settings: AccountSettings::default(),
        }
    }
}

impl From<&AccountRow> for Draft {
    fn from(account: &AccountRow) -> Self {
        Self {
            issuer: account.issuer.clone(),
            status: account.status,
            settings: account.settings.clone(),
        }
    }
}

impl Draft {
    /// Sets keys by their text. What has the wrong shape is told at once; what can't stand together, when the draft is
    /// written.
    pub fn assign(&mut self, given: &[Assignment]) -> crate::directory::Result<()> {
        let mut problems = Problems::default();
        setting::assign(KEYS, self, given, &mut problems);
        problems.finish()
    }

    /// What a program wants of it: members by the names of the keys, each of the shape that [`Draft::properties`] says.
    pub fn read(wanted: &Map<String, Value>) -> crate::directory::Result<Vec<Assignment>> {
        setting::read(KEYS, wanted)
    }

    /// The JSON Schemas of the keys, by their names.
    pub fn properties() -> Map<String, Value> {
        setting::properties(KEYS)
    }

    /// The keys, each with what is allowed, for people.
    pub fn keys() -> impl Iterator<Item = (&'static str, &'static str)> {
        KEYS.iter().map(|key| (key.name, key.allowed))
    }
}

pub(super) const ISSUER: &str = "an https origin without a path, such as https://login.brand.example, that is not the \
                                 server's own; http only for localhost; or nothing";
pub(super) const COLOUR: &str = "#rrggbb, with six hexadecimal digits";
pub(super) const LOCALE: &str = "en, de, fr, es or ja";
pub(super) const RSA_BITS: &str = "2048, 3072 or 4096";
pub(super) const ROTATION: &str = "seconds; 0 rotates by hand alone";
pub(super) const CODE_TTL: &str = "seconds, from 1 to 600";
pub(super) const ACCESS_TOKEN_TTL: &str = "seconds, from 60 to 86400";
pub(super) const REFRESH_TOKEN_TTL: &str = "seconds, from 3600 to 31536000";
pub(super) const REFRESH_TOKEN_MAX: &str = "seconds, from 3600 to 63072000";
pub(super) const RESOURCES: &str = "at most 64 absolute URIs without a fragment, none of them below the server's public URL or the account's issuer";
const ID_TOKEN_TTL: &str = "seconds, from 300 to 86400";
const USERINFO_MAX_AGE: &str = "seconds, or nothing";
pub(super) const USERINFO_ACR_VALUES: &str = "levels that a login can reach, separated by commas";
pub(super) const DETAILS_TYPES: &str = "a JSON object of at most 32 types, each with a schema made of type, title, properties, required, \
     additionalProperties, items, enum, minItems, maxItems, minLength, maxLength, minimum, maximum; 16 KiB in all";
pub(super) const USER_PASSWORD_MAX_AGE: &str = "seconds, from 86400 to 315360000, or nothing";
pub(super) const SSO_ONLY: &str = "true or false; true only while a connection for single sign-on is enabled";
pub(super) const BREAK_GLASS_USERS: &str = "login names of at most 5 administrators, separated by commas";
pub(super) const USER_PASSWORD_MIN_LENGTH: &str = "a number from 8 to 128, or nothing";
pub(super) const USER_PASSWORD_RUN: &str = "a number from 2 to 32, or nothing";
pub(super) const USER_PASSWORD_CHARACTERS: &str = "any of lower, upper, digit, other";
pub(super) const USER_INACTIVITY_MAX: &str = "seconds, from 86400 to 315360000, or nothing";
pub(super) const USER_SESSIONS_MAX: &str = "a number from 1 to 1000, or nothing";
pub(super) const TIME_ZONE: &str = "the name of a time zone in IANA's database as it is spelt there, such as UTC or Europe/Athens, or nothing";
pub(super) const SERVICES: &str = "a JSON object of at most 64 names of services, letters and digits alone, each with a host such as va.agentvep.example.net, \
     or host:port where the port isn't 443";
const TRUTH: &str = "true or false";

const KEYS: &[Key<Draft>] = &[
    Key {
        name: "display_name",
        shape: Shape::Text,
        allowed: text::NAME,
        set: |draft, given| setting::text(given).map(|it| draft.settings.display_name = it),
    },
    Key {
        name: "issuer",
        shape: Shape::MaybeText,
        allowed: ISSUER,
        set: |draft, given| optional(given, setting::text, &mut draft.issuer),
    },
    Key {
        name: "status",
        shape: Shape::Text,
        allowed: "active or suspended",
        set: |draft, given| {
            named(given)
                .filter(|status| *status != AccountStatus::Deleted)
                .map(|it| draft.status = it)
        },
    },
    Key {
        name: "logo",
        shape: Shape::MaybeText,
        allowed: logo::LOGO,
        set: |draft, given| optional(given, setting::text, &mut draft.settings.logo),
    },
    Key {
        name: "colour",
        shape: Shape::MaybeText,
        allowed: COLOUR,
        set: |draft, given| optional(given, setting::text, &mut draft.settings.colour),
    },
    Key {
        name: "locale",
        shape: Shape::MaybeText,
        allowed: LOCALE,
        set: |draft, given| optional(given, setting::text, &mut draft.settings.locale),
    },
    Key {
        name: "registration",
        shape: Shape::Text,
        allowed: "closed, token or open",
        set: |draft, given| named(given).map(|it| draft.settings.registration = it),
    },
    Key {
        name: "registration_response_types",
        shape: Shape::Texts,
        allowed: "response types, separated by commas, such as code,id_token token",
        set: |draft, given| {
            setting::all_named(given).map(|it| draft.settings.registration_response_types = it)
        },
    },
    Key {
        name: "registration_grant_types",
        shape: Shape::Texts,
        allowed: "grant types, separated by commas, such as authorization_code,refresh_token",
        set: |draft, given| setting::all_named(given).map(|it| draft.settings.registration_grant_types = it),
    },
    Key {
        name: "registration_policy",
        shape: Shape::Text,
        allowed: "strict or certified",
        set: |draft, given| named(given).map(|it| draft.settings.registration_policy = it),
    },
    Key {
        name: "flow",
        shape: Shape::MaybeText,
        allowed: "implicit or code, or nothing",
        set: |draft, given| optional(given, named, &mut draft.settings.flow),
    },
    Key {
        name: "subject_type",
        shape: Shape::Text,
        allowed: "public or pairwise",
        set: |draft, given| named(given).map(|it| draft.settings.subject_type = it),
    },
    Key {
        name: "default_alg",
        shape: Shape::Text,
        allowed: "RS256, PS256, ES256, ES384 or EdDSA",
        set: |draft, given| named(given).map(|it| draft.settings.default_alg = it),
    },
    Key {
        name: "rsa_bits",
        shape: Shape::MaybeNumber,
        allowed: RSA_BITS,
        set: |draft, given| optional(given, parsed, &mut draft.settings.rsa_bits),
    },
    Key {
        name: "rotation_every",
        shape: Shape::MaybeNumber,
        allowed: ROTATION,
        set: |draft, given| optional(given, parsed, &mut draft.settings.rotation_every),
    },
    Key {
        name: "rotation_publish_ahead",
        shape: Shape::MaybeNumber,
        allowed: "seconds, from 7200 to 31536000",
        set: |draft, given| optional(given, parsed, &mut draft.settings.rotation_publish_ahead),
    },
    Key {
        name: "rotation_keep_after",
        shape: Shape::MaybeNumber,
        allowed: "seconds, an hour more than an id_token may live",
        set: |draft, given| optional(given, parsed, &mut draft.settings.rotation_keep_after),
    },
    Key {
        name: "code_ttl",
        shape: Shape::MaybeNumber,
        allowed: CODE_TTL,
        set: |draft, given| optional(given, parsed, &mut draft.settings.code_ttl),
    },
    Key {
        name: "id_token_ttl",
        shape: Shape::MaybeNumber,
        allowed: ID_TOKEN_TTL,
        set: |draft, given| optional(given, parsed, &mut draft.settings.id_token_ttl),
    },
    Key {
        name: "access_token_ttl",
        shape: Shape::MaybeNumber,
        allowed: ACCESS_TOKEN_TTL,
        set: |draft, given| optional(given, parsed, &mut draft.settings.access_token_ttl),
    },
    Key {
        name: "refresh_token_ttl",
        shape: Shape::MaybeNumber,
        allowed: REFRESH_TOKEN_TTL,
        set: |draft, given| optional(given, parsed, &mut draft.settings.refresh_token_ttl),
    },
    Key {
        name: "refresh_token_max",
        shape: Shape::MaybeNumber,
        allowed: REFRESH_TOKEN_MAX,
        set: |draft, given| optional(given, parsed, &mut draft.settings.refresh_token_max),
    },
    Key {
        name: "resources",
        shape: Shape::Texts,
        allowed: RESOURCES,
        set: |draft, given| given.as_list().map(|it| draft.settings.resources = it),
    },
    Key {
        name: "userinfo_max_age",
        shape: Shape::MaybeNumber,
        allowed: USERINFO_MAX_AGE,
        set: |draft, given| optional(given, parsed, &mut draft.settings.userinfo_max_age),
    },
    Key {
        name: "userinfo_acr_values",
        shape: Shape::Texts,
        allowed: USERINFO_ACR_VALUES,
        set: |draft, given| given.as_list().map(|it| draft.settings.userinfo_acr_values = it),
    },
    Key {
        name: "authorization_details_types",
        shape: Shape::MaybeObject,
        allowed: DETAILS_TYPES,
        set: |draft, given| {
            let text = given.as_text()?.trim();
            draft.settings.authorization_details_types = match text {
                "" => BTreeMap::new(),
                json => serde_json::from_str(json).ok()?,
            };
            Some(())
        },
    },
    Key {
        name: "user_password_max_age",
        shape: Shape::MaybeNumber,
        allowed: USER_PASSWORD_MAX_AGE,
        set: |draft, given| optional(given, parsed, &mut draft.settings.user_password_max_age),
    },
    Key {
        name: "sso_only",
        shape: Shape::Truth,
        allowed: SSO_ONLY,
        set: |draft, given| parsed(given).map(|it| draft.settings.sso_only = it),
    },
    Key {
        name: "break_glass_users",
        shape: Shape::Texts,
        allowed: BREAK_GLASS_USERS,
        set: |draft, given| given.as_list().map(|it| draft.settings.break_glass_users = it),
    },
    Key {
        name: "user_password_min_length",
        shape: Shape::MaybeNumber,
        allowed: USER_PASSWORD_MIN_LENGTH,
        set: |draft, given| optional(given, parsed, &mut draft.settings.user_password_min_length),
    },
    Key {
        name: "user_password_max_sequence",
        shape: Shape::MaybeNumber,
        allowed: USER_PASSWORD_RUN,
        set: |draft, given| optional(given, parsed, &mut draft.settings.user_password_max_sequence),
    },
    Key {
        name: "user_password_max_repeats",
        shape: Shape::MaybeNumber,
        allowed: USER_PASSWORD_RUN,
        set: |draft, given| optional(given, parsed, &mut draft.settings.user_password_max_repeats),
    },
    Key {
        name: "user_password_characters",
        shape: Shape::Texts,
        allowed: USER_PASSWORD_CHARACTERS,
        set: |draft, given| all_named(given).map(|it| draft.settings.user_password_characters = it),
    },
    Key {
        name: "user_inactivity_max",
        shape: Shape::MaybeNumber,
        allowed: USER_INACTIVITY_MAX,
        set: |draft, given| optional(given, parsed, &mut draft.settings.user_inactivity_max),
    },
    Key {
        name: "user_sessions_max",
        shape: Shape::MaybeNumber,
        allowed: USER_SESSIONS_MAX,
        set: |draft, given| optional(given, parsed, &mut draft.settings.user_sessions_max),
    },
    Key {
        name: "time_zone",
        shape: Shape::MaybeText,
        allowed: TIME_ZONE,
        set: |draft, given| optional(given, setting::text, &mut draft.settings.time_zone),
    },
    Key {
        name: "services",
        shape: Shape::MaybeObject,
        allowed: SERVICES,
        set: |draft, given| {
            let text = given.as_text()?.trim();
            draft.settings.services = match text {
                "" => BTreeMap::new(),
                json => serde_json::from_str(json).ok()?,
            };
            Some(())
        },
    },
    Key {
        name: "features.anonymous",
        shape: Shape::Truth,
        allowed: TRUTH,
        set: |draft, given| parsed(given).map(|it| draft.settings.features.anonymous = it),
    },
    Key {
        name: "features.bots",
        shape: Shape::Truth,
        allowed: TRUTH,
        set: |draft, given| parsed(given).map(|it| draft.settings.features.bots = it),
    },
    Key {
        name: "features.sign_up",
        shape: Shape::Truth,
        allowed: TRUTH,
        set: |draft, given| parsed(given).map(|it| draft.settings.features.sign_up = it),
    },
    Key {
        name: "features.encrypted_request_objects",
        shape: Shape::Truth,
        allowed: TRUTH,
        set: |draft, given| parsed(given).map(|it| draft.settings.features.encrypted_request_objects = it),
    },
];
