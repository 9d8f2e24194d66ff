//! What an account lets clients register for themselves.

use jose::ContentEncryption;
use oauth::{ClientMetadata, GrantType, ResponseType, Scope};

use crate::directory::Result;
use crate::directory::client::{Draft, grant_types};
use crate::directory::error::Problems;
use crate::model::account::Registration;
use crate::model::{Account, ClientPolicy, ClientSettings};

/// The scopes that a client may have that nobody vouches for: OpenID Connect's own, and none that guards anything of ours
/// (SEC-034).
const SCOPES: [&str; 6] = [
    Scope::OPENID,
    Scope::PROFILE,
    Scope::EMAIL,
    Scope::ADDRESS,
    Scope::PHONE,
    Scope::OFFLINE_ACCESS,
];

/// Whether anybody at all may register clients.
pub fn is_open(account: &Account) -> bool {
    account.settings.registration != Registration::Closed
}

/// What is the account's to decide, and no client's.
pub(super) fn begin(draft: &mut Draft, account: &Account) {
    draft.settings.policy = account.settings.registration_policy;
    draft.settings.first_party = false;
}

/// Makes what a client told consistent (RFC 7591 §2.1), and holds it to the account's policy, as at the first time
/// (SEC-063).
pub(super) fn settle(draft: &mut Draft, told: &ClientMetadata, account: &Account) -> Result<()> {
    let settings = &mut draft.settings;
    let mut problems = Problems::default();
    let through_browser =
        |grant: &GrantType| matches!(grant, GrantType::AuthorizationCode | GrantType::Implicit);
    let no_browser = told
        .grant_types
        .as_ref()
        .is_some_and(|grants| !grants.iter().any(through_browser));
    if told.response_types.is_none() && no_browser {
        settings.response_types.clear();
    }
    let allowed = &account.settings.registration_response_types;
    for kind in &settings.response_types {
        problems.unless(
            allowed.contains(kind),
            "response_types",
            kind,
            format!("what the server lets clients register: {}", names(allowed)),
        );
    }
    // The grant types of the browser follow from the response types; others are allowed by name.
    let others: Vec<GrantType> = settings
        .grant_types
        .iter()
        .copied()
        .filter(|grant| !through_browser(grant))
        .collect();
    for grant in &others {
        problems.unless(
            account.settings.registration_grant_types.contains(grant),
            "grant_types",
            grant,
            "what the server lets clients register",
        );
    }
    settings.grant_types = grant_types(&settings.response_types);
    settings.grant_types.extend(others);
    let scopes = Scope::from_values(SCOPES).unwrap_or_default();
    settings.scope = match &told.scope {
        Some(scope) => scope.intersection(&scopes),
        None if settings.response_types.is_empty() => Scope::default(),
        None => scopes,
    };
    content_encryption(settings);
    settings.require_pkce =
        settings.policy == ClientPolicy::Strict || settings.token_endpoint_auth_method.is_public();
    problems.finish()
}

/// Where a client says how keys reach whoever decrypts, and nothing of the content, that is encrypted by A128CBC-HS256 (OpenID
/// Connect Registration §2, JARM §3, RFC 9701 §6); it is told so.
fn content_encryption(settings: &mut ClientSettings) {
    for (alg, enc) in [
        (
            settings.id_token_encrypted_response_alg,
            &mut settings.id_token_encrypted_response_enc,
        ),
        (
            settings.userinfo_encrypted_response_alg,
            &mut settings.userinfo_encrypted_response_enc,
        ),
        (
            settings.authorization_encrypted_response_alg,
            &mut settings.authorization_encrypted_response_enc,
        ),
        (
            settings.introspection_encrypted_response_alg,
            &mut settings.introspection_encrypted_response_enc,
        ),
        (
            settings.request_object_encryption_alg,
            &mut settings.request_object_encryption_enc,
        ),
    ] {
        if alg.is_some() {
            enc.get_or_insert(ContentEncryption::A128CbcHs256);
        }
    }
}

/// A client doesn't become one of another kind, for which other rules would have held from the start (SEC-063).
pub(super) fn keeps_its_kind(before: &ClientSettings, wanted: &Draft) -> Result<()> {
    let mut problems = Problems::default();
    let after = &wanted.settings;
    problems.unless(
        before.application_type == after.application_type,
        "application_type",
        after.application_type,
        format!("{}, as it was registered", before.application_type),
    );
    problems.unless(
        before.token_endpoint_auth_method.is_public() == after.token_endpoint_auth_method.is_public(),
        "token_endpoint_auth_method",
        after.token_endpoint_auth_method,
        "a method of the same kind: a client that keeps a secret goes on keeping one, and no other begins to",
    );
    problems.finish()
}

fn names(kinds: &[ResponseType]) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    names.join(", ")
}
