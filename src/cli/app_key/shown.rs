//! What is shown of an API key.

use crate::base::Timestamp;
use crate::cli::directory::facts;
use crate::directory::app_key::Made;
use crate::model::AppKey;

/// An API key for people.
pub(super) fn text(key: &AppKey, pairs: &[(Timestamp, Option<Timestamp>)]) -> String {
    let settings = &key.settings;
    let listed = |values: Vec<String>| values.join(", ");
    let first = [
        ("app key", key.app_key.to_string()),
        ("account", key.account_id.to_string()),
        ("application", settings.application_name.clone()),
        ("developer", settings.developer_name.clone()),
        ("description", settings.description.clone()),
        ("enabled", key.enabled.to_string()),
        (
            "privileges",
            listed(settings.privileges.iter().map(ToString::to_string).collect()),
        ),
        (
            "used from",
            listed(settings.ip.iter().map(ToString::to_string).collect()),
        ),
        (
            "body hash",
            if settings.require_body_hash {
                "demanded"
            } else {
                "checked when present"
            }
            .to_owned(),
        ),
        (
            "signatures",
            if settings.hmac_sha1 {
                "HMAC-SHA1, HMAC-SHA256"
            } else {
                "HMAC-SHA256"
            }
            .to_owned(),
        ),
        (
            "expires",
            settings
                .expires_at
                .map_or_else(|| "never".to_owned(), Timestamp::to_rfc3339),
        ),
    ];
    let secrets = pairs.iter().map(|(made, end)| {
        let end = end.map(|end| format!(", work until {end}")).unwrap_or_default();
        ("secrets", format!("made {made}{end}"))
    });
    let last = [
        ("made", key.created_at.to_string()),
        ("changed", key.updated_at.to_string()),
        ("last used", last_used(key)),
    ];
    facts(first.into_iter().chain(secrets).chain(last))
}

/// A line of the list.
pub(super) fn row(key: &AppKey) -> [String; 5] {
    [
        key.app_key.to_string(),
        key.settings.application_name.clone(),
        key.settings.developer_name.clone(),
        key.enabled.to_string(),
        last_used(key),
    ]
}

fn last_used(key: &AppKey) -> String {
    key.last_used_at
        .map_or_else(|| "never".to_owned(), Timestamp::to_rfc3339)
}

fn values(made: &Made) -> String {
    let [app_key, secret, token, token_secret] = made.values.named().map(|(_, value)| value.to_owned());
    facts([
        ("App key", app_key),
        ("Secret", secret),
        ("Access token", token),
        ("Access token secret", token_secret),
    ])
}

/// What to do with one that was just made.
pub(super) fn welcome(made: &Made) -> String {
    let may = if made.key.settings.privileges.is_empty() {
        "\nIt may do nothing yet: give it privileges with `signet app-key update`.\n"
    } else {
        ""
    };
    format!(
        "The API key of {} is made.\n\n{}\nThese values are shown this once.\n{may}",
        made.key.settings.application_name,
        values(made)
    )
}

/// The same after a rotation.
pub(super) fn rotated(made: &Made) -> String {
    let former = match made.former_until {
        Some(end) => format!("The former ones work until {end}."),
        None => "The former ones have stopped working.".to_owned(),
    };
    format!("New values, shown this once:\n\n{}\n{former}", values(made))
}
