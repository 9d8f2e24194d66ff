//! `state` is the client's own: it comes back byte for byte.

use pages::ErrorKind;
use signet::base::Entropy;

use crate::support::app::{App, request};
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use axum::body::Body;

/// Characters that somebody may decode, encode, trim or escape where they mustn't.
const PIECES: [&str; 24] = [
    "%", "%2", "%20", "%25", "%2B", "+", " ", "&", "=", "#", "?", "/", "\\", "\"", "'", "<b>", ";", "\r\n",
    "\t", "ä", "漢", "🙂", "\u{7f}", "a",
];

fn random(entropy: &Entropy, pieces: usize) -> String {
    let mut state = String::new();
    while state.len() < pieces {
        for byte in entropy.bytes::<32>() {
            state.push_str(PIECES[usize::from(byte) % PIECES.len()]);
        }
    }
    state
}

on_both_databases! {
    async fn sec_025_state_comes_back_byte_for_byte(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let entropy = Entropy::seeded(25);
        let mut states: Vec<String> = PIECES.iter().map(|piece| (*piece).to_owned()).collect();
        states.extend((1..60).map(|turn| random(&entropy, turn * 7)));
        for state in &states {
            for ask in [
                client.ask(),
                client.ask().response_type("id_token"),
                client.ask().with("response_mode", "form_post"),
                client.ask().with("prompt", "nonsense"),
                client.ask().with("prompt", "nonsense").with("response_mode", "form_post"),
            ] {
                let sent = browser.ask(&ask.with("state", state)).await.sent();
                assert_eq!(sent.get("state"), Some(state.as_str()));
            }
        }
    }

    async fn sec_025_state_may_have_eight_kibibytes_and_is_a_page_above_sixteen(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        let long = format!("{}%41", "%2B+".repeat(2047));
        assert_eq!(long.len(), 8 * 1024 - 1);
        let ask = client.ask().with("state", &long);
        let sent = browser.post("/authorize", &ask.form()).await.sent();
        assert_eq!(sent.get("state"), Some(long.as_str()));
        // Also after a stay in the database.
        let mut stranger = app.browser();
        let asked = stranger.post("/authorize", &ask.form()).await;
        let sent = stranger.sign_in(&ana, &asked).await.sent();
        assert_eq!(sent.get("state"), Some(long.as_str()));

        let oversize = "x".repeat(16 * 1024 + 1);
        let ask = client.ask().with("state", &oversize);
        assert_eq!(browser.post("/authorize", &ask.form()).await.page_error(), ErrorKind::TooLarge);
    }

    async fn sec_025_state_is_absent_where_it_was_absent(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for ask in [client.ask().without("state"), client.ask().with("state", "")] {
            assert_eq!(browser.ask(&ask).await.sent().get("state"), None);
            let refused = ask.with("scope", "\"");
            assert_eq!(browser.ask(&refused).await.sent().get("state"), None);
        }
        // A raw byte that is no UTF-8 can't be echoed as it came: it is refused instead.
        let path = format!("{}&state=%80", client.ask().without("state").path());
        let answer = app.send(request("GET", &path).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.page_error(), ErrorKind::InvalidRequest);
    }
}
