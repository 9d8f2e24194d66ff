use secrecy::SecretString;
use signet::base::{Entropy, OneTime};
use signet::config::{DatabaseUrl, SealSource, Sources, keys, schema};
use signet::model::session::SessionCookie;
use zeroize::ZeroizeOnDrop;

use super::loaded;

#[test]
fn sec_164_a_password_is_shown_nowhere() {
    let loaded = loaded(
        "database.url = \"postgres://signet:hush@db.example/signet?sslpassword=hush&sslmode=verify-full\"",
    );
    let shown = format!("{} {} {:?}", loaded.to_toml(), loaded.to_json(), loaded.settings);
    assert!(!shown.contains("hush"), "{shown}");
    assert!(
        shown.contains("postgres://signet:***@db.example/signet"),
        "{shown}"
    );
    assert!(shown.contains("sslmode=verify-full"), "{shown}");
}

#[test]
fn sec_164_a_mail_servers_password_is_shown_nowhere() {
    let loaded =
        loaded("[mail]\nsmtp = \"smtps://post:hu%73h@mail.example:465\"\nfrom = \"post@brand.example\"");
    let shown = format!("{} {} {:?}", loaded.to_toml(), loaded.to_json(), loaded.settings);
    assert!(!shown.contains("hush") && !shown.contains("hu%73h"), "{shown}");
    assert!(shown.contains("smtps://post:***@mail.example"), "{shown}");
}

#[test]
fn sec_164_what_was_written_is_in_no_debug_form() {
    let written = "database.url = \"postgres://signet:hush@db.example/signet?sslmode=verify-full\"";
    let whole = format!("{:?}", loaded(written));
    let sources =
        Sources::file(None).variable("SIGNET_DATABASE__URL", "postgres://signet:hush@db.example/signet");
    let sources = format!("{sources:?}");
    assert!(
        !whole.contains("hush") && !sources.contains("hush"),
        "{whole} {sources}"
    );
    assert!(sources.contains("SIGNET_DATABASE__URL"), "{sources}");
}

/// That a type wipes its memory when it is dropped is its own promise: what holds it is that a secret is of no other type.
/// Reading memory after its end would prove more, and is no safe Rust.
#[test]
fn sec_164_what_holds_a_secret_is_wiped_when_it_is_dropped() {
    fn is_wiped<T: ZeroizeOnDrop>(_: &T) -> &'static str {
        std::any::type_name::<T>()
    }
    let settings = loaded("").settings;
    let mail = loaded("mail = { smtp = \"smtps://post:hush@mail.example\", from = \"post@brand.example\" }");
    let mail = mail.settings.mail;
    let variable: fn(&str) -> Option<SecretString> = SealSource::variable;
    let wiped = [
        ("database.url", is_wiped::<DatabaseUrl>(&settings.database.url)),
        ("mail.smtp", is_wiped(&mail.smtp.unwrap())),
        ("keys.seal", is_wiped(&variable("PATH").unwrap())),
    ];
    assert!(wiped[0].1.ends_with("::DatabaseUrl"), "{wiped:?}");
    is_wiped(&OneTime::<SessionCookie>::fresh(&Entropy::default()));
    // A further secret setting needs a type of that kind, and a line above; `keys.seal` says only where the secret is.
    let secret: Vec<String> = keys()
        .into_iter()
        .filter(|key| key.secret)
        .map(|key| key.name)
        .collect();
    assert_eq!(secret, ["database.url", "mail.smtp"]);
}

#[test]
fn what_is_shown_can_be_read_again() {
    let first =
        loaded("[server]\nlisten = \"127.0.0.1:9000\"\n[keys]\nseal = \"env:SEAL\"\n[tokens]\ncode_ttl = 90");
    let again = loaded(&first.to_toml());
    assert_eq!(format!("{:?}", again.settings), format!("{:?}", first.settings));
    assert!(
        first.to_toml().contains("code_ttl = \"1m30s\"  # "),
        "{}",
        first.to_toml()
    );
}

#[test]
fn a_setting_that_is_written_as_a_table_can_be_read_again() {
    let first =
        loaded("[keys.seal]\ncommand = [\"vault\", \"a name\"]\n[keys.seal_next]\ncommand = \"vault next\"");
    let again = loaded(&first.to_toml());
    assert_eq!(again.settings.keys.seal, first.settings.keys.seal);
    assert_eq!(again.settings.keys.seal_next, first.settings.keys.seal_next);
    assert!(
        first
            .to_toml()
            .contains("[keys.seal]\ncommand = [\"vault\",\"a name\"]  # "),
        "{}",
        first.to_toml()
    );
}

#[test]
fn each_setting_is_documented() {
    let undocumented: Vec<String> = keys()
        .into_iter()
        .filter(|key| key.description.is_empty())
        .map(|key| key.name)
        .collect();
    assert!(undocumented.is_empty(), "{undocumented:?}");
}

#[test]
fn the_schema_tells_documentation_and_defaults() {
    let schema = schema().to_value();
    let ttl = &schema["properties"]["tokens"]["properties"]["id_token_ttl"];
    assert_eq!(ttl["default"], "1h");
    assert!(
        ttl["description"]
            .as_str()
            .unwrap()
            .starts_with("How long an id_token is valid")
    );
    assert_eq!(schema["properties"]["server"]["additionalProperties"], false);
}
