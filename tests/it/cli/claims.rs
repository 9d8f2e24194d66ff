use serde_json::json;

use super::Signet;

#[test]
fn lint_shows_where_each_claim_comes_from_and_what_is_missing() {
    let signet = Signet::with_account();
    let contract = r#"{"required": ["email", "phone_number", "nickname"]}"#;
    signet.text(&[
        "client",
        "create",
        "--id",
        "crm",
        "--redirect-uri",
        "https://crm.example.test/cb",
        "--set",
        &format!("claims_contract={contract}"),
    ]);
    let people = signet.path("people.jsonl");
    std::fs::write(
        &people,
        r#"{"username": "ana", "email": "ana@example.test", "phone_number": "+4930123456"}"#,
    )
    .unwrap();
    signet.text(&["consumer", "import", &people]);
    let arguments = ["claims", "lint", "--client", "crm", "--consumer", "ana", "--json"];
    let output = signet.run(&arguments);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let line = |name: &str| {
        let lines = document["claims"].as_array().unwrap().iter();
        let mut found = lines.filter(|line| line["name"] == name);
        found
            .next()
            .unwrap_or_else(|| panic!("no {name}: {document}"))
            .clone()
    };
    assert_eq!(line("iss")["value"], "http://localhost:8080");
    assert_eq!(line("email")["value"], "ana@example.test");
    assert_eq!(
        line("email")["from"],
        "the consumer's claims: the contract demands it"
    );
    assert_eq!(
        document["missing"],
        json!([
            {"name": "phone_number", "why": "the scope phone is not granted"},
            {"name": "nickname", "why": "the consumer has none"},
        ])
    );
    assert_eq!(
        document["breaches"][0],
        json!({"place": "/phone_number", "wrong": "is missing"})
    );

    signet.text(&[
        "client",
        "update",
        "crm",
        "--set",
        r#"claims_contract={"required":["email"]}"#,
    ]);
    let said = signet.text(&["claims", "lint", "--client", "crm", "--consumer", "ana"]);
    assert!(
        said.contains("ana@example.test") && !said.contains("missing"),
        "{said}"
    );
}

#[test]
fn a_contract_that_would_not_be_checked_is_refused() {
    let signet = Signet::with_account();
    let wrong = r#"claims_contract={"properties":{"email":{"format":"email"}}}"#;
    let uri = "https://crm.example.test/cb";
    let output = signet.run(&["client", "create", "--redirect-uri", uri, "--set", wrong]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("claims_contract")
    );
}
