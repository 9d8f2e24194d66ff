//! What a client may be.

use jose::Algorithm;
use oauth::{ClientMetadata, GrantType, RedirectUri, RedirectUriRefusal, RegistrationRules, ResponseType};

use super::draft::{grant_types, is_liveperson};
use super::keys::{ADDRESSES, AUDIENCE, PASTED_KEY, RESPONSE_MODES, RESPONSE_TYPES, USER_AGENTS};
use super::{Draft, authentication, encryption, registered, requests};
use crate::base::id::AccountId;
use crate::config::Settings;
use crate::context::Outbound;
use crate::directory::account::{id_token_ttl, longest_id_token, signed_with};
use crate::directory::error::{Problems, Result, shown};
use crate::directory::{logo, text};
use crate::model::connector::delegation_callback;
use crate::model::signing_key::SigningKey;
use crate::model::{ClientSettings, Leniency, RegisteredBy};

/// What a client's account and the server allow.
pub(super) struct Circumstances<'a> {
    /// The server's settings.
    pub(super) server: &'a Settings,
    /// The account.
    pub(super) account: &'a AccountId,
    /// The account's issuer.
    pub(super) issuer: &'a str,
    /// The issuers that accounts of this server have of their own.
    pub(super) issuers: &'a [(String, AccountId)],
    /// What the server may call.
    pub(super) outbound: &'a Outbound,
    /// What the account's active keys sign with.
    pub(super) algorithms: &'a [Algorithm],
    /// Whether the account takes encrypted request objects.
    pub(super) takes_encrypted: bool,
    /// The account's published keys.
    pub(super) published: &'a [SigningKey],
}

/// Checks a client, and turns it into the settings that are stored.
pub(super) fn check(draft: &Draft, circumstances: &Circumstances<'_>) -> Result<ClientSettings> {
    let mut problems = Problems::default();
    let mut settings = draft.settings.clone();
    settings.redirect_uris = uris(
        "redirect_uris",
        &draft.redirect_uris,
        &draft.settings.redirect_uris,
        draft,
        circumstances,
        &mut problems,
    );
    settings.post_logout_redirect_uris = uris(
        "post_logout_redirect_uris",
        &draft.post_logout_redirect_uris,
        &draft.settings.post_logout_redirect_uris,
        draft,
        circumstances,
        &mut problems,
    );
    flows(&settings, !draft.redirect_uris.is_empty(), &mut problems);
    appearance(&settings, &mut problems);
    tokens(draft, circumstances, &mut problems);
    encryption::settle(draft, &mut settings, circumstances.outbound, &mut problems);
    requests::check(&settings, circumstances, &mut problems);
    super::tokens::check(&settings, circumstances, &mut problems);
    authentication::check(draft, &settings, circumstances, &mut problems);
    origins(&settings, &mut problems);
    registered::check(&settings, circumstances.outbound, &mut problems);
    leniency(draft, &mut problems);
    problems.finish()?;
    Ok(settings)
}

/// By the rules of registration (SEC-065). A server on plain http is one that somebody develops against. Of what stands at
/// our own origin, only what a client already has may stay: the demo's shop; and the account's own gateway may be let in by an
/// administrator, which takes a code by a state that it gave to that very browser (decision 0031).
fn uris(
    key: &str,
    written: &[String],
    has: &[RedirectUri],
    draft: &Draft,
    circumstances: &Circumstances<'_>,
    problems: &mut Problems,
) -> Vec<RedirectUri> {
    let public_url = &circumstances.server.server.public_url;
    let rules = RegistrationRules {
        application_type: draft.settings.application_type,
        own_origins: &[public_url.as_str(), circumstances.issuer],
        loopback_for_web: public_url.is_loopback() && !public_url.is_https(),
    };
    let elsewhere = RegistrationRules {
        own_origins: &[],
        ..rules
    };
    let callback = delegation_callback(public_url.as_str(), circumstances.account);
    let may_delegate = key == "redirect_uris" && draft.settings.registered_by == RegisteredBy::Administrator;
    problems.unless(
        written.len() <= ClientMetadata::MAX_VALUES,
        key,
        written.len(),
        format!("at most {}", ClientMetadata::MAX_VALUES),
    );
    let mut registered: Vec<RedirectUri> = Vec::with_capacity(written.len());
    for uri in written {
        let known = || has.iter().find(|known| known.as_str() == uri).cloned();
        let accepted = RedirectUri::register(uri, &rules).or_else(|refusal| match refusal {
            RedirectUriRefusal::OwnOrigin if *uri == callback && may_delegate => {
                RedirectUri::register(uri, &elsewhere)
            }
            RedirectUriRefusal::OwnOrigin => known().ok_or(refusal),
            _ => Err(refusal),
        });
        match accepted {
            Ok(uri) if !registered.contains(&uri) => registered.push(uri),
            Ok(_) => {}
            Err(refusal) => problems.push(key, Some(shown(uri)), format!("another one: {refusal}")),
        }
    }
    registered
}

