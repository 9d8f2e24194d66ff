//! The client's secret, of which the platform may or may not get to know.

use std::time::Duration;

use serde_json::{Value, json};

use super::{ACCOUNT, connect, house, platform};
use crate::server::program::Program;

const LOGIN: [&str; 2] = ["--password-file", "password"];

fn shown(program: &Program, arguments: &[&str]) -> Value {
    let output = program.run(&[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The one secret of the client.
fn first_secret(program: &Program) -> String {
    let rotated = shown(program, &["client", "rotate-secret", "messaging"]);
    rotated["client_secret"].as_str().unwrap().to_owned()
}

/// Whether the token endpoint knows the client by that secret: it then looks at the code, which nobody made.
async fn counts(program: &Program, secret: &str) -> bool {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", "none"),
        ("redirect_uri", "https://liveperson.net"),
    ];
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let http = reqwest::Client::builder()
        .tls_backend_preconfigured(outbound::tls_config(None).unwrap())
        .build()
        .unwrap();
    let asked = http
        .post(format!("http://localhost:{}/token", program.address.port()))
        .basic_auth("messaging", Some(secret))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    let answer = asked.send().await.unwrap();
    let (status, body) = (answer.status().as_u16(), answer.text().await.unwrap());
    assert!([400, 401].contains(&status), "{status}: {body}");
    assert_eq!(status == 400, body.contains("invalid_grant"), "{body}");
    status == 400
}

/// A server knows a client as it was at most five seconds ago.
async fn both_count(program: &Program, former: &str, new: &str) {
    let mut waited = 0;
    while !counts(program, new).await {
        assert!(waited < 70, "the new secret doesn't count");
        waited += 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(counts(program, former).await);
}

fn secret_of(body: Option<&Value>) -> String {
    let secret = &body.unwrap()["configuration"]["clientSecret"];
    secret.as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_platform_refuses_the_connector_the_former_secret_alone_counts_and_a_renewal_is_left() {
    let (platform, (program, _serving)) = (platform().await, house());
    let former = first_secret(&program);
    let before = shown(&program, &["client", "show", "messaging"]);
    for (refuses, busy) in [(true, false), (false, true)] {
        {
            let mut seen = platform.seen.lock().unwrap();
            (seen.refuses, seen.is_busy) = (refuses, busy);
        }
        let more = [&LOGIN[..], &["--paste-key"]].concat();
        let (status, _, error) = connect(&program, (&platform.base, ACCOUNT), &more).await;
        assert!(
            status == 1 && error.contains("the client messaging is as it was before"),
            "{error}"
        );
        let refused = secret_of(platform.seen.lock().unwrap().refused.last());
        assert!(counts(&program, &former).await && !counts(&program, &refused).await);
        let mut after = shown(&program, &["client", "show", "messaging"]);
        after["updated_at"] = before["updated_at"].clone();
        assert_eq!(after, before, "nor does it hold on to a key");
    }
    let recorded = shown(&program, &["audit", "list"]).to_string().replace('\\', "");
    assert!(recorded.contains("\"taken_back\":true"), "{recorded}");
    {
        let mut seen = platform.seen.lock().unwrap();
        (seen.refuses, seen.is_busy) = (false, false);
    }
    // A connector here for the same client would stop when the former secret does.
    std::fs::write(program.path().join("secret"), format!("{former}\n")).unwrap();
    let own = ["connector", "create", "--id", "own", "--from-client", "messaging"];
    shown(
        &program,
        &[&own[..], &["--client-secret-file", "secret"]].concat(),
    );
    let (status, _, error) = connect(&program, (&platform.base, ACCOUNT), &LOGIN).await;
    assert_eq!(status, 0, "{error}");
    let recorded = shown(&program, &["audit", "list"]).to_string().replace('\\', "");
    assert!(recorded.contains("\"secret_changed\":true"), "{recorded}");
    let written = platform.seen.lock().unwrap().connector.clone();
    both_count(&program, &former, &secret_of(written.as_ref())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_platform_took_the_connector_and_failed_to_say_so_the_new_secret_counts() {
    let (platform, (program, _serving)) = (platform().await, house());
    let former = first_secret(&program);
    {
        let mut seen = platform.seen.lock().unwrap();
        (seen.is_busy, seen.makes_it) = (true, true);
    }
    let (status, _, error) = connect(&program, (&platform.base, ACCOUNT), &LOGIN).await;
    assert!(
        status == 1 && error.contains("has the connector all the same"),
        "{error}"
    );
    let new = secret_of(platform.seen.lock().unwrap().connector.as_ref());
    both_count(&program, &former, &new).await;
    // Once more finds it there, with that secret.
    let (status, done, error) = connect(&program, (&platform.base, ACCOUNT), &LOGIN).await;
    assert_eq!((status, &done["created"]), (0, &json!(false)), "{error}");
    let seen = platform.seen.lock().unwrap();
    let (_, written) = seen.written.last().unwrap();
    assert!(written["configuration"]["clientSecret"].is_null(), "{written}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_can_tell_whether_the_platform_has_it_both_secrets_count() {
    let (platform, (program, _serving)) = (platform().await, house());
    let former = first_secret(&program);
    {
        let mut seen = platform.seen.lock().unwrap();
        (seen.is_busy, seen.goes_down) = (true, true);
    }
    let (status, _, error) = connect(&program, (&platform.base, ACCOUNT), &LOGIN).await;
    assert!(
        status == 1 && error.contains("signet client rotate-secret messaging"),
        "{error}"
    );
    let new = secret_of(platform.seen.lock().unwrap().refused.last());
    both_count(&program, &former, &new).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_058_a_new_secret_is_made_where_the_connector_has_none_of_this_client_and_not_twice_in_a_day() {
    let (platform, (program, _serving)) = (platform().await, house());
    let secret = first_secret(&program);
    std::fs::write(program.path().join("secret"), format!("{secret}\n")).unwrap();
    let (status, _, error) = connect(&program, (&platform.base, ACCOUNT), &LOGIN).await;
    assert_eq!(status, 0, "{error}");
    let last = || {
        let seen = platform.seen.lock().unwrap();
        let (_, written) = seen.written.last().unwrap();
        (
            seen.written.len(),
            written["configuration"]["clientSecret"].clone(),
        )
    };
    let (written, first) = last();
    assert!(first.is_string() && first != json!(secret));
    // Of another type there, it has to be written anew, and the former secret is still in use: nothing happens, at either side.
    let is_now = |kind: Value| {
        platform.seen.lock().unwrap().connector.as_mut().unwrap()["type"] = kind;
    };
    is_now(json!("implicit"));
    let before = shown(&program, &["client", "show", "messaging"]);
    let (status, _, error) = connect(&program, (&platform.base, ACCOUNT), &LOGIN).await;
    assert!(
        status != 0 && error.contains("until then the former one still works"),
        "{error}"
    );
    assert!(error.contains("--client-secret-file"), "{error}");
    assert_eq!(last().0, written);
    assert_eq!(shown(&program, &["client", "show", "messaging"]), before);
    // With the secret it goes on; and where it has one already, by the type's number, none is sent.
    let told = [&LOGIN[..], &["--client-secret-file", "secret"]].concat();
    let (status, _, error) = connect(&program, (&platform.base, ACCOUNT), &told).await;
    assert_eq!((status, last().1), (0, json!(secret)), "{error}");
    is_now(json!(1));
    let (status, _, error) = connect(&program, (&platform.base, ACCOUNT), &LOGIN).await;
    assert_eq!((status, last().1), (0, Value::Null), "{error}");
    assert_eq!(platform.seen.lock().unwrap().logouts.len(), 4);
}
