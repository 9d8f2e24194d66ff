use std::collections::BTreeMap;

use jose::Algorithm;
use oauth::{DetailsSchema, GrantType, ResponseType, SubjectType};
use serde::{Deserialize, Serialize};

use super::ClientPolicy;
use crate::base::Timestamp;
use crate::base::id::AccountId;

/// A brand: its issuer, keys, clients, consumers and users. Nothing of one account is visible to another.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    /// Its id, also in its URLs.
    pub account_id: AccountId,
    /// Served at the public URL itself, rather than at `/a/{account_id}` below it.
    pub is_default: bool,
    /// Its issuer (OpenID Connect Core §2): its own, or the one derived from the public URL.
    pub issuer: String,
    /// Whether it may be used.
    pub status: AccountStatus,
    /// What its administrators set.
    pub settings: AccountSettings,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Whether an account may be used. A deleted one stays as a mark, so that its id is never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountStatus {
    /// In use.
    Active,
    /// Nothing is issued and nobody logs in (SEC-140).
    Suspended,
    /// Gone.
    Deleted,
}

super::text_enum!(AccountStatus { Active = "active", Suspended = "suspended", Deleted = "deleted" });

/// An account's own settings. What is not set follows the server's configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccountSettings {
    /// The brand's name on its pages.
    pub display_name: String,
    /// A logo: a `data:` URL of a PNG, JPEG or WebP, at most 256 KiB (SEC-081).
    pub logo: Option<String>,
    /// The brand's colour, `#rrggbb`.
    pub colour: Option<String>,
    /// The language of its pages where the consumer asks for none that we have: `en`, `de`, `fr`, `es`, `ja`.
    pub locale: Option<String>,
    /// Who may register clients (RFC 7591).
    pub registration: Registration,
    /// Response types that self-registered clients may ask for.
    pub registration_response_types: Vec<ResponseType>,
    /// Grant types that self-registered clients may ask for.
    pub registration_grant_types: Vec<GrantType>,
    /// Which form of the protocol self-registered clients are held to.
    pub registration_policy: ClientPolicy,
    /// The one authentication type for web and in-app messaging.
    pub flow: Option<Flow>,
    /// How subjects are shown to clients that don't say: `public` or `pairwise`.
    pub subject_type: SubjectType,
    /// The algorithm of id_tokens for clients that don't say.
    pub default_alg: Algorithm,
    /// The length of new RSA keys, in bits: 2048, 3072 or 4096.
    pub rsa_bits: Option<u32>,
    /// How old an active signing key grows, in seconds; 0 rotates by hand alone.
    pub rotation_every: Option<u32>,
    /// How long a signing key is published before it signs, in seconds.
    pub rotation_publish_ahead: Option<u32>,
    /// How long a signing key stays published after it signed last, in seconds.
    pub rotation_keep_after: Option<u32>,
    /// Lifetime of a code, in seconds.
    pub code_ttl: Option<u32>,
    /// Lifetime of an id_token, in seconds: 300 to 86,400.
    pub id_token_ttl: Option<u32>,
    /// Lifetime of an access token, in seconds.
    pub access_token_ttl: Option<u32>,
    /// How long refresh tokens may lie unused, in seconds.
    pub refresh_token_ttl: Option<u32>,
    /// How long refresh tokens go on from one login, in seconds.
    pub refresh_token_max: Option<u32>,
    /// For whom all of its clients may have access tokens (RFC 8707), beside those of their own.
    pub resources: Vec<String>,
    /// How old a login may be at userinfo, in seconds (RFC 9470).
    pub userinfo_max_age: Option<u32>,
    /// Levels of authentication of which userinfo demands one; none where it names none.
    pub userinfo_acr_values: Vec<String>,
    /// What may be asked for in detail (RFC 9396), by type: what an object of it looks like.
    pub authorization_details_types: BTreeMap<String, DetailsSchema>,
    /// How old a user's password grows before it must be changed, in seconds; any age where it is not set.
    pub user_password_max_age: Option<u32>,
    /// Whether users log in by single sign-on alone. Programs keep their keys.
    pub sso_only: bool,
    /// Login names of administrators who may log in by their password all the same, for when single sign-on is broken.
    pub break_glass_users: Vec<String>,
    /// The fewest characters of a user's new password, where that is more than the server's.
    pub user_password_min_length: Option<u32>,
    /// The most characters of a user's new password that follow each other as they do in the alphabet or in counting, up or
    /// down.
    pub user_password_max_sequence: Option<u32>,
    /// How often one character may follow itself in a user's new password.
    pub user_password_max_repeats: Option<u32>,
    /// Kinds of characters of which a user's new password has one each.
    pub user_password_characters: Vec<CharacterKind>,
    /// After how many seconds without a login a user is switched off; never where it is not set.
    pub user_inactivity_max: Option<u32>,
    /// How many sessions a user may have at the same time; the server's number where it is not set.
    pub user_sessions_max: Option<u32>,
    /// The time zone of the account's people, by its name in the IANA's database; the server's where it is not set.
    pub time_zone: Option<String>,
    /// Where services of the messaging platform are, by their names; those that are served here are on the server's own
    /// host where nothing else is said. Values are hosts, with a port where that isn't 443.
    pub services: BTreeMap<String, String>,
    /// What is switched on.
    pub features: Features,
}

