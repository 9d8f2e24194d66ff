//! Consent: whom it is asked of, and how long it is remembered.

use oauth::ClientAuthMethod;

use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use signet::store;

on_both_databases! {
    async fn sec_033_the_page_says_who_wants_what_and_where_it_goes(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::third_party("shop").set(|it| {
            "Other <b>Shop</b>".clone_into(&mut it.client_name);
            it.policy_uri = Some("https://other.test/privacy".to_owned());
            it.tos_uri = Some("javascript:alert(1)".to_owned());
        }).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let asked = browser.ask(&client.ask().with("scope", "openid email lp_sdes")).await;
        let page = browser.get(asked.location()).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("Other &#60;b&#62;Shop&#60;/b&#62;"), "{}", page.body);
        for shown in ["app.example.test", "Acme Shop", "Ana Lee", "lp_sdes", "https://other.test/privacy", "id=\"consent-allow\"", "id=\"consent-deny\""] {
            assert!(page.body.contains(shown), "{shown}");
        }
        assert!(!page.body.contains("javascript:"));
    }

    async fn sec_033_consent_is_remembered_for_its_scopes(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::third_party("shop").on(&app).await;
        let (ana, ben) = (app.consumer("ana").await, app.consumer("ben").await);
        let mut browser = app.signed_in(&ana).await;
        let wide = client.ask().with("scope", "openid email");
        let asked = browser.ask(&wide).await;
        assert!(browser.decide(&asked, "allow").await.sent().get("code").is_some());

        for scope in ["openid", "openid email", "email openid"] {
            let sent = browser.ask(&client.ask().with("scope", scope)).await.sent();
            assert!(sent.get("code").is_some(), "{scope}");
        }
        let wider = client.ask().with("scope", "openid phone");
        assert_eq!(browser.ask(&wider.clone().with("prompt", "none")).await.sent_error(), "consent_required");
        let asked = browser.ask(&wider).await;
        assert!(browser.decide(&asked, "allow").await.sent().get("code").is_some());
        // What was allowed before stays allowed.
        let all = client.ask().with("scope", "openid email phone").with("prompt", "none");
        assert!(browser.ask(&all).await.sent().get("code").is_some());

        assert_eq!(app.signed_in(&ben).await.ask(&wide).await.page(), "consent");
        let other = NewClient::third_party("other").on(&app).await;
        assert_eq!(browser.ask(&other.ask()).await.page(), "consent");
    }

    async fn sec_033_claims_that_are_asked_for_by_name_need_the_consent_of_their_scopes(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::third_party("shop").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let plain = client.ask().with("scope", "openid");
        let asked = browser.ask(&plain).await;
        assert!(browser.decide(&asked, "allow").await.sent().get("code").is_some());

        let by_name = plain.with("claims", r#"{"userinfo":{"email":null}}"#);
        assert_eq!(browser.ask(&by_name.clone().with("prompt", "none")).await.sent_error(), "consent_required");
        let asked = browser.ask(&by_name).await;
        let page = browser.get(asked.location()).await;
        assert!(page.body.contains("email"), "{}", page.body);
        assert!(browser.decide(&asked, "allow").await.sent().get("code").is_some());
        assert!(browser.ask(&by_name.with("prompt", "none")).await.sent().get("code").is_some());
    }

    async fn sec_033_programs_on_a_device_ask_every_time(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::app("app").set(|it| it.first_party = false).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for uri in ["com.brand.app:/callback", "http://127.0.0.1:5000/cb", "com.brand.app:/callback"] {
            let ask = client.ask().with("redirect_uri", uri);
            let asked = browser.ask(&ask).await;
            assert_eq!(asked.page(), "consent", "{uri}");
            assert!(browser.decide(&asked, "allow").await.sent().get("code").is_some());
            assert_eq!(browser.ask(&ask.with("prompt", "none")).await.sent_error(), "consent_required");
        }
    }

    async fn prompt_consent_asks_even_for_the_brands_own_client(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for _ in 0..2 {
            let asked = browser.ask(&client.ask().with("prompt", "consent")).await;
            assert!(browser.decide(&asked, "allow").await.sent().get("code").is_some());
        }
        assert_eq!(app.count("grants").await, 1);
        assert!(browser.ask(&client.ask()).await.sent().get("code").is_some());
    }

    async fn a_consumer_may_say_no(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::third_party("shop").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let asked = browser.ask(&client.ask()).await;
        let sent = browser.decide(&asked, "deny").await.sent();
        assert_eq!((sent.get("error"), sent.get("state")), (Some("access_denied"), Some("s-1")));
        assert_eq!(app.count("grants").await, 0);
        assert_eq!(browser.ask(&client.ask()).await.page(), "consent");
    }

    async fn what_is_taken_back_buys_nothing_more(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::third_party("shop").set(|it| it.token_endpoint_auth_method = ClientAuthMethod::ClientSecretPost).on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        let asked = browser.ask(&client.ask()).await;
        let code = browser.decide(&asked, "allow").await.sent().code();
        let (account, sub, now) = (app.brand.clone(), ana.sub.clone(), app.clock.now());
        let id = client.client_id.parse().unwrap();
        app.db().transaction(move |tx| Box::pin(async move {
            store::grants::revoke(tx, &account, &sub, &id, now).await
        })).await.unwrap();
        let answer = client.redeem(&code).send(&app).await;
        assert_eq!(answer.oauth_error(), (400, "invalid_grant".to_owned()));
        assert_eq!(browser.ask(&client.ask()).await.page(), "consent");
    }
}
