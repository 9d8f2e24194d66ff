//! The demo's pages, and what its scripts and the platform's server say to each other.

use crate::html::{ids, tags, unescape};
use crate::samples::{agent, config, demo_pages};
use pages::demo::{CallbackToken, Challenge, Conversation, NewChallenge, NewConversation, Token, Way};
use pages::{Brand, Frame};
use serde_json::{Value, json};

fn script(html: &str) -> &str {
    let start = html.find("id=\"demo-config\">").expect("the configuration") + "id=\"demo-config\">".len();
    let rest = &html[start..];
    &rest[..rest.find("</script>").expect("its end")]
}

#[test]
fn sec_080_the_configuration_survives_whatever_is_in_it() {
    let value = "</script><!-- ' \" \\ & \u{2028} \u{0} é 日本";
    let html = &demo_pages(value)[0].1;
    let text = script(html);
    assert!(!text.contains(['<', '>', '&', '\u{2028}']));
    let read: Value = serde_json::from_str(text).unwrap();
    assert_eq!(read, serde_json::to_value(config(value)).unwrap());
}

#[test]
fn the_configuration_has_the_names_that_the_scripts_read() {
    let read = serde_json::to_value(config("v")).unwrap();
    for connector in Way::ALL.map(Way::as_str) {
        assert_eq!(
            read["connectors"][connector],
            json!({"connector_id": "v", "client_id": "v", "redirect_uri": "v", "response_type": "v", "scope": "v",
                   "js_method": "v", "js_context": "v", "pkce": true})
        );
    }
}

#[test]
fn the_shop_offers_each_connector_by_its_name_in_the_configuration() {
    let html = &demo_pages("Ana")[0].1;
    let choices: Vec<_> = tags(html)
        .iter()
        .filter(|tag| tag.get("name") == Some("way"))
        .filter_map(|tag| tag.get("value").map(ToOwned::to_owned))
        .collect();
    assert_eq!(choices, Way::ALL.map(Way::as_str));
    for id in [
        "chat-button",
        "chat",
        "chat-log",
        "desk",
        "demo-credentials",
        "language",
    ] {
        assert!(ids(html).iter().any(|own| own == id), "{id}");
    }
}

#[test]
fn only_a_consumer_whose_every_check_passed_is_verified() {
    let brand = Brand::new("Linden & Clay", None, None);
    let frame = Frame {
        brand: &brand,
        nonce: "n",
    };
    let has = |html: &str, id: &str| ids(html).iter().any(|own| own == id);

    let verified = agent(frame, "Ana", true).render();
    assert!(has(&verified, "agent-verified") && !has(&verified, "agent-unverified"));

    let failed = agent(frame, "Ana", false).render();
    assert!(has(&failed, "agent-unverified") && !has(&failed, "agent-verified"));

    let unchecked = pages::demo::Agent {
        checks: &[],
        ..agent(frame, "Ana", true)
    }
    .render();
    assert!(has(&unchecked, "agent-unverified") && !has(&unchecked, "agent-verified"));

    let nameless = pages::demo::Agent {
        anonymous: true,
        ..agent(frame, "Ana", true)
    }
    .render();
    assert!(has(&nameless, "agent-anonymous"));
    assert!(!has(&nameless, "agent-verified") && !has(&nameless, "agent-unverified"));
}

#[test]
fn attributes_have_labels_and_unknown_ones_their_own_name() {
    let brand = Brand::new("Linden & Clay", None, None);
    let frame = Frame {
        brand: &brand,
        nonce: "n",
    };
    let html = agent(frame, "loyaltyTier", true).render();
    assert!(html.contains(">Customer type</th>"));
    assert!(html.contains(">loyaltyTier</th>"));
}

#[test]
fn json_keeps_its_text_and_gets_its_colours() {
    let brand = Brand::new("Linden & Clay", None, None);
    let frame = Frame {
        brand: &brand,
        nonce: "n",
    };
    let payload = "{\n  \"a\\\"b\": \"c: <d>\",\n  \"n\": [-12.5e3, true, null]\n}";
    let token = Token {
        title: "The token",
        encryption: "",
        compact: "h.p.s",
        header: "{}",
        payload,
    };
    let html = pages::demo::Agent {
        tokens: &[token],
        exchanges: &[],
        ..agent(frame, "Ana", true)
    }
    .render();
    for span in [
        "<span class=\"json-key\">&#34;a\\&#34;b&#34;</span>:",
        "<span class=\"json-string\">&#34;c: &#60;d&#62;&#34;</span>",
        "<span class=\"json-number\">-12.5e3</span>",
        "<span class=\"json-literal\">true</span>",
    ] {
        assert!(html.contains(span), "{span}");
    }
    let start = html.find("aria-label=\"Payload\">").unwrap() + "aria-label=\"Payload\">".len();
    let shown = &html[start..start + html[start..].find("</pre>").unwrap()];
    let plain: String = shown
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
        .collect();
    assert_eq!(unescape(&plain), payload);
}

#[test]
fn the_scripts_words_are_the_servers_words() {
    let challenge: NewChallenge = serde_json::from_value(json!({"connector": "4023"})).unwrap();
    assert_eq!(challenge.connector, "4023");

    let implicit: NewConversation =
        serde_json::from_value(json!({"connector": "4021", "token": "h.p.s"})).unwrap();
    assert_eq!(
        (implicit.token, implicit.challenge_id),
        (Some(CallbackToken::Text("h.p.s".to_owned())), None)
    );

    let body =
        json!({"connector": "4023", "token": {"ssoKey": "c", "redirect_uri": "u"}, "challenge_id": "x"});
    let code: NewConversation = serde_json::from_value(body).unwrap();
    let expected = CallbackToken::Code {
        sso_key: "c".to_owned(),
        redirect_uri: "u".to_owned(),
    };
    assert_eq!(
        (code.token, code.challenge_id.as_deref()),
        (Some(expected), Some("x"))
    );

    let body = json!({"connector": "4024", "conversation_id": "1", "journal": [{"from": "a", "to": "b", "line": "GET /"}]});
    let step_up: NewConversation = serde_json::from_value(body).unwrap();
    assert_eq!(
        (step_up.token, step_up.conversation_id.as_deref()),
        (None, Some("1"))
    );
    assert_eq!(step_up.journal[0].line, "GET /");

    let made = Challenge {
        challenge_id: "x".to_owned(),
        code_challenge: "y".to_owned(),
    };
    assert_eq!(
        serde_json::to_value(made).unwrap(),
        json!({"challenge_id": "x", "code_challenge": "y"})
    );

    let begun = Conversation {
        conversation_id: "1".to_owned(),
        agent_url: "/demo/agent/1".to_owned(),
        name: "Ana".to_owned(),
        verified: true,
        anonymous: false,
    };
    assert_eq!(
        serde_json::to_value(begun).unwrap(),
        json!({"conversation_id": "1", "agent_url": "/demo/agent/1", "name": "Ana", "verified": true,
               "anonymous": false})
    );
}

#[test]
fn sec_161_a_token_in_a_log_is_not_readable() {
    let text = format!("{:?}", CallbackToken::Text("secret".to_owned()));
    let code = CallbackToken::Code {
        sso_key: "secret".to_owned(),
        redirect_uri: "u".to_owned(),
    };
    assert!(!text.contains("secret") && !format!("{code:?}").contains("secret"));
}
