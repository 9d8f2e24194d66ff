//! Every use of a leniency is counted, so that nobody relies on one without anybody knowing.

use signet::model::Leniency;
use signet::server::Figures;

use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::FreshDb;

/// How often a switch was used, in this process.
fn used(figures: &Figures, switch: &str) -> u64 {
    let line = format!("signet_leniencies_total{{switch=\"{switch}\"}} ");
    let text = figures.text();
    let found = text.lines().find_map(|found| found.strip_prefix(&line));
    found.map_or(0, |count| count.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_use_of_a_leniency_is_counted() {
    let figures = Figures::keep();
    let fresh = FreshDb::sqlite().await;
    let app = App::on(&fresh).await;
    let client = NewClient::platform("lp")
        .set(|it| {
            it.leniency = Leniency {
                token_means_id_token: true,
                legacy_error_names: true,
                ..Leniency::PLATFORM
            };
        })
        .on(&app)
        .await;
    let switches = [
        "default_client",
        "default_scope",
        "optional_nonce",
        "token_means_id_token",
        "liveperson_redirect",
        "json_token_request",
        "credentials_in_body",
        "raw_basic_credentials",
        "legacy_error_names",
        "all_claims",
    ];
    let before = switches.map(|switch| used(&figures, switch));

    let mut browser = app.signed_in(&app.consumer("ana").await).await;
    let window = client
        .ask()
        .response_type("token")
        .without("client_id")
        .without("scope")
        .without("nonce");
    browser.ask(&window).await.sent();
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(browser.ask(&client.ask()).await.sent().code());
    }
    let embedded = client
        .redeem(&codes[0])
        .with("redirect_uri", "https://liveperson.net");
    assert_eq!(embedded.send_json(&app).await.status, 200);
    let in_body = client
        .redeem(&codes[1])
        .without_header("authorization")
        .with("client_id", "lp")
        .with("client_secret", &client.secret);
    assert_eq!(in_body.send(&app).await.status, 200);
    let raw = client.redeem(&codes[2]).raw_basic("lp", &client.secret);
    assert_eq!(raw.send(&app).await.status, 200);
    assert_eq!(
        client.redeem("x").send(&app).await.oauth_error().1,
        "invalid_code"
    );

    for (switch, before) in switches.into_iter().zip(before) {
        assert!(used(&figures, switch) > before, "{switch} was not counted");
    }
    fresh.throw_away().await;
}
