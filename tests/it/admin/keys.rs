//! Signing keys, on the console and by the admin API.

use std::time::Duration;

use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};
use signet::model::signing_key::KeyState;
use signet::store;

use super::{administrator, events, get, problem, signed_in, token};
use crate::support::answer::Answer;
use crate::support::app::{App, request};
use crate::support::browser::Browser;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

const PAGE: &str = "/admin/keys?account=brand";

async fn states(app: &App) -> Vec<KeyState> {
    let keys = store::signing_keys::list(app.db(), &app.brand).await.unwrap();
    keys.iter().map(|key| key.state).collect()
}

async fn active(app: &App) -> String {
    let keys = store::signing_keys::list(app.db(), &app.brand).await.unwrap();
    let active = keys.iter().find(|key| key.state == KeyState::Active).unwrap();
    active.kid.to_string()
}

/// The token of the forms on the desk: the first on a page is that of signing out.
fn csrf_of(page: &Answer) -> String {
    let fields = page.hidden_fields();
    let token = fields.iter().rev().find(|(name, _)| name == "csrf");
    token.unwrap().1.clone()
}

/// Presses one of the page's buttons.
async fn press(browser: &mut Browser<'_>, deed: &str, fields: &[(&str, &str)]) -> Answer {
    let csrf = csrf_of(&browser.get(PAGE).await);
    let csrf = [("csrf", csrf.as_str())];
    let form: Vec<(&str, &str)> = csrf.iter().chain(fields).copied().collect();
    browser
        .post(&format!("/admin/keys/{deed}?account=brand"), &form)
        .await
}

