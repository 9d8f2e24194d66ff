use oauth::{ApplicationType, ClientAuthMethod, GrantType, ResponseType, Scope};
use serde::Serialize;
use serde_json::{Map, Value};

use super::keys::KEYS;
use crate::directory::error::Problems;
use crate::directory::{Assignment, setting};
use crate::model::{Client, ClientSettings, Leniency};

/// Where platforms say that an embedded window's code was sent, whatever the page had asked with (section 1.5 of the
/// platform contract).
const LIVEPERSON: &str = "https://liveperson.net";

/// A client as somebody wants it: what may be changed of it.
#[derive(Clone, Debug, Serialize)]
pub struct Draft {
    /// A disabled client gets nothing (SEC-061).
    pub enabled: bool,
    /// A messaging platform's client, for which leniencies may be on.
    pub platform: bool,
    /// Where answers may go, as somebody wrote it: checked when the draft is written.
    pub redirect_uris: Vec<String>,
    /// Where a logout may lead, likewise.
    pub post_logout_redirect_uris: Vec<String>,
    /// Its public keys as somebody wrote them, a JWK set, likewise.
    pub jwks: Option<String>,
    /// A key to encrypt to as somebody pasted it, one line of base64 SPKI, likewise: for [`Draft::jwks`]. Empty, it takes
    /// out what is there to encrypt to.
    pub encryption_key: Option<String>,
    /// The id of that key.
    pub encryption_kid: Option<String>,
    /// All else. Its own redirect URIs and keys are those that the client already has.
    pub settings: ClientSettings,
}

/// A web application on a server, that uses the code flow.
impl Default for Draft {
    fn default() -> Self {
        Self {
            enabled: true,
            platform: false,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            jwks: None,
            encryption_key: None,
            encryption_kid: None,
            settings: ClientSettings {
                scope: scope(&[Scope::OPENID, Scope::PROFILE, Scope::EMAIL]),
                ..ClientSettings::default()
            },
        }
    }
}

impl From<&Client> for Draft {
    fn from(client: &Client) -> Self {
        let texts = |uris: &[oauth::RedirectUri]| uris.iter().map(|uri| uri.as_str().to_owned()).collect();
        Self {
            enabled: client.enabled,
            platform: client.platform,
            redirect_uris: texts(&client.settings.redirect_uris),
            post_logout_redirect_uris: texts(&client.settings.post_logout_redirect_uris),
            jwks: client
                .settings
                .jwks
                .as_ref()
                .and_then(|set| serde_json::to_string(set).ok()),
            encryption_key: None,
            encryption_kid: None,
            settings: client.settings.clone(),
        }
    }
}

impl Draft {
    /// A messaging platform's client: the brand's own, so that consumers aren't asked, with the leniencies that the
    /// platform needs. A platform sends no PKCE challenge unless its connector is told to, so none is demanded.
    pub fn platform() -> Self {
        let mut draft = Self::default();
        draft.set_platform(true);
        draft.settings.first_party = true;
        draft.settings.require_pkce = false;
        draft.settings.scope = scope(&[
            Scope::OPENID,
            Scope::PROFILE,
            Scope::EMAIL,
            Scope::ADDRESS,
            Scope::PHONE,
        ]);
        draft
    }

    /// A new client as it was described; what was not said follows from what was (RFC 7591 §2.1).
    pub fn described(given: &[Assignment]) -> crate::directory::Result<Self> {
        let mut draft = Self::default();
        draft.assign(given)?;
        if draft.platform {
            draft = Self::platform();
            draft.assign(given)?;
        }
        let said = |key: &str| given.iter().any(|assignment| assignment.key == key);
        let settings = &mut draft.settings;
        let through_browser =
            |grant: &GrantType| matches!(grant, GrantType::AuthorizationCode | GrantType::Implicit);
        if !said("response_types") && !settings.grant_types.iter().any(through_browser) {
            settings.response_types.clear();
        }
        if !said("grant_types") {
            settings.grant_types = grant_types(&settings.response_types);
        }
        if !said("scope") && settings.response_types.is_empty() {
            settings.scope = Scope::default();
        }
        // An app can't keep a secret (RFC 8252 §8.4), and who never comes to the token endpoint needs none.
        let stays_away = settings
            .grant_types
            .iter()
            .all(|grant| *grant == GrantType::Implicit);
        if !said("token_endpoint_auth_method")
            && (settings.application_type == ApplicationType::Native || stays_away)
        {
            settings.token_endpoint_auth_method = ClientAuthMethod::None;
        }
        if !said("require_pkce") && settings.token_endpoint_auth_method.is_public() {
            settings.require_pkce = true;
        }
        if settings.leniency.liveperson_redirect
            && settings.response_types.iter().any(|kind| kind.has_code())
            && !draft.redirect_uris.iter().any(|uri| is_liveperson(uri))
        {
            draft.redirect_uris.push(LIVEPERSON.to_owned());
        }
        Ok(draft)
    }

    /// Sets keys by their text. What has the wrong shape is told at once; what can't stand together, when the draft is
    /// written.
    pub fn assign(&mut self, given: &[Assignment]) -> crate::directory::Result<()> {
        let mut problems = Problems::default();
        // Whose client it is decides what its leniencies are, which single switches then change.
        let (first, then): (Vec<Assignment>, Vec<Assignment>) = given
            .iter()
            .cloned()
            .partition(|assignment| assignment.key == "platform");
        setting::assign(KEYS, self, &first, &mut problems);
        setting::assign(KEYS, self, &then, &mut problems);
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

    /// Makes it a platform's client or not, with the leniencies that come with that.
    pub(super) fn set_platform(&mut self, platform: bool) {
        if self.platform != platform {
            self.platform = platform;
            self.settings.leniency = if platform {
                Leniency::PLATFORM
            } else {
                Leniency::default()
            };
        }
    }
}

/// Whether it is where platforms say that a code was sent.
pub(super) fn is_liveperson(uri: &str) -> bool {
    uri.strip_suffix('/').unwrap_or(uri) == LIVEPERSON
}

/// The grant types that go with response types (RFC 7591 §2.1).
pub(in crate::directory) fn grant_types(response_types: &[ResponseType]) -> Vec<GrantType> {
    let code = response_types.iter().any(|kind| kind.has_code());
    let implicit = response_types.iter().any(|kind| kind.is_front_channel());
    [
        code.then_some(GrantType::AuthorizationCode),
        implicit.then_some(GrantType::Implicit),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn scope(values: &[&str]) -> Scope {
    Scope::from_values(values.iter().copied()).unwrap_or_default()
}
