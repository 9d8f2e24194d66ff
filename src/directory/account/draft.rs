use std::collections::BTreeMap;

use serde::Serialize;

use crate::directory::setting::{self, Key, named, optional, parsed};
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
pub(super) const SERVICES: &str = "a JSON object of at most 64 names of services, letters and digits alone, each with a host such as va.agentvep.example.net, \
     or host:port where the port isn't 443";
const TRUTH: &str = "true or false";

const KEYS: &[Key<Draft>] = &[
    Key {
        name: "display_name",
        allowed: text::NAME,
        set: |draft, given| setting::text(given).map(|it| draft.settings.display_name = it),
    },
    Key {
        name: "issuer",
        allowed: ISSUER,
        set: |draft, given| optional(given, setting::text, &mut draft.issuer),
    },
    Key {
        name: "status",
        allowed: "active or suspended",
        set: |draft, given| {
            named(given)
                .filter(|status| *status != AccountStatus::Deleted)
                .map(|it| draft.status = it)
        },
    },
    Key {
        name: "logo",
        allowed: logo::LOGO,
        set: |draft, given| optional(given, setting::text, &mut draft.settings.logo),
    },
    Key {
        name: "colour",
        allowed: COLOUR,
        set: |draft, given| optional(given, setting::text, &mut draft.settings.colour),
    },
    Key {
        name: "locale",
        allowed: LOCALE,
        set: |draft, given| optional(given, setting::text, &mut draft.settings.locale),
    },
    Key {
        name: "registration",
        allowed: "closed, token or open",
        set: |draft, given| named(given).map(|it| draft.settings.registration = it),
    },
    Key {
        name: "registration_response_types",
        allowed: "response types, separated by commas, such as code,id_token token",
        set: |draft, given| {
            setting::all_named(given).map(|it| draft.settings.registration_response_types = it)
        },
    },
    Key {
        name: "registration_grant_types",
        allowed: "grant types, separated by commas, such as authorization_code,refresh_token",
        set: |draft, given| setting::all_named(given).map(|it| draft.settings.registration_grant_types = it),
    },
    Key {
        name: "registration_policy",
        allowed: "strict or certified",
        set: |draft, given| named(given).map(|it| draft.settings.registration_policy = it),
    },
    Key {
        name: "flow",
        allowed: "implicit or code, or nothing",
        set: |draft, given| optional(given, named, &mut draft.settings.flow),
    },
    Key {
        name: "subject_type",
        allowed: "public or pairwise",
        set: |draft, given| named(given).map(|it| draft.settings.subject_type = it),
    },
    Key {
        name: "default_alg",
        allowed: "RS256, PS256, ES256, ES384 or EdDSA",
        set: |draft, given| named(given).map(|it| draft.settings.default_alg = it),
    },
    Key {
        name: "rsa_bits",
        allowed: RSA_BITS,
        set: |draft, given| optional(given, parsed, &mut draft.settings.rsa_bits),
    },
    Key {
        name: "rotation_every",
        allowed: ROTATION,
        set: |draft, given| optional(given, parsed, &mut draft.settings.rotation_every),
    },
    Key {
        name: "rotation_publish_ahead",
        allowed: "seconds, from 7200 to 31536000",
        set: |draft, given| optional(given, parsed, &mut draft.settings.rotation_publish_ahead),
    },
    Key {
        name: "rotation_keep_after",
        allowed: "seconds, an hour more than an id_token may live",
        set: |draft, given| optional(given, parsed, &mut draft.settings.rotation_keep_after),
    },
    Key {
        name: "code_ttl",
        allowed: CODE_TTL,
        set: |draft, given| optional(given, parsed, &mut draft.settings.code_ttl),
    },
    Key {
        name: "id_token_ttl",
        allowed: ID_TOKEN_TTL,
        set: |draft, given| optional(given, parsed, &mut draft.settings.id_token_ttl),
    },
    Key {
        name: "access_token_ttl",
        allowed: ACCESS_TOKEN_TTL,
        set: |draft, given| optional(given, parsed, &mut draft.settings.access_token_ttl),
    },
    Key {
        name: "refresh_token_ttl",
        allowed: REFRESH_TOKEN_TTL,
        set: |draft, given| optional(given, parsed, &mut draft.settings.refresh_token_ttl),
    },
    Key {
        name: "refresh_token_max",
        allowed: REFRESH_TOKEN_MAX,
        set: |draft, given| optional(given, parsed, &mut draft.settings.refresh_token_max),
    },
    Key {
        name: "resources",
        allowed: RESOURCES,
        set: |draft, given| given.as_list().map(|it| draft.settings.resources = it),
    },
    Key {
        name: "userinfo_max_age",
        allowed: USERINFO_MAX_AGE,
        set: |draft, given| optional(given, parsed, &mut draft.settings.userinfo_max_age),
    },
    Key {
        name: "userinfo_acr_values",
        allowed: USERINFO_ACR_VALUES,
        set: |draft, given| given.as_list().map(|it| draft.settings.userinfo_acr_values = it),
    },
    Key {
        name: "authorization_details_types",
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
        allowed: USER_PASSWORD_MAX_AGE,
        set: |draft, given| optional(given, parsed, &mut draft.settings.user_password_max_age),
    },
    Key {
        name: "sso_only",
        allowed: SSO_ONLY,
        set: |draft, given| parsed(given).map(|it| draft.settings.sso_only = it),
    },
    Key {
        name: "break_glass_users",
        allowed: BREAK_GLASS_USERS,
        set: |draft, given| given.as_list().map(|it| draft.settings.break_glass_users = it),
    },
    Key {
        name: "services",
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
        allowed: TRUTH,
        set: |draft, given| parsed(given).map(|it| draft.settings.features.anonymous = it),
    },
    Key {
        name: "features.bots",
        allowed: TRUTH,
        set: |draft, given| parsed(given).map(|it| draft.settings.features.bots = it),
    },
    Key {
        name: "features.sign_up",
        allowed: TRUTH,
        set: |draft, given| parsed(given).map(|it| draft.settings.features.sign_up = it),
    },
];
