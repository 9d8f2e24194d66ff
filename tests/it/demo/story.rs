//! A consumer signs in, and the platform knows who it is.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde_json::{Value, json};
use signet::demo::{Consumer, Wishes};

use super::Demo;

/// Everything that customerInfo and personalInfo hold of the first consumer, as the agent reads it.
const OF_ANA: [&str; 20] = [
    "LC-20417",
    "gold",
    "active",
    "-42.5",
    "EUR",
    "ana.makes.tea",
    "356938035643809",
    "ana.moreira",
    "Chiado",
    "Casa Moreira",
    "owner",
    "3 November 2026",
    "23 May 2019",
    "38, born 15 April 1988",
    "FEMALE",
    "pt-PT",
    "ana@example.test",
    "+351 21 055 0143",
    "MOBILE",
    "Lisboa",
];

#[tokio::test]
async fn with_each_connector_the_agent_sees_a_verified_consumer_and_their_attributes() {
    let demo = Demo::start().await;
    let ana = &demo.running.manifest.consumers[0];
    for (connector, title) in [
        ("implicit", "Implicit"),
        ("code", "Code"),
        ("code_pkce", "Code with PKCE"),
    ] {
        let mut visitor = demo.visitor();
        let answer = visitor.chat(connector, ana).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{connector}: {answer:?}");
        let conversation = answer.json();
        assert_eq!(
            (&conversation["name"], &conversation["verified"]),
            (&json!("Ana"), &json!(true))
        );
        let view = visitor.agent_view(&answer).await;
        assert!(view.contains("id=\"agent-verified\"") && view.contains("Ana Lúcia Moreira"));
        assert!(
            view.contains(&ana.sub) && view.contains(&format!("· {title}</p>")),
            "{view}"
        );
        for text in OF_ANA {
            assert!(view.contains(text), "{connector}: {text}");
        }
        // Who is signed in already isn't asked again.
        let again = visitor.chat(connector, &nobody()).await;
        assert_eq!(again.status, StatusCode::CREATED);
    }
    demo.end().await;
}

fn nobody() -> Consumer {
    Consumer {
        name: String::new(),
        username: "nobody".to_owned(),
        password: "wrong".to_owned(),
        sub: String::new(),
    }
}

#[tokio::test]
async fn every_consumer_of_the_manifest_can_sign_in() {
    let demo = Demo::start().await;
    let consumers = &demo.running.manifest.consumers;
    assert!(consumers.len() >= 3);
    for consumer in consumers {
        let mut visitor = demo.visitor();
        let answer = visitor.chat("code", consumer).await;
        let view = visitor.agent_view(&answer).await;
        assert!(view.contains(&consumer.sub) && view.contains(&consumer.name));
    }
    demo.end().await;
}

#[tokio::test]
async fn the_first_consumer_s_token_has_every_standard_claim_and_every_attribute() {
    let demo = Demo::start().await;
    let ana = &demo.running.manifest.consumers[0];
    let mut visitor = demo.visitor();
    let connector = visitor.config().await["connectors"]["implicit"].clone();
    let fields = visitor.sign_in(&connector, ana, None).await;
    let token = &fields["id_token"];
    assert!(
        token.len() < 4096,
        "a token that fits a URL: {} bytes",
        token.len()
    );
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let payload: Value = serde_json::from_slice(&payload).unwrap();
    for claim in signet::model::claim::STANDARD {
        assert!(payload.get(claim.name).is_some(), "{}", claim.name);
    }
    let keys = |value: &Value| value.as_object().unwrap().len();
    assert_eq!(keys(&payload["lp_sdes"][0]["info"]), 15);
    assert_eq!(keys(&payload["lp_sdes"][1]["personal"]), 7);
    demo.end().await;
}

#[tokio::test]
async fn a_token_that_was_tampered_with_gets_nobody_in_and_the_agent_sees_which_check_failed() {
    let demo = Demo::start().await;
    let mut visitor = demo.visitor();
    let connector = visitor.config().await["connectors"]["implicit"].clone();
    let mut fields = visitor
        .sign_in(&connector, &demo.running.manifest.consumers[0], None)
        .await;
    let parts: Vec<String> = fields["id_token"].split('.').map(str::to_owned).collect();
    let payload = URL_SAFE_NO_PAD.decode(&parts[1]).unwrap();
    let payload = String::from_utf8(payload).unwrap().replace("gold", "pope");
    let forged = format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(payload), parts[2]);
    fields.insert("id_token".to_owned(), forged);

    let answer = visitor.hand_over(&connector, &fields, None).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let error = &answer.json()["error"];
    assert_eq!(
        error["message"],
        "Failed to validate user with customer authentication service"
    );
    assert_eq!(error["internalCode"], 10);
    assert!(error["time"].as_str().unwrap().ends_with('Z'));

    let view = visitor.agent_view(&answer).await;
    assert!(!view.contains("agent-verified\"") && view.contains("id=\"agent-unverified\""));
    assert!(view.contains("the signature doesn&#39;t match the key"), "{view}");
    // The claims of a forged token are shown inside the token, and nowhere as facts about anybody.
    assert!(view.contains("Unknown visitor") && !view.contains("Ana Lúcia Moreira</bdi>"));
    assert!(!view.contains("Customer info") && view.contains("What we checked"));
    demo.end().await;
}

