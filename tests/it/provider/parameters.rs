//! Parameters: each once, in any order, the unknown ones ignored.

use axum::body::Body;
use pages::ErrorKind;

use crate::support::app::App;
use crate::support::browser::encoded;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

on_both_databases! {
    async fn sec_020_a_repeated_parameter_is_an_error(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for (name, value) in [
            ("client_id", "web"),
            ("redirect_uri", "https://app.example.test/cb"),
            ("response_type", "code"),
        ] {
            let answer = browser.ask(&client.ask().and(name, value)).await;
            assert_eq!(answer.page_error(), ErrorKind::RepeatedParameter, "{name}");
        }
        let modes = client.ask().and("response_mode", "query").and("response_mode", "query");
        assert_eq!(browser.ask(&modes).await.page_error(), ErrorKind::RepeatedParameter);

        for (name, value) in [("scope", "openid"), ("nonce", "n-1"), ("code_challenge", "x"), ("prompt", "login"), ("x", "1")] {
            let ask = client.ask().and(name, value).and(name, value);
            let sent = browser.ask(&ask).await.sent();
            assert_eq!((sent.get("error"), sent.get("state")), (Some("invalid_request"), Some("s-1")), "{name}");
        }
        // There is no telling which state is meant.
        let sent = browser.ask(&client.ask().and("state", "s-2")).await.sent();
        assert_eq!((sent.get("error"), sent.get("state")), (Some("invalid_request"), None));
        // An empty one counts as having come.
        assert_eq!(browser.ask(&client.ask().and("nonce", "")).await.sent_error(), "invalid_request");
    }

    async fn sec_020_a_parameter_in_query_and_body_has_come_twice(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.ask();
        let form = ask.form();
        let sent = browser.post("/authorize", &form).await.sent();
        assert!(sent.get("code").is_some());
        let sent = browser.post("/authorize?ui_locales=de", &form).await.sent();
        assert!(sent.get("code").is_some());
        let twice = browser.post("/authorize?client_id=web", &form).await;
        assert_eq!(twice.page_error(), ErrorKind::RepeatedParameter);
        let twice = browser.post("/authorize?nonce=n-2", &form).await;
        assert_eq!(twice.sent_error(), "invalid_request");
    }

    async fn sec_020_names_have_no_structure(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.ask()
            .and("client_id[]", "other").and("redirect_uri.0", "https://evil.test").and("scope[]", "x")
            .and("state[]", "y").and("unknown", "z").and("display", "popup").and("claims_locales", "xx");
        let sent = browser.ask(&ask).await.sent();
        assert_eq!(sent.get("state"), Some("s-1"));
        assert!(sent.get("code").is_some());
        let arrays = client.ask().without("client_id").and("client_id[]", "web");
        assert_eq!(browser.ask(&arrays).await.page_error(), ErrorKind::UnknownClient);
    }

    async fn sec_156_what_is_no_text_is_refused(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for broken in ["&state=%00", "&x=%ff", "&x=%ed%a0%80", "&%00=1"] {
            let path = format!("{}{broken}", client.ask().without("state").path());
            assert_eq!(browser.get(&path).await.page_error(), ErrorKind::InvalidRequest, "{broken}");
        }
        let many = (0..101).fold(client.ask(), |ask, index| ask.and(&format!("p{index}"), "1"));
        assert_eq!(browser.ask(&many).await.page_error(), ErrorKind::InvalidRequest);
    }

    async fn sec_156_a_form_comes_as_a_form(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.ask();
        for kind in ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencodedx", "application/json"] {
            let body: Body = encoded(&ask.form()).into();
            let answer = browser.send("POST", "/authorize", &[("content-type", kind)], body).await;
            assert_eq!(answer.page_error(), ErrorKind::UnsupportedMediaType, "{kind}");
        }
        let kind = "Application/X-WWW-Form-Urlencoded; charset=UTF-8";
        let answer = browser.send("POST", "/authorize", &[("content-type", kind)], encoded(&ask.form()).into()).await;
        assert!(answer.sent().get("code").is_some());
    }

    async fn a_form_from_another_site_finds_the_session_by_get(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.ask().with("state", "a%20b+c ä&=%").with("ui_locales", "de");
        // The cookies stay behind with `SameSite=Lax`.
        let from_there = [("origin", "https://app.example.test"), ("sec-fetch-site", "cross-site")];
        let answer = app.browser().post_from("/authorize?claims_locales=de", &ask.form(), &from_there).await;
        assert!(answer.location().starts_with("https://id.example.test/authorize?claims_locales=de&client_id=web&"));
        assert!(answer.headers.get("set-cookie").is_none());
        let sent = browser.get(answer.location()).await.sent();
        assert_eq!(sent.get("state"), Some("a%20b+c ä&=%"));
        assert!(sent.get("code").is_some());
        // What is too long for a line is answered as it is.
        let long = ask.with("state", &"x".repeat(16 * 1024));
        assert_eq!(app.browser().post_from("/authorize", &long.form(), &from_there).await.page(), "login");
        // A repeated parameter stays one.
        let twice = long.with("state", "s").and("nonce", "n-2");
        let answer = app.browser().post_from("/authorize", &twice.form(), &from_there).await;
        assert_eq!(browser.get(answer.location()).await.sent_error(), "invalid_request");
    }

    async fn registration_in_a_request_is_refused_by_its_name(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.ask().and("registration", "x");
        assert_eq!(browser.ask(&ask).await.sent_error(), "registration_not_supported");
    }
}