/// Response types, grant types and response modes go together (RFC 7591 §2.1).
fn flows(settings: &ClientSettings, has_redirect_uri: bool, problems: &mut Problems) {
    let kinds = &settings.response_types;
    problems.unless(
        !kinds.contains(&ResponseType::Token),
        "response_types",
        "token",
        format!("{RESPONSE_TYPES}; the platform's old dialect is the switch leniency.token_means_id_token"),
    );
    problems.unless(
        kinds.is_empty() || has_redirect_uri,
        "redirect_uris",
        "",
        "at least one, since the client has response types",
    );
    let needed = grant_types(kinds);
    for grant in [GrantType::AuthorizationCode, GrantType::Implicit] {
        let (has, needs) = (settings.grant_types.contains(&grant), needed.contains(&grant));
        let with = match grant {
            GrantType::AuthorizationCode => "a response type that has code",
            _ => "a response type that has id_token or token",
        };
        problems.unless(
            has || !needs,
            "grant_types",
            joined(&settings.grant_types),
            format!("with {grant}, since the client has {with}"),
        );
        problems.unless(
            needs || !has,
            "response_types",
            joined(kinds),
            format!("with {with}, since the client has the grant type {grant}"),
        );
    }
    for kind in kinds {
        problems.unless(
            settings.response_modes.iter().any(|mode| mode.may_carry(*kind)),
            "response_modes",
            joined(&settings.response_modes),
            format!("{RESPONSE_MODES}; one of them able to carry {kind}"),
        );
    }
}

fn appearance(settings: &ClientSettings, problems: &mut Problems) {
    problems.unless(
        text::is_name(&settings.client_name),
        "client_name",
        &settings.client_name,
        text::NAME,
    );
    if let Some(picture) = &settings.logo_uri {
        problems.unless(
            registered::is_logo(settings, picture),
            "logo_uri",
            picture,
            logo::LOGO,
        );
    }
    for (key, url) in [
        ("client_uri", &settings.client_uri),
        ("policy_uri", &settings.policy_uri),
        ("tos_uri", &settings.tos_uri),
    ] {
        if let Some(url) = url {
            problems.unless(text::is_web_url(url), key, url, text::WEB_URL);
        }
    }
}