#[tokio::test]
async fn a_code_serves_once_and_only_with_its_own_challenge() {
    let demo = Demo::start().await;
    let ana = &demo.running.manifest.consumers[0];
    let mut visitor = demo.visitor();
    let connectors = visitor.config().await["connectors"].clone();
    let (code, pkce) = (&connectors["code"], &connectors["code_pkce"]);

    let fields = visitor.sign_in(code, ana, None).await;
    assert_eq!(
        visitor.hand_over(code, &fields, None).await.status,
        StatusCode::CREATED
    );
    let again = visitor.hand_over(code, &fields, None).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
    let view = visitor.agent_view(&again).await;
    assert!(view.contains("400 invalid_grant") && !view.contains("The token"));

    let (made, other) = (visitor.challenge(pkce).await, visitor.challenge(pkce).await);
    let fields = visitor.sign_in(pkce, ana, made["code_challenge"].as_str()).await;
    let wrong = visitor.hand_over(pkce, &fields, Some(&other)).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        visitor.hand_over(pkce, &fields, Some(&made)).await.status,
        StatusCode::CREATED
    );
    // The verifier is gone with its first use.
    let fields = visitor.sign_in(pkce, ana, made["code_challenge"].as_str()).await;
    let late = visitor.hand_over(pkce, &fields, Some(&made)).await;
    assert!(
        visitor
            .agent_view(&late)
            .await
            .contains("PKCE verifier isn&#39;t known")
    );
    demo.end().await;
}

#[tokio::test]
async fn a_request_without_client_id_means_the_platform_s_client_of_that_flow() {
    let demo = Demo::start().await;
    let manifest = &demo.running.manifest;
    let mut visitor = demo.visitor();
    let shop = form_urlencoded::byte_serialize(manifest.brand_page.as_bytes()).collect::<String>();
    for (response_type, field) in [("code", "code"), ("id_token", "id_token"), ("token", "id_token")] {
        let path = format!("/authorize?response_type={response_type}&redirect_uri={shop}&state=x%20%2F");
        let fields = visitor.through_login(&path, &manifest.consumers[0]).await;
        assert!(fields.contains_key(field), "{response_type}: {fields:?}");
        assert_eq!(fields["state"], "x /");
    }
    demo.end().await;
}

#[tokio::test]
async fn a_database_of_one_s_own_is_taken_and_a_later_demo_takes_it_over() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("own.toml");
    let text = format!(
        "[database]\nurl = \"sqlite://{0}/own.db\"\n[keys]\ndir = \"{0}/keys\"\n[outbound]\nallow_hosts = [\"idp.test:8443\"]\n",
        folder.path().display()
    );
    std::fs::write(&config, text).unwrap();
    let wishes = Wishes {
        config: Some(config),
        ..Wishes::default()
    };
    let first = Demo::wished(wishes.clone()).await;
    let before = first.running.manifest.consumers[0].clone();
    let written = std::fs::read_to_string(&first.running.manifest.config_file).unwrap();
    assert!(
        written.contains("idp.test:8443") && written.contains("own.db"),
        "{written}"
    );
    first.end().await;
    assert!(folder.path().join("own.db").exists() && folder.path().join("keys/sealing.key").exists());

    let second = Demo::wished(wishes).await;
    let after = second.running.manifest.consumers[0].clone();
    assert_eq!(before.sub, after.sub);
    assert_ne!(before.password, after.password);
    let mut visitor = second.visitor();
    for connector in ["implicit", "code", "code_pkce"] {
        let answer = visitor.chat(connector, &after).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{connector}");
    }
    second.end().await;
}

#[tokio::test]
async fn only_who_is_signed_in_is_offered_to_sign_out() {
    let demo = Demo::start().await;
    let shop = demo.running.manifest.brand_page.clone();
    let (mut ana, mut nobody) = (demo.visitor(), demo.visitor());
    let offers = |page: &str| page.contains("id=\"demo-logout\"");
    assert!(!offers(&ana.get(&shop).await.body));
    let consumer = &demo.running.manifest.consumers[0];
    assert_eq!(ana.chat("code", consumer).await.status, StatusCode::CREATED);
    assert!(offers(&ana.get(&shop).await.body));
    assert!(
        !offers(&nobody.get(&shop).await.body),
        "it is for the browser that has the session"
    );
    demo.end().await;
}
