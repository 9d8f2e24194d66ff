//! Our own server is the platform, and the brand's identity provider.

use serde_json::{Value, json};

use super::{connect, fed, house_where};
use crate::server::program::{Program, Serving};

const TRIAL: [&str; 4] = ["--consumer", "ana", "--consumer-password-file", "consumer"];

/// A house with olga, who may write connectors; where it is.
pub(super) fn with_olga() -> (Program, Serving, String) {
    with_olga_where(false)
}

fn with_olga_where(admin_factor: bool) -> (Program, Serving, String) {
    let (program, serving) = house_where(admin_factor);
    let olga = [
        "user",
        "create",
        "olga",
        "--email",
        "olga@example.test",
        "--profile",
        "admin",
    ];
    fed(&program, &[&olga[..], &["--password-stdin"]].concat());
    let base = format!("http://localhost:{}", program.address.port());
    (program, serving, base)
}

fn shown(program: &Program, arguments: &[&str]) -> Value {
    let output = program.run(&[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_connected_from_start_to_end_and_once_more() {
    let (program, _serving, base) = with_olga();
    let login = [&["--password-file", "consumer"][..], &TRIAL].concat();
    let (status, done, error) = connect(&program, (&base, "default"), &login).await;
    assert_eq!(
        (status, &done["verified"], &done["created"]),
        (0, &json!(true), &json!(true)),
        "{done}{error}{}",
        program.log()
    );
    for service in ["agentVep", "accountConfigReadWrite", "idp"] {
        assert!(done["services"][service].is_string(), "{done}");
    }
    assert!(done["remains"].to_string().contains("/sdk/signet.js"), "{done}");
    let id = done["connector_id"].as_str().unwrap().to_owned();
    let made = shown(&program, &["connector", "show", &id]);
    let fields = &made["configuration"];
    assert_eq!(
        (&made["type"], &made["has_secret"]),
        (&json!("code"), &json!(true))
    );
    assert_eq!(
        (
            &fields["issuer"],
            &fields["tokenEndpoint"],
            &fields["jwksEndpoint"]
        ),
        (
            &json!(base),
            &json!(format!("{base}/token")),
            &json!(format!("{base}/jwks"))
        )
    );
    assert_eq!(fields["pkceEnabled"], json!(true), "as the client demands it");
    assert_eq!(fields["preferred"], json!(true));

    // Once more it finds what it made, and the secret stays; and for people, it is told in words.
    let arguments = [
        &[
            "connect",
            "--domain-api",
            &base,
            "--account",
            "default",
            "--user",
            "olga",
            "--yes",
            "--paste-key",
        ][..],
        &login,
    ]
    .concat();
    let mut command = program.command(&arguments);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{said}{:?}",
        String::from_utf8(output.stderr)
    );
    for words in [
        format!("Connector {id} is written anew at account default."),
        "A consumer logged in here, and the platform took what they brought.".to_owned(),
        "What remains to be done by hand:".to_owned(),
        format!(
            "<script src=\"{base}/sdk/signet.js\" data-client=\"messaging\" data-flow=\"code\"></script>"
        ),
        "when keys change, run signet key cutover".to_owned(),
    ] {
        assert!(said.contains(&words), "{words}: {said}");
    }
    let written = shown(&program, &["connector", "show", &id]);
    assert_eq!(
        written["configuration"]["jwtValidationType"],
        json!("JWT_PUBLIC_KEY")
    );
    let client = shown(&program, &["client", "show", "messaging"]);
    assert!(
        client["pasted_key"].is_string(),
        "the client holds on to the pasted key"
    );
    assert_eq!(
        shown(&program, &["connector", "list"])["connectors"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        shown(&program, &["doctor", "--connector", &id])["ok"],
        json!(true)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_130_without_the_second_factor_that_is_asked_for_nothing_is_changed() {
    let (program, _serving, base) = with_olga_where(true);
    let login = [&["--password-file", "consumer"][..], &TRIAL].concat();
    let (status, done, error) = connect(&program, (&base, "default"), &login).await;
    let told = format!("{done}{error}");
    assert_ne!(status, 0, "{told}");
    assert!(
        told.contains("nothing was changed") && told.contains("reauth_required"),
        "{told}"
    );
    let made_up = [&["--password-file", "consumer", "--otp", "123456"][..], &TRIAL].concat();
    let (status, done, error) = connect(&program, (&base, "default"), &made_up).await;
    assert_ne!(status, 0, "{done}{error}");
    assert_eq!(shown(&program, &["connector", "list"])["connectors"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_connects_it_by_its_api_key() {
    let (program, _serving, base) = with_olga();
    shown(
        &program,
        &["account", "update", "default", "--set", "features.bots=true"],
    );
    shown(
        &program,
        &["user", "create", "olga-bot", "--bot", "--profile", "admin"],
    );
    let key = shown(
        &program,
        &[
            "app-key",
            "create",
            "--application",
            "Connect",
            "--developer",
            "Olga",
            "--privilege",
            "Agent Interactions > User Login",
        ],
    );
    std::fs::write(program.path().join("key.json"), key.to_string()).unwrap();
    let login = [&["--app-key-file", "key.json", "--user", "olga-bot"][..], &TRIAL].concat();
    let (status, done, error) = super::connect_as(&program, (&base, "default"), &login).await;
    assert_eq!(
        (status, &done["verified"], &done["created"]),
        (0, &json!(true), &json!(true)),
        "{done}{error}{}",
        program.log()
    );
    let told = done.to_string() + &error;
    for name in ["secret", "access_token", "access_token_secret"] {
        assert!(!told.contains(key[name].as_str().unwrap()), "{name}: {told}");
    }
    // A key of nobody's is refused, with the platform's own words.
    std::fs::write(
        program.path().join("other.json"),
        json!({"app_key": "k", "secret": "s3cr3t-0f-0th3r", "access_token": "t", "access_token_secret": "u"})
            .to_string(),
    )
    .unwrap();
    let wrong = ["--app-key-file", "other.json", "--user", "olga-bot"];
    let (status, _, error) = super::connect_as(&program, (&base, "default"), &wrong).await;
    assert!(status == 1 && error.contains("the login was refused"), "{error}");
    assert!(!error.contains("s3cr3t"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn f_28_the_one_type_for_web_and_apps_changes_only_where_it_is_said() {
    let (program, _serving, base) = with_olga();
    let login = ["--password-file", "consumer"];
    let (status, _, error) = connect(
        &program,
        (&base, "default"),
        &[&login[..], &["--client", "messaging"]].concat(),
    )
    .await;
    assert_eq!(status, 0, "{error}");
    shown(
        &program,
        &[
            "client",
            "create",
            "--platform",
            "--id",
            "implicit",
            "--response-type",
            "id_token",
            "--redirect-uri",
            "https://liveperson.net",
        ],
    );
    let other = [&login[..], &["--client", "implicit"]].concat();
    let (status, _, error) = connect(&program, (&base, "default"), &other).await;
    assert!(status == 1 && error.contains("--switch-flow"), "{error}");
    let (status, done, error) = connect(
        &program,
        (&base, "default"),
        &[&other[..], &["--preferred", "false"]].concat(),
    )
    .await;
    assert_eq!((status, &done["warnings"]), (0, &json!([])), "{error}");
    let (status, done, error) = connect(
        &program,
        (&base, "default"),
        &[&other[..], &["--switch-flow"], &TRIAL].concat(),
    )
    .await;
    assert_eq!(
        (status, &done["created"], &done["verified"]),
        (0, &json!(false), &json!(true)),
        "{done}{error}"
    );
    assert!(done["warnings"][0].as_str().unwrap().contains("F-28"), "{done}");
    assert_eq!(shown(&program, &["account", "show"])["flow"], json!("implicit"));
}
