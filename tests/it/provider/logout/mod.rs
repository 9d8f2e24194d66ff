//! Ending sessions, and letting clients know.

mod back_channel;
mod front_channel;
mod requested;
mod session_state;

use crate::support::app::App;
use crate::support::browser::Browser;
use crate::support::client::{NewClient, TestClient, uris};

/// Where its logouts may lead.
const OUT: &str = "https://app.example.test/out?from=signet";

/// A client that logouts may lead back to.
fn leaving(client_id: &str) -> NewClient {
    NewClient::web(client_id).set(|it| it.post_logout_redirect_uris = uris(&[OUT]))
}

/// An id_token of the browser's session at a client.
async fn id_token(app: &App, browser: &mut Browser<'_>, client: &TestClient) -> String {
    let code = browser.ask(&client.ask()).await.sent().code();
    let answer = client.redeem(&code).send(app).await.json();
    answer["id_token"].as_str().unwrap().to_owned()
}

/// The path of a logout request.
fn end_session(parameters: &[(&str, &str)]) -> String {
    let query = crate::support::browser::encoded(parameters);
    format!("/end_session?{query}")
}

/// Whether somebody is signed in.
async fn signed_in(browser: &mut Browser<'_>, client: &TestClient) -> bool {
    let sent = browser.ask(&client.ask().with("prompt", "none")).await.sent();
    match sent.get("error") {
        None => true,
        Some(error) => {
            assert_eq!(error, "login_required");
            false
        }
    }
}