async fn send(app: &App, path: &str, token: &str, body: &Value) -> Answer {
    let request = request("POST", path)
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .header(CONTENT_TYPE, "application/json");
    app.send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

on_both_databases! {
    async fn an_administrator_rotates_retires_and_burns_keys_on_the_console(fresh: &FreshDb) {
        use KeyState::{Active, Pending, Retired, Retiring};
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let mut browser = signed_in(&app, "root").await;
        let first = active(&app).await;
        let page = browser.get(PAGE).await;
        assert!(page.body.contains(&first) && page.body.contains("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"), "{}", page.body);

        app.clock.advance(Duration::from_secs(1));
        let published = press(&mut browser, "generate", &[("alg", "RS256")]).await;
        assert_eq!(published.location(), "/admin/keys?account=brand&done=published");
        assert_eq!(states(&app).await, [Active, Pending]);
        assert!(browser.get(published.location()).await.body.contains("A new key is published."));

        let waits = press(&mut browser, "rotate", &[("alg", "RS256")]).await;
        assert_eq!(waits.status, 409);
        assert!(waits.body.contains("id=\"force\"") && waits.body.contains("Still missing"), "{}", waits.body);
        let rotated = press(&mut browser, "rotate", &[("alg", "RS256"), ("force", "1")]).await;
        assert_eq!(rotated.location(), "/admin/keys?account=brand&done=rotated");
        assert_eq!(states(&app).await, [Retiring, Active]);

        let refused = press(&mut browser, "retire", &[("kid", &first)]).await;
        assert!(refused.status == 409 && refused.body.contains("a moment ago"), "{}", refused.body);
        app.clock.advance(Duration::from_secs(10));
        assert_eq!(press(&mut browser, "retire", &[("kid", &first)]).await.location(), "/admin/keys?account=brand&done=retired");
        assert_eq!(states(&app).await, [Retired, Active]);

        let second = active(&app).await;
        let touches = browser.get(&format!("/admin/keys/burn?account=brand&kid={second}")).await;
        assert!(touches.body.contains("A new key signs from that moment on."), "{}", touches.body);
        assert_eq!(active(&app).await, second, "a look burns nothing");
        let csrf = csrf_of(&touches);
        let burnt = browser.post("/admin/keys/burn?account=brand", &[("csrf", &csrf), ("kid", &second)]).await;
        assert_eq!(burnt.location(), "/admin/keys?account=brand&done=burnt");
        assert_ne!(active(&app).await, second);
        let recorded = events(&app, "brand").await;
        assert_eq!(recorded, ["key.generated", "key.activated", "key.retired", "keys.revoked"]);
    }

    async fn a_platforms_pasted_key_is_cut_over_on_the_console(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        NewClient::platform("lp").on(&app).await;
        let mut browser = signed_in(&app, "root").await;
        let path = "/admin/keys/cutover?account=brand&client=lp";
        let empty = browser.get(path).await;
        let csrf = csrf_of(&empty);
        assert_eq!(browser.post("/admin/keys/cutover?account=brand", &[("csrf", &csrf), ("client", "lp")]).await.location(),
                   "/admin/keys/cutover?account=brand&client=lp");
        app.clock.advance(Duration::from_secs(10));
        let shown = browser.get(path).await;
        let kid = shown.hidden("kid");
        assert!(shown.body.contains("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"));
        let csrf = csrf_of(&shown);
        let form = |kid| [("csrf", csrf.as_str()), ("client", "lp"), ("kid", kid)];
        let other = browser.post("/admin/keys/cutover?account=brand", &form("another")).await;
        assert!(!other.location().contains("done"), "only the key that was shown");
        let done = browser.post("/admin/keys/cutover?account=brand", &form(&kid)).await;
        assert_eq!(done.location(), "/admin/keys?account=brand&done=cutover");
        let client = store::clients::find(app.db(), &app.brand, &"lp".parse().unwrap()).await.unwrap().unwrap();
        assert_eq!(client.settings.pasted_key.unwrap().as_str(), kid);
        assert!(browser.get(PAGE).await.body.contains("id=\"pasted\""));
    }

    async fn sec_130_keys_are_changed_by_who_signed_in_a_moment_ago(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let mut browser = signed_in(&app, "root").await;
        let bearer = token(&app, "root").await;
        app.clock.advance(Duration::from_secs(301));
        for (deed, fields) in [("generate", ("alg", "RS256")), ("rotate", ("alg", "RS256")), ("retire", ("kid", "x"))] {
            let away = press(&mut browser, deed, &[fields]).await;
            assert!(away.location().starts_with("/admin/login?again=1&next="), "{deed}: {}", away.location());
        }
        let again = browser.get("/admin/login?again=1&next=%2Fadmin%2Fkeys%3Faccount%3Dbrand").await;
        assert_eq!((again.status.as_u16(), again.hidden("next")), (200, "/admin/keys?account=brand".to_owned()));
        for path in ["keys", "keys/rotate", "keys/x/retire", "keys/x/burn"] {
            let refused = send(&app, &format!("/admin/api/v1/{path}?account=brand"), &bearer, &json!({})).await;
            let (status, document) = problem(&refused);
            assert_eq!((status, &document["error"]), (403, &json!("reauth_required")), "{path}");
        }
        assert_eq!(states(&app).await, [KeyState::Active]);
    }

    async fn a_program_does_the_same_by_the_api(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let bearer = token(&app, "root").await;
        let first = active(&app).await;
        let listed = get(&app, "/admin/api/v1/keys?account=brand", &bearer).await.json();
        assert_eq!((&listed["keys"][0]["kid"], &listed["keys"][0]["tokens_alive"]), (&json!(first), &json!(0)));

        let path = |deed: &str| format!("/admin/api/v1/keys{deed}?account=brand");
        app.clock.advance(Duration::from_secs(1));
        let made = send(&app, &path(""), &bearer, &json!({"alg": "RS256", "bits": 3072})).await;
        assert_eq!((made.status.as_u16(), &made.json()["state"]), (201, &json!("pending")));
        assert_eq!(send(&app, &path(""), &bearer, &json!({})).await.status, 200, "it waits already");
        let (status, waits) = problem(&send(&app, &path("/rotate"), &bearer, &json!({})).await);
        assert_eq!((status, &waits["key"]["kid"]), (409, &made.json()["kid"]));
        assert!(waits["waiting"]["waits_until"].is_string());
        let rotated = send(&app, &path("/rotate"), &bearer, &json!({"force": true})).await.json();
        assert_eq!((&rotated["key"]["state"], &rotated["former"]), (&json!("active"), &json!(first)));
        assert_eq!(problem(&send(&app, &path(&format!("/{first}/retire")), &bearer, &json!({})).await).0, 409);

        let second = active(&app).await;
        let dry = send(&app, &path(&format!("/{second}/burn")), &bearer, &json!({"dry_run": true})).await.json();
        assert_eq!((&dry["kid"], &dry["tokens"]), (&json!(second), &json!(0)));
        assert_eq!(active(&app).await, second);
        let burnt = send(&app, &path(&format!("/{second}/burn")), &bearer, &json!({})).await.json();
        assert_eq!(burnt["successor"]["kid"], json!(active(&app).await));

        let signed = get(&app, &format!("/admin/api/v1/keys/{second}/signed?account=brand"), &bearer).await.json();
        assert_eq!(signed, json!({"signed": [], "next": null}));
        for (body, status) in [(json!({"bits": 1024}), 422), (json!({"alg": "none"}), 400), (json!({"x": 1}), 400)] {
            assert_eq!(problem(&send(&app, &path(""), &bearer, &body).await).0, status, "{body}");
        }
        assert_eq!(problem(&get(&app, "/admin/api/v1/keys", &bearer).await).0, 400, "whose?");
        assert_eq!(problem(&send(&app, &path("/nothing/retire"), &bearer, &json!({})).await).0, 404);
    }
}