fn tokens(draft: &Draft, circumstances: &Circumstances<'_>, problems: &mut Problems) {
    let settings = &draft.settings;
    if let Some(algorithm) = settings.id_token_signed_response_alg {
        problems.unless(
            circumstances.algorithms.contains(&algorithm),
            "id_token_signed_response_alg",
            algorithm,
            signed_with(circumstances.algorithms),
        );
        problems.unless(
            !draft.platform || algorithm == Algorithm::RS256,
            "id_token_signed_response_alg",
            algorithm,
            "RS256, the only one that the messaging platform takes",
        );
    }
    if let Some(kid) = &settings.pasted_key {
        let wanted = settings.id_token_signed_response_alg;
        problems.unless(
            circumstances.published.iter().any(|key| {
                key.kid == *kid && wanted.map_or(key.alg == Algorithm::RS256, |alg| alg == key.alg)
            }),
            "pasted_key",
            kid,
            PASTED_KEY,
        );
    }
    readers(settings, problems);
    let longest = longest_id_token(circumstances.server);
    if let Some(seconds) = settings.id_token_ttl {
        problems.unless(
            (300..=longest).contains(&seconds.into()),
            "id_token_ttl",
            seconds,
            id_token_ttl(longest),
        );
    }
    problems.unless(
        settings.id_token_audience.len() <= 16,
        "id_token_audience",
        settings.id_token_audience.len(),
        AUDIENCE,
    );
    for name in &settings.id_token_audience {
        problems.unless(
            is_audience(name, circumstances),
            "id_token_audience",
            name,
            AUDIENCE,
        );
    }
}

/// Where and how it reads the JWK set.
fn readers(settings: &ClientSettings, problems: &mut Problems) {
    let agents = &settings.jwks_reader_user_agents;
    problems.unless(
        settings.jwks_reader_addresses.len() <= 16,
        "jwks_reader_addresses",
        settings.jwks_reader_addresses.len(),
        ADDRESSES,
    );
    problems.unless(
        agents.len() <= 16,
        "jwks_reader_user_agents",
        agents.len(),
        USER_AGENTS,
    );
    for agent in agents {
        let visible = agent.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        problems.unless(
            visible && (3..=100).contains(&agent.len()),
            "jwks_reader_user_agents",
            agent,
            USER_AGENTS,
        );
    }
}

/// A name that means nobody of this server, neither an issuer nor one of its own interfaces (SEC-007).
pub(super) fn is_audience(name: &str, circumstances: &Circumstances<'_>) -> bool {
    let below = |url: &str| {
        name.strip_prefix(url)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    (1..=255).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_graphic())
        && !below(circumstances.server.server.public_url.as_str())
        && !below(circumstances.issuer)
        && !circumstances.issuers.iter().any(|(issuer, _)| below(issuer))
}

fn origins(settings: &ClientSettings, problems: &mut Problems) {
    let lists = [
        ("allowed_origins", &settings.allowed_origins),
        ("origins", &settings.origins),
    ];
    for (key, origins) in lists {
        problems.unless(
            origins.len() <= ClientMetadata::MAX_VALUES,
            key,
            origins.len(),
            format!("at most {}", ClientMetadata::MAX_VALUES),
        );
        for origin in origins {
            problems.unless(text::is_origin(origin), key, origin, text::ORIGIN);
        }
    }
}

/// The leniency rule: for a messaging platform's client alone, and never past the list of redirect URIs.
fn leniency(draft: &Draft, problems: &mut Problems) {
    let Draft { settings, .. } = draft;
    problems.unless(
        draft.platform || settings.leniency == Leniency::default(),
        "leniency",
        switched_on(settings.leniency),
        "all off, unless it is a messaging platform's client (platform=true)",
    );
    problems.unless(
        !settings.leniency.liveperson_redirect
            || !settings.response_types.iter().any(|kind| kind.has_code())
            || draft.redirect_uris.iter().any(|uri| is_liveperson(uri)),
        "leniency.liveperson_redirect",
        true,
        "false, unless https://liveperson.net is one of redirect_uris",
    );
    problems.unless(
        !settings.leniency.token_means_id_token || settings.response_types.contains(&ResponseType::IdToken),
        "leniency.token_means_id_token",
        true,
        "false, unless id_token is one of response_types",
    );
}

/// The switches that are on.
fn switched_on(leniency: Leniency) -> String {
    let members = serde_json::to_value(leniency).unwrap_or_default();
    let on = members
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, on)| on.as_bool() == Some(true));
    joined(&on.map(|(name, _)| name).collect::<Vec<_>>())
}

pub(super) fn joined<T: std::fmt::Display>(values: &[T]) -> String {
    let values: Vec<String> = values.iter().map(T::to_string).collect();
    values.join(",")
}
