//! How a client may ask, and what is signed and encrypted when it is answered.

use oauth::ClientMetadata;

use super::check::Circumstances;
use super::keys::DETAILS_TYPES;
use crate::directory::account::signed_with;
use crate::directory::error::Problems;
use crate::model::{ClientSettings, RequestObjectAlg};

pub(super) fn check(settings: &ClientSettings, circumstances: &Circumstances<'_>, problems: &mut Problems) {
    let algorithms = circumstances.algorithms;
    for (key, chosen) in [
        (
            "userinfo_signed_response_alg",
            settings.userinfo_signed_response_alg,
        ),
        (
            "authorization_signed_response_alg",
            settings.authorization_signed_response_alg,
        ),
    ] {
        if let Some(algorithm) = chosen {
            problems.unless(
                algorithms.contains(&algorithm),
                key,
                algorithm,
                signed_with(algorithms),
            );
        }
    }
    problems.unless(
        !settings.require_signed_request_object
            || settings.request_object_signing_alg != Some(RequestObjectAlg::Unsigned),
        "require_signed_request_object",
        true,
        "false, since request_object_signing_alg is none",
    );
    match (
        settings.request_object_encryption_alg,
        settings.request_object_encryption_enc,
    ) {
        (None, Some(encryption)) => problems.unless(
            false,
            "request_object_encryption_enc",
            encryption,
            "nothing, unless request_object_encryption_alg is set",
        ),
        (Some(management), _) => problems.unless(
            circumstances.takes_encrypted,
            "request_object_encryption_alg",
            management,
            "nothing, unless the account's features.encrypted_request_objects is on",
        ),
        (None, None) => {}
    }
    let types = &settings.authorization_details_types;
    let is_name =
        |name: &String| (1..=255).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic());
    problems.unless(
        types.len() <= ClientMetadata::MAX_VALUES && types.iter().all(is_name),
        "authorization_details_types",
        types.join(","),
        DETAILS_TYPES,
    );
}
