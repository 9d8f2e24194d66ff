//! The functions of the store that are not tried in another account's name, and why.

use crate::support::functions::{self, Excepted};

/// Modules that know no account's table.
const MODULES: &[(&str, &str)] = &[
    ("db", "the database itself"),
    ("query", "how a statement is run"),
    ("sqlite", "SQLite's one writer"),
    ("migrate", "the schema"),
    ("backup", "the whole database"),
    ("retention", "removes what has expired, whosever it is"),
    ("sealed", "seals everybody's values anew"),
    (
        "integrity",
        "a rule is a statement with its account, which `statements.rs` demands; it tells names alone",
    ),
    ("leases", "the server's"),
    ("sealing_checks", "the server's"),
    ("server_secrets", "the server's"),
    (
        "admin_sessions",
        "an administrator's, found by the digest of a credential; administrators are the server's",
    ),
    ("administrator_factors", "an administrator's, who is the server's"),
];

const NEW_ROW: &str = "a new row, which carries its account and meets no other: there is no ON CONFLICT";
const ALL: &str = "the server's own work, which goes through all accounts";
const BY_NAME: &str = "administrators are the server's, by names and ids that no two have";

/// Functions, and why.
const FUNCTIONS: &[(&str, &str)] = &[
    ("account_entities::insert", NEW_ROW),
    ("app_key_secrets::insert", NEW_ROW),
    (
        "audit::insert",
        "the realm that the event names gets it; tests/it/audit tries it",
    ),
    ("audit_chains::take", "a part of audit::insert"),
    ("audit_chains::set", "a part of audit::insert"),
    ("backchannel::insert", NEW_ROW),
    ("client_hmac_secrets::insert", NEW_ROW),
    ("clients::insert", NEW_ROW),
    ("connectors::insert", NEW_ROW),
    (
        "consumers::insert",
        "a new row; a subject that is anybody's is a clash, whosever it is (SEC-010)",
    ),
    ("delegations::insert", NEW_ROW),
    ("devices::insert", NEW_ROW),
    ("initial_access_tokens::insert", NEW_ROW),
    ("interactions::insert", NEW_ROW),
    ("interactions::insert_in", NEW_ROW),
    ("login_sessions::insert", NEW_ROW),
    ("pushed_requests::insert", NEW_ROW),
    ("refresh_tokens::insert", NEW_ROW),
    ("registration_tokens::insert", NEW_ROW),
    ("sessions::insert", NEW_ROW),
    ("sign_in_tickets::insert", NEW_ROW),
    ("decryption_keys::insert", NEW_ROW),
    ("signing_keys::insert", NEW_ROW),
    ("sso_attempts::insert", NEW_ROW),
    ("sso_connections::insert", NEW_ROW),
    (
        "tokens::insert",
        "a new row; doors.rs redeems a code in another account",
    ),
    ("tokens::insert_all", "the same"),
    ("tokens::insert_in", "the same"),
    ("tokens::insert_revoked", NEW_ROW),
    ("user_recovery_codes::insert", NEW_ROW),
    ("users::insert_all", NEW_ROW),
    (
        "used_proofs::take",
        "a new row, by a digest that has the account in it",
    ),
    ("accounts::find", "the account that is named is the row"),
    ("accounts::find_default", "it has no account to name"),
    ("accounts::list_with_issuer", ALL),
    ("accounts::list", ALL),
    ("accounts::list_unerased", ALL),
    ("accounts::list_every", ALL),
    ("accounts::list_ids", ALL),
    ("accounts::erase", "the account that is named is the row"),
    ("accounts::insert", NEW_ROW),
    ("accounts::update", "the account that is named is the row"),
    ("administrators::find", BY_NAME),
    ("administrators::find_login", BY_NAME),
    ("administrators::insert", BY_NAME),
    ("administrators::set_status", BY_NAME),
    ("administrators::set_password", BY_NAME),
    ("administrators::set_last_login", BY_NAME),
    ("administrators::replace_password", BY_NAME),
    ("administrators::delete", BY_NAME),
    ("audit_realms::next", ALL),
    ("consumers::work_out", ALL),
    ("logout_notices::any_due", ALL),
    ("logout_notices::claim", ALL),
    ("mails::any_due", ALL),
    ("mails::claim", ALL),
    ("mails::insert", NEW_ROW),
];

/// What is neither tried nor excepted, and what is excepted without need.
pub(super) fn wrong(tried: &[String]) -> Vec<String> {
    let excepted = Excepted {
        modules: MODULES,
        functions: FUNCTIONS,
    };
    functions::wrong("src/store", functions::Visible::Anywhere, tried, &excepted)
}
