//! Members of a registration that are kept as they are told, each within its bounds (SEC-062).

use oauth::ClientMetadata;
use url::Url;

use super::keys::{
    ACR_VALUES, BACKCHANNEL, CONTACTS, FRONTCHANNEL, INITIATE_LOGIN_URI, LOCALIZED, REQUEST_URIS, SECTOR,
    TEXT,
};
use crate::context::Outbound;
use crate::directory::error::{Problems, shown};
use crate::directory::{logo, text};
use crate::model::{ClientSettings, RegisteredBy};

pub(super) fn check(settings: &ClientSettings, outbound: &Outbound, problems: &mut Problems) {
    localized(settings, problems);
    for (key, list, allowed) in [
        ("contacts", &settings.contacts, CONTACTS),
        ("default_acr_values", &settings.default_acr_values, ACR_VALUES),
    ] {
        problems.unless(is_list(list), key, list.join(","), allowed);
    }
    for (key, value) in [
        ("software_id", &settings.software_id),
        ("software_version", &settings.software_version),
    ] {
        if let Some(value) = value {
            problems.unless(text::is_name(value), key, value, TEXT);
        }
    }
    if let Some(uri) = &settings.initiate_login_uri {
        let secure = uri.starts_with("https://") && text::is_web_url(uri);
        problems.unless(secure, "initiate_login_uri", uri, INITIATE_LOGIN_URI);
    }
    called(settings, outbound, problems);
    frontchannel(settings, problems);
}

/// A picture inside a `data:` URL. Clients that register themselves name one at a URL, which is kept for them and shown
/// to nobody (SEC-081).
pub(super) fn is_logo(settings: &ClientSettings, picture: &str) -> bool {
    logo::is_logo(picture)
        || (settings.registered_by != RegisteredBy::Administrator && text::is_web_url(picture))
}

/// A member's name with the language of its value behind it (OpenID Connect Registration §2.1).
fn localized(settings: &ClientSettings, problems: &mut Problems) {
    let members = &settings.localized;
    problems.unless(
        members.len() <= ClientMetadata::MAX_VALUES,
        "localized",
        members.len(),
        LOCALIZED,
    );
    for (name, value) in members {
        let good = name.split_once('#').is_some_and(|(member, language)| {
            is_language(language)
                && match member {
                    "client_name" => text::is_name(value),
                    "logo_uri" => is_logo(settings, value),
                    "client_uri" | "policy_uri" | "tos_uri" => text::is_web_url(value),
                    _ => false,
                }
        });
        problems.unless(good, "localized", format!("{name}: {value}"), LOCALIZED);
    }
}

/// The form of a language tag (RFC 5646 §2.1); whether there is such a language, nobody needs to know.
fn is_language(tag: &str) -> bool {
    let part =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    tag.len() <= 35 && tag.split('-').all(part)
}

fn is_list(values: &[String]) -> bool {
    values.len() <= ClientMetadata::MAX_VALUES && values.iter().all(|value| text::is_name(value))
}

/// What the server will call: the guard of outbound calls holds for it from the first call on, and whoever sets it
/// learns of that now (SEC-145).
fn called(settings: &ClientSettings, outbound: &Outbound, problems: &mut Problems) {
    problems.unless(
        settings.request_uris.len() <= ClientMetadata::MAX_VALUES,
        "request_uris",
        settings.request_uris.len(),
        REQUEST_URIS,
    );
    for uri in &settings.request_uris {
        // Behind it may stand a hash of the document, for caching (OpenID Connect Core §6.2).
        let uri = uri.split('#').next().unwrap_or_default();
        admitted("request_uris", uri, REQUEST_URIS, outbound, problems);
    }
    if let Some(uri) = &settings.sector_identifier_uri {
        admitted("sector_identifier_uri", uri, SECTOR, outbound, problems);
    }
    if let Some(uri) = &settings.backchannel_logout_uri {
        problems.unless(!uri.contains('#'), "backchannel_logout_uri", uri, BACKCHANNEL);
        admitted("backchannel_logout_uri", uri, BACKCHANNEL, outbound, problems);
    }
}

fn admitted(key: &str, uri: &str, allowed: &str, outbound: &Outbound, problems: &mut Problems) {
    let refused = match (is_bounded(uri).then(|| Url::parse(uri)), outbound.client()) {
        (Some(Ok(url)), Ok(client)) => client.admits(&url).err().map(|error| error.to_string()),
        (_, Err(error)) => Some(error.to_string()),
        _ => Some("not a URL".to_owned()),
    };
    if let Some(reason) = refused {
        problems.push(key, Some(shown(uri)), format!("{allowed}: {reason}"));
    }
}

fn is_bounded(uri: &str) -> bool {
    uri.len() <= ClientMetadata::MAX_URI_BYTES && uri.bytes().all(|byte| byte.is_ascii_graphic())
}

/// "The domain, port, and scheme of this URL MUST be the same as that of a registered Redirection URI value"
/// (OpenID Connect Front-Channel Logout §2): a page of ours loads it.
fn frontchannel(settings: &ClientSettings, problems: &mut Problems) {
    let Some(uri) = &settings.frontchannel_logout_uri else {
        return;
    };
    let origin = |uri: &str| Url::parse(uri).ok().map(|url| url.origin());
    let own = origin(uri).filter(url::Origin::is_tuple);
    let known = own.is_some()
        && settings
            .redirect_uris
            .iter()
            .any(|registered| origin(registered.as_str()) == own);
    problems.unless(
        known && text::is_web_url(uri),
        "frontchannel_logout_uri",
        uri,
        FRONTCHANNEL,
    );
}