impl Default for AccountSettings {
    fn default() -> Self {
        Self {
            display_name: String::new(),
            logo: None,
            colour: None,
            locale: None,
            registration: Registration::Closed,
            registration_response_types: vec![ResponseType::Code],
            registration_grant_types: vec![
                GrantType::AuthorizationCode,
                GrantType::Implicit,
                GrantType::RefreshToken,
            ],
            registration_policy: ClientPolicy::Strict,
            flow: None,
            subject_type: SubjectType::Public,
            default_alg: Algorithm::RS256,
            rsa_bits: None,
            rotation_every: None,
            rotation_publish_ahead: None,
            rotation_keep_after: None,
            code_ttl: None,
            id_token_ttl: None,
            access_token_ttl: None,
            refresh_token_ttl: None,
            refresh_token_max: None,
            resources: Vec::new(),
            userinfo_max_age: None,
            userinfo_acr_values: Vec::new(),
            authorization_details_types: BTreeMap::new(),
            user_password_max_age: None,
            sso_only: false,
            break_glass_users: Vec::new(),
            user_password_min_length: None,
            user_password_max_sequence: None,
            user_password_max_repeats: None,
            user_password_characters: Vec::new(),
            user_inactivity_max: None,
            user_sessions_max: None,
            time_zone: None,
            services: BTreeMap::new(),
            features: Features::default(),
        }
    }
}

/// Who may register clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Registration {
    /// Administrators alone.
    Closed,
    /// Holders of an initial access token.
    Token,
    /// Anybody.
    Open,
}

/// The authentication type of a platform's connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Flow {
    /// The browser carries the id_token.
    Implicit,
    /// The browser carries a code, which the platform redeems.
    Code,
}

super::text_enum!(Flow { Implicit = "implicit", Code = "code" });

/// What an account may switch on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Features {
    /// Consumers who don't log in.
    pub anonymous: bool,
    /// Users that are bots.
    pub bots: bool,
    /// Consumers who make their accounts themselves.
    pub sign_up: bool,
    /// Request objects that are encrypted to keys of the account's (RFC 9101 §6.1).
    pub encrypted_request_objects: bool,
}

/// A kind of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CharacterKind {
    /// Small letters.
    Lower,
    /// Capital letters.
    Upper,
    /// Digits.
    Digit,
    /// All else.
    Other,
}

super::text_enum!(CharacterKind { Lower = "lower", Upper = "upper", Digit = "digit", Other = "other" });

impl CharacterKind {
    /// Whether that character is of this kind.
    pub fn has(self, char: char) -> bool {
        match self {
            Self::Lower => char.is_lowercase(),
            Self::Upper => char.is_uppercase(),
            Self::Digit => char.is_numeric(),
            Self::Other => !char.is_alphanumeric(),
        }
    }
}
