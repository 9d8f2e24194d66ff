//! What an account may be.

use std::time::Duration;

use jose::{Algorithm, RsaBits};
use oauth::ResponseType;

use super::Draft;
use super::draft::{
    ACCESS_TOKEN_TTL, BREAK_GLASS_USERS, CODE_TTL, COLOUR, DETAILS_TYPES, ISSUER, LOCALE, REFRESH_TOKEN_MAX,
    REFRESH_TOKEN_TTL, RESOURCES, ROTATION, RSA_BITS, SERVICES, TIME_ZONE, USER_INACTIVITY_MAX,
    USER_PASSWORD_MAX_AGE, USER_PASSWORD_MIN_LENGTH, USER_PASSWORD_RUN, USER_SESSIONS_MAX,
    USERINFO_ACR_VALUES,
};
use crate::config::{PublicUrl, Settings, TimeZone};
use crate::directory::error::{Problems, Result};
use crate::directory::{logo, text};
use crate::keys::Plan;
use crate::model::session::Level;
use crate::model::{AccountSettings, AccountStatus};

const TEN_YEARS: u64 = 315_360_000;

/// The longest that id_tokens may live: their key stays published that long, and an hour more (SEC-013).
pub(in crate::directory) fn longest_id_token(settings: &Settings) -> u64 {
    let kept = settings.keys.rotation.keep_after.get();
    kept.saturating_sub(Duration::from_hours(1)).as_secs().min(86_400)
}

/// The length of an account's new RSA keys.
pub(in crate::directory) fn rsa_bits(settings: &AccountSettings) -> RsaBits {
    settings
        .rsa_bits
        .and_then(|bits| bits.try_into().ok())
        .unwrap_or_default()
}

/// Checks an account whose active keys sign with `algorithms`.
pub(super) fn check(draft: &Draft, algorithms: &[Algorithm], server: &Settings) -> Result<()> {
    let mut problems = Problems::default();
    let settings = &draft.settings;
    problems.unless(
        text::is_name(&settings.display_name),
        "display_name",
        &settings.display_name,
        text::NAME,
    );
    problems.unless(
        draft.status != AccountStatus::Deleted,
        "status",
        draft.status,
        "active or suspended",
    );
    if let Some(issuer) = &draft.issuer {
        problems.unless(
            is_issuer(issuer, &server.server.public_url),
            "issuer",
            issuer,
            ISSUER,
        );
    }
    if let Some(picture) = &settings.logo {
        problems.unless(logo::is_logo(picture), "logo", picture, logo::LOGO);
    }
    if let Some(colour) = &settings.colour {
        problems.unless(colour.parse::<pages::Colour>().is_ok(), "colour", colour, COLOUR);
    }
    if let Some(locale) = &settings.locale {
        let known = pages::Locale::ALL.iter().any(|known| known.tag() == locale);
        problems.unless(known, "locale", locale, LOCALE);
    }
    if let Some(zone) = &settings.time_zone {
        problems.unless(zone.parse::<TimeZone>().is_ok(), "time_zone", zone, TIME_ZONE);
    }
    problems.unless(
        !settings
            .registration_response_types
            .contains(&ResponseType::Token),
        "registration_response_types",
        "token",
        "response types of OpenID Connect; `token` alone is none",
    );
    let break_glass = &settings.break_glass_users;
    problems.unless(
        break_glass.len() <= 5 && break_glass.iter().all(|name| text::is_name(name)),
        "break_glass_users",
        break_glass.join(","),
        BREAK_GLASS_USERS,
    );
    details_types(settings, &mut problems);
    services(settings, &mut problems);
    problems.unless(
        settings
            .userinfo_acr_values
            .iter()
            .all(|value| Level::ALL.iter().any(|level| level.as_str() == value)),
        "userinfo_acr_values",
        settings.userinfo_acr_values.join(","),
        USERINFO_ACR_VALUES,
    );
    problems.unless(
        algorithms.contains(&settings.default_alg),
        "default_alg",
        settings.default_alg,
        signed_with(algorithms),
    );
    if let Some(bits) = settings.rsa_bits {
        problems.unless(RsaBits::try_from(bits).is_ok(), "rsa_bits", bits, RSA_BITS);
    }
    let plan = Plan::of(settings, &server.keys.rotation);
    problems.unless(
        plan.every.is_none_or(|every| every >= plan.publish_ahead),
        "rotation_every",
        settings.rotation_every.unwrap_or_default(),
        "0 (by hand), or at least rotation_publish_ahead",
    );
    let mut within = |key, seconds: Option<u32>, from: u64, to: u64, allowed: &str| {
        if let Some(seconds) = seconds {
            problems.unless((from..=to).contains(&seconds.into()), key, seconds, allowed);
        }
    };
    let longest = longest_id_token(server);
    within("rotation_every", settings.rotation_every, 0, TEN_YEARS, ROTATION);
    let shortest = server
        .keys
        .shortest_publish_ahead(&server.server.public_url)
        .as_seconds();
    within(
        "rotation_publish_ahead",
        settings.rotation_publish_ahead,
        shortest,
        31_536_000,
        &format!("seconds, from {shortest} to 31536000"),
    );
    within(
        "rotation_keep_after",
        settings.rotation_keep_after,
        longest + 3600,
        TEN_YEARS,
        &format!(
            "seconds, from {} to {TEN_YEARS}: an hour more than an id_token may live",
            longest + 3600
        ),
    );
    within("code_ttl", settings.code_ttl, 1, 600, CODE_TTL);
    within(
        "access_token_ttl",
        settings.access_token_ttl,
        60,
        86_400,
        ACCESS_TOKEN_TTL,
    );
    within(
        "refresh_token_ttl",
        settings.refresh_token_ttl,
        3600,
        31_536_000,
        REFRESH_TOKEN_TTL,
    );
    within(
        "refresh_token_max",
        settings.refresh_token_max,
        3600,
        63_072_000,
        REFRESH_TOKEN_MAX,
    );
    within(
        "user_password_max_age",
        settings.user_password_max_age,
        86_400,
        TEN_YEARS,
        USER_PASSWORD_MAX_AGE,
    );
    within(
        "user_password_min_length",
        settings.user_password_min_length,
        8,
        128,
        USER_PASSWORD_MIN_LENGTH,
    );
    within(
        "user_password_max_sequence",
        settings.user_password_max_sequence,
        2,
        32,
        USER_PASSWORD_RUN,
    );
    within(
        "user_password_max_repeats",
        settings.user_password_max_repeats,
        2,
        32,
        USER_PASSWORD_RUN,
    );
    within(
        "user_inactivity_max",
        settings.user_inactivity_max,
        86_400,
        TEN_YEARS,
        USER_INACTIVITY_MAX,
    );
    within(
        "user_sessions_max",
        settings.user_sessions_max,
        1,
        1000,
        USER_SESSIONS_MAX,
    );
    within(
        "id_token_ttl",
        settings.id_token_ttl,
        300,
        longest,
        &id_token_ttl(longest),
    );
    resources(draft, server, &mut problems);
    problems.finish()
}

