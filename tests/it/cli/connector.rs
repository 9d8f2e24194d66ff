use serde_json::json;

use super::{BRAND_CONNECTOR, PLATFORM_CLIENT, Signet};

#[test]
fn a_connector_is_filled_in_from_a_client_and_shown_as_on_the_platforms_page() {
    let signet = Signet::with_account();
    signet.text(PLATFORM_CLIENT);
    signet.fails(
        &["connector", "create", "--from-client", "messaging"],
        2,
        "clientSecret",
    );
    let said = signet.text(BRAND_CONNECTOR);
    for part in [
        "OAuth 2.0 Authentication Type      code",
        "http://localhost:8080/authorize",
        "http://localhost:8080/token",
        "http://localhost:8080/jwks",
        "(kept, and shown to nobody)",
        "JS Method Name                     lpGetAuthenticationToken",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let changed = signet.json(&[
        "connector",
        "update",
        "brand",
        "--pkce",
        "--js-method-name",
        "lpMethods.getToken",
        "--set",
        "acrValues=loa1",
    ]);
    assert_eq!(changed["configuration"]["pkceEnabled"], json!(true));
    assert_eq!(changed["has_secret"], json!(true));
    assert_eq!(
        signet.json(&["connector", "show", "brand"])["configuration"],
        changed["configuration"]
    );
    assert_eq!(
        signet.json(&["connector", "list"])["connectors"][0]["connector_id"],
        json!("brand")
    );
    let report = signet.fails(&["doctor", "--connector", "brand"], 1, "connector_keys");
    assert!(report.contains("mend:"), "{report}");
    signet.text(&["connector", "delete", "brand"]);
    let all = signet.json(&["connector", "list", "--include-deleted"]);
    assert_eq!(all["connectors"][0]["deleted"], json!(true));
}

#[test]
fn sec_164_a_secret_comes_from_a_file_or_standard_input_and_never_from_the_command_line() {
    let signet = Signet::with_account();
    let fields = [
        "connector",
        "create",
        "--id",
        "other",
        "--type",
        "code",
        "--issuer",
        "https://idp.brand.example",
        "--token-endpoint",
        "https://idp.brand.example/token",
        "--jwks-endpoint",
        "https://idp.brand.example/jwks",
        "--client-id",
        "lp-messaging",
    ];
    let with =
        |more: &[&str]| -> Vec<String> { fields.iter().chain(more).map(|it| (*it).to_owned()).collect() };
    let argv = |all: &[String]| -> Vec<&'static str> { all.iter().map(|it| &*it.clone().leak()).collect() };
    let on_argv = with(&["--set", "clientSecret=s3cret"]);
    let (status, error) = signet.refused(&argv(&on_argv));
    assert!(status == 1 && error.contains("--client-secret-file"), "{error}");
    assert!(!error.contains("s3cret"));
    let secret = signet.file("secret", "s3cret\n");
    let made = signet.text(&argv(&with(&["--client-secret-file", &secret])));
    assert!(
        made.contains("idp.brand.example/token") && !made.contains("s3cret"),
        "{made}"
    );
    let wrong = signet.fails(
        &[
            "connector",
            "update",
            "other",
            "--jwt-public-key",
            "AAAA",
            "--json",
        ],
        2,
        "SubjectPublicKeyInfo",
    );
    assert!(wrong.contains("jwtPublicKey"), "{wrong}");
}

#[test]
fn sec_058_a_client_gets_no_second_secret_while_its_former_one_works() {
    let signet = Signet::with_account();
    signet.text(PLATFORM_CLIENT);
    signet.text(BRAND_CONNECTOR);
    let before = signet.json(&["client", "show", "messaging"]);
    let again = [
        "connector",
        "create",
        "--id",
        "second",
        "--from-client",
        "messaging",
        "--new-secret",
    ];
    signet.fails(&again, 2, "clientSecret: allowed: another one from ");
    assert_eq!(signet.json(&["client", "show", "messaging"]), before);
    let all = signet.json(&["connector", "list"]);
    assert_eq!(all["connectors"].as_array().unwrap().len(), 1);
    // Whoever ends the former one by hand may have another.
    signet.text(&["client", "rotate-secret", "messaging"]);
    signet.text(&again);
}
