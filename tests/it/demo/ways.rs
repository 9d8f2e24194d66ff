//! The ways beside a plain sign-in: encrypted, anonymous, step-up, in an app; and what is shown of the wire.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::{Value, json};

use super::Demo;
use super::visitor::Visitor;
use crate::support::answer::Answer;

const CONVERSATIONS: &str = "/demo/platform/conversations";

async fn begin_without_a_name(visitor: &mut Visitor) -> Answer {
    let anonymous = visitor.config().await["connectors"]["anonymous"]["connector_id"].clone();
    let answer = visitor
        .post_json(CONVERSATIONS, &json!({"connector": anonymous}))
        .await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    answer
}

#[tokio::test]
async fn an_encrypted_token_is_opened_by_the_platform_alone_and_its_inside_is_shown() {
    let demo = Demo::start().await;
    let ana = &demo.running.manifest.consumers[0];
    let mut visitor = demo.visitor();
    let connector = visitor.config().await["connectors"]["encrypted"].clone();
    let fields = visitor.sign_in(&connector, ana, None).await;
    assert_eq!(fields["id_token"].split('.').count(), 5);
    let answer = visitor.hand_over(&connector, &fields, None).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    let view = visitor.agent_view(&answer).await;
    assert!(view.contains("id=\"agent-verified\"") && view.contains(&ana.sub));
    for text in [
        "RSA-OAEP-256",
        "A256GCM",
        "Decryption",
        "gold",
        "Header of the encryption",
    ] {
        assert!(view.contains(text), "{text}");
    }
    demo.end().await;
}

#[tokio::test]
async fn somebody_who_does_not_sign_in_has_a_name_of_the_platform_s_and_no_attributes() {
    let demo = Demo::start().await;
    let mut visitor = demo.visitor();
    let answer = begin_without_a_name(&mut visitor).await;
    let told = answer.json();
    assert_eq!(
        (&told["name"], &told["verified"], &told["anonymous"]),
        (&json!(""), &json!(false), &json!(true))
    );
    let view = visitor.agent_view(&answer).await;
    assert!(view.contains("id=\"agent-anonymous\"") && view.contains("Anonymous visitor"));
    assert!(!view.contains("id=\"agent-verified\"") && !view.contains("id=\"agent-unverified\""));
    assert!(!view.contains("Customer info"));
    for text in [
        "/anonymous/authorize",
        "/authenticate?v=3.0",
        "https://idp.liveperson.net",
    ] {
        assert!(view.contains(text), "{text}");
    }
    demo.end().await;
}

#[tokio::test]
async fn who_signs_in_half_way_keeps_the_conversation_and_both_identities_are_one_chain() {
    let demo = Demo::start().await;
    let ana = &demo.running.manifest.consumers[0];
    let mut visitor = demo.visitor();
    let before = begin_without_a_name(&mut visitor).await.json();
    let id = &before["conversation_id"];

    let connector = visitor.config().await["connectors"]["step_up"].clone();
    let challenge = visitor.challenge(&connector).await;
    let fields = visitor
        .sign_in(&connector, ana, challenge["code_challenge"].as_str())
        .await;
    let body = |token: Value| {
        json!({"connector": connector["connector_id"], "token": token, "conversation_id": id,
               "challenge_id": challenge["challenge_id"]})
    };
    let token = json!({"ssoKey": fields["code"], "redirect_uri": connector["redirect_uri"]});
    let answer = visitor.post_json(CONVERSATIONS, &body(token)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    let after = answer.json();
    assert_eq!(
        (&after["conversation_id"], &after["verified"]),
        (id, &json!(true))
    );
    let view = visitor.agent_view(&answer).await;
    assert!(view.contains("One person, 2 identities") && view.contains("before they signed in"));
    assert!(view.contains("anonymous_subs") && view.contains(&ana.sub));

    // It has a name now: nobody else can sign in to it.
    let again = visitor.post_json(CONVERSATIONS, &body(json!("a code"))).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    demo.end().await;
}

#[tokio::test]
async fn whose_step_up_fails_is_still_the_one_without_a_name() {
    let demo = Demo::start().await;
    let mut visitor = demo.visitor();
    let before = begin_without_a_name(&mut visitor).await;
    let implicit = &demo.running.manifest.gateway.connectors.implicit;
    let forged = json!({"connector": implicit, "token": "eyJ.forged.token",
                        "conversation_id": before.json()["conversation_id"]});
    let answer = visitor.post_json(CONVERSATIONS, &forged).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let view = visitor.agent_view(&before).await;
    assert!(view.contains("id=\"agent-anonymous\""));
    demo.end().await;
}

#[tokio::test]
async fn an_app_brings_a_code_that_came_back_to_its_own_uri() {
    let demo = Demo::start().await;
    let ana = &demo.running.manifest.consumers[0];
    let mut visitor = demo.visitor();
    let connector = visitor.config().await["connectors"]["in_app"].clone();
    let callback = connector["redirect_uri"].as_str().unwrap();
    assert!(callback.ends_with("/demo/app/callback"));
    let page = visitor.get(callback).await;
    assert_eq!(page.status, StatusCode::OK);
    let fields = visitor.sign_in_to(&connector, ana).await;
    let answer = visitor.hand_over(&connector, &fields, None).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    assert!(visitor.agent_view(&answer).await.contains(&ana.sub));
    demo.end().await;
}

#[tokio::test]
async fn the_platforms_token_opens_the_consumers_socket_and_what_was_said_there_is_shown() {
    let demo = Demo::start().await;
    let mut visitor = demo.visitor();
    let connector = visitor.config().await["connectors"]["code"].clone();
    let ana = &demo.running.manifest.consumers[0];
    let fields = visitor.sign_in(&connector, ana, None).await;
    let known = visitor.hand_over(&connector, &fields, None).await;
    let nameless = begin_without_a_name(&mut visitor).await;
    for answer in [known, nameless] {
        let view = visitor.agent_view(&answer).await;
        let view = view.replace("&#34;", "\"");
        for text in [
            "Consumer’s socket",
            "opened with the platform’s token, and answers",
            "/messaging/consumer?v=3",
            "InitConnection",
            "GetClock",
            "currentTime",
        ] {
            assert!(view.contains(text), "{text}: {view}");
        }
    }
    demo.end().await;
}

#[tokio::test]
async fn sec_161_the_exchanges_show_what_was_called_and_neither_secret_nor_code() {
    let demo = Demo::start().await;
    let manifest = &demo.running.manifest;
    let mut visitor = demo.visitor();
    let connector = visitor.config().await["connectors"]["code"].clone();
    let fields = visitor.sign_in(&connector, &manifest.consumers[0], None).await;
    let answer = visitor.hand_over(&connector, &fields, None).await;
    let view = visitor.agent_view(&answer).await;
    for text in [
        "POST /token",
        "GET /jwks",
        "grant_type=authorization_code",
        "authorization: Basic ",
        "id_token",
    ] {
        assert!(view.contains(text), "{text}");
    }
    let secret = manifest.clients.platform_code.client_secret.as_deref().unwrap();
    let (code, id) = (&fields["code"], &manifest.clients.platform_code.client_id);
    let basic = STANDARD.encode(format!("{id}:{secret}"));
    for hidden in [secret, code.as_str(), basic.as_str()] {
        assert!(!view.contains(hidden), "{hidden}");
    }
    demo.end().await;
}
