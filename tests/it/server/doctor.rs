//! The doctor beside a server.

use serde_json::{Value, json};

use super::program::Program;

fn examined(program: &Program) -> (Option<i32>, Value) {
    let output = program.run(&["doctor", "--json"]);
    let document = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    (output.status.code(), document)
}

fn check<'a>(document: &'a Value, name: &str) -> &'a Value {
    let checks = document["checks"].as_array().unwrap();
    let found = checks.iter().find(|check| check["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {document}"))
}

fn create_account(program: &Program) {
    let made = program.run(&["account", "create", "--name", "Acme"]);
    assert!(made.status.success(), "{made:?}");
}

#[test]
fn a_house_that_is_served_is_well_and_waits_for_no_doctor() {
    let program = Program::new();
    create_account(&program);
    let _serving = program.serve();
    let (status, document) = examined(&program);
    assert_eq!((status, &document["ok"]), (Some(0), &json!(true)), "{document}");
    assert_eq!(check(&document, "issuer")["verdict"], "ok", "{document}");
    // Who looks and keeps nothing is no reader that a rotation waits for.
    let listed = program.run(&["key", "list", "--json"]);
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(listed["keys"][0]["readers"], json!([]));
}

#[test]
fn f_05_f_19_a_server_of_another_database_is_told() {
    let program = Program::new();
    create_account(&program);
    let _serving = program.serve();
    let url = format!("http://localhost:{}", program.address.port());
    let other = Program::new().with("SIGNET_SERVER__PUBLIC_URL", url);
    create_account(&other);
    let (status, document) = examined(&other);
    assert_eq!(status, Some(1));
    let told = check(&document, "issuer")["findings"].to_string();
    assert!(told.contains("is not that of this database"), "{told}");
}

#[test]
fn a_certificate_that_has_expired_or_is_anothers_is_told() {
    let program = Program::new();
    create_account(&program);
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec!["other.example".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    params.not_before = rcgen::date_time_ymd(2019, 1, 1);
    let certificate = params.self_signed(&key).unwrap();
    std::fs::write(program.path().join("cert.pem"), certificate.pem()).unwrap();
    std::fs::write(program.path().join("key.pem"), key.serialize_pem()).unwrap();
    let program = program
        .with("SIGNET_SERVER__PUBLIC_URL", "https://login.example".to_owned())
        .with("SIGNET_SERVER__TLS__CERT", "cert.pem".to_owned())
        .with("SIGNET_SERVER__TLS__KEY", "key.pem".to_owned());
    let (status, document) = examined(&program);
    assert_eq!(status, Some(1));
    let told = check(&document, "certificate")["findings"].to_string();
    assert!(
        told.contains("it expired at") && told.contains("it is not for"),
        "{told}"
    );
}