/// Absolute URIs without a fragment (RFC 8707 §2), and never of this server (SEC-007). What another account's issuer is
/// changes: that is looked at when a token is asked for.
fn resources(draft: &Draft, server: &Settings, problems: &mut Problems) {
    let names = &draft.settings.resources;
    problems.unless(names.len() <= 64, "resources", names.len(), RESOURCES);
    for name in names {
        let absolute = url::Url::parse(name).is_ok_and(|url| url.fragment().is_none());
        let ours = name.starts_with(server.server.public_url.as_str())
            || draft
                .issuer
                .as_ref()
                .is_some_and(|issuer| name.starts_with(issuer));
        problems.unless(
            absolute && name.len() <= 255 && !ours,
            "resources",
            name,
            RESOURCES,
        );
    }
}

/// Types of authorization details, each with its schema.
fn details_types(settings: &AccountSettings, problems: &mut Problems) {
    let types = &settings.authorization_details_types;
    let bytes = serde_json::to_string(types).map_or(usize::MAX, |json| json.len());
    let is_name =
        |name: &String| (1..=255).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic());
    problems.unless(
        types.len() <= 32 && bytes <= 16 * 1024 && types.keys().all(is_name),
        "authorization_details_types",
        types.keys().cloned().collect::<Vec<_>>().join(","),
        DETAILS_TYPES,
    );
}

/// Names of services, each with a host that is nothing but one.
fn services(settings: &AccountSettings, problems: &mut Problems) {
    let services = &settings.services;
    problems.unless(services.len() <= 64, "services", services.len(), SERVICES);
    for (name, host) in services {
        let is_name = (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        // What a URL is made of must come out of it as it went in.
        let is_host = url::Url::parse(&format!("https://{host}/")).is_ok_and(|url| {
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            url.host_str()
                .is_some_and(|parsed| format!("{parsed}{port}") == *host)
        });
        problems.unless(is_name && is_host, "services", format!("{name}={host}"), SERVICES);
    }
}

/// What is allowed for the lifetime of id_tokens.
pub(in crate::directory) fn id_token_ttl(longest: u64) -> String {
    if longest == 86_400 {
        format!("seconds, from 300 to {longest}")
    } else {
        format!("seconds, from 300 to {longest}: an hour less than keys.rotation.keep_after")
    }
}

/// What is allowed for an algorithm: one that an active key of the account has, since no other takes its place
/// (SEC-016).
pub(in crate::directory) fn signed_with(algorithms: &[Algorithm]) -> String {
    let names: Vec<&str> = algorithms.iter().map(|algorithm| algorithm.as_str()).collect();
    format!(
        "an algorithm that the account has an active key for, which is {}",
        names.join(", ")
    )
}

/// An origin that nobody else's is: the server's own belongs to the default account.
fn is_issuer(issuer: &str, public_url: &PublicUrl) -> bool {
    issuer
        .parse::<PublicUrl>()
        .is_ok_and(|url| url.path().is_empty() && url.origin() != public_url.origin())
}
