//! What a client's access and refresh tokens may be.

use jose::Algorithm;
use url::Url;

use super::check::{Circumstances, is_audience};
use super::keys::{REFRESH_TOKEN_MAX, REFRESH_TOKEN_TTL, RESOURCES, ROTATION};
use crate::directory::account::signed_with;
use crate::directory::error::Problems;
use crate::model::ClientSettings;

/// The most resources of one client.
const MOST: usize = 64;

pub(super) fn check(settings: &ClientSettings, circumstances: &Circumstances<'_>, problems: &mut Problems) {
    algorithm(
        "access_token_signed_response_alg",
        settings.access_token_signed_response_alg,
        circumstances,
        problems,
    );
    algorithm(
        "introspection_signed_response_alg",
        settings.introspection_signed_response_alg,
        circumstances,
        problems,
    );
    resources("resources", &settings.resources, circumstances, problems);
    resources("serves", &settings.serves, circumstances, problems);
    if let Some(seconds) = settings.refresh_token_ttl {
        let allowed = (3600..=31_536_000).contains(&seconds);
        problems.unless(allowed, "refresh_token_ttl", seconds, REFRESH_TOKEN_TTL);
    }
    if let Some(seconds) = settings.refresh_token_max {
        let allowed = (3600..=63_072_000).contains(&seconds);
        problems.unless(allowed, "refresh_token_max", seconds, REFRESH_TOKEN_MAX);
    }
    let keeps_nothing = settings.token_endpoint_auth_method.is_public();
    problems.unless(
        !keeps_nothing || settings.refresh_token_rotation != Some(false),
        "refresh_token_rotation",
        false,
        ROTATION,
    );
}

fn algorithm(
    key: &str,
    algorithm: Option<Algorithm>,
    circumstances: &Circumstances<'_>,
    problems: &mut Problems,
) {
    if let Some(algorithm) = algorithm {
        problems.unless(
            circumstances.algorithms.contains(&algorithm),
            key,
            algorithm,
            signed_with(circumstances.algorithms),
        );
    }
}

fn resources(key: &str, names: &[String], circumstances: &Circumstances<'_>, problems: &mut Problems) {
    problems.unless(names.len() <= MOST, key, names.len(), RESOURCES);
    for name in names {
        // An absolute URI without a fragment (RFC 8707 §2), and never one of this server (SEC-007).
        let allowed = Url::parse(name).is_ok_and(|url| url.fragment().is_none());
        problems.unless(allowed && is_audience(name, circumstances), key, name, RESOURCES);
    }
}
