//! What makes somebody believed or lets them administer anything is changed by who has just shown who they are (SEC-130).

use std::time::Duration;

use serde_json::{Value, json};
use signet::model::RoleType;
use signet::model::user::UserType;

use super::people::{self, PASSWORD, Session, call, log_in, refused, session, try_login};
use super::users::{PROFILES, USERS, admin, create, document, read, send, with};
use crate::admin::people as console;
use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::signed::Signing;

const CONNECTORS: &str = "/api/account/brand/configuration/le-connectors/connectors?v=2.0";
/// How it is told, in the platform's form.
const REAUTH: (u16, i64) = (403, 9);

fn an_administrator(name: &str) -> Value {
    with(document(name), &json!({"profileIds": [1]}))
}

fn connector() -> Value {
    json!({"name": "brand-idp", "type": "implicit", "configuration": {
        "issuer": "https://idp.brand.example", "issuerDisplayName": "Brand", "clientId": "lp-messaging",
        "authorizationEndpoint": "https://idp.brand.example/authorize", "jwtValidationType": "JWKS_ENDPOINT",
        "jwksEndpoint": "https://idp.brand.example/jwks",
    }})
}

async fn put(app: &App, by: &Session, document: &Value) -> crate::support::answer::Answer {
    send(
        app,
        by,
        "PUT",
        &format!("{USERS}/{}", document["id"]),
        &[],
        document,
    )
    .await
}

async fn by_code(app: &App, code: &str) -> crate::support::answer::Answer {
    try_login(
        app,
        &app.brand,
        json!({"username": "root", "password": PASSWORD, "otp": code}),
    )
    .await
}

on_both_databases! {
    async fn sec_130_rights_to_administer_are_given_with_a_login_of_the_last_minutes(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let olga = create(&app, &root, &an_administrator("olga")).await.json();
        let off = create(&app, &root, &with(an_administrator("otto"), &json!({"isEnabled": false}))).await.json();
        let dana = create(&app, &root, &document("dana")).await.json();
        let profile = json!({"name": "Desk", "roleTypeId": 2, "permissionPackages": [], "permissions": [20001], "isAssignedToLPA": false});
        let desk = call(&app, "POST", PROFILES, Some(&root.bearer), Some(&profile)).await.json();
        app.clock.advance(Duration::from_mins(5));
        let last = put(&app, &root, &with(dana.clone(), &json!({"profileIds": [2, 4]}))).await;
        assert_eq!(last.status, 200, "{last:?}");
        let dana = with(last.json(), &json!({"profileIds": [2]}));
        assert_eq!(put(&app, &root, &dana).await.status, 200);
        app.clock.advance(Duration::from_secs(1));

        for made in [an_administrator("eve"), json!([document("one"), an_administrator("eve")])] {
            let answer = create(&app, &root, &made).await;
            assert_eq!(refused(&answer), REAUTH, "{made}");
            assert!(answer.body.contains("reauth_required"), "{}", answer.body);
        }
        for changed in [
            with(dana.clone(), &json!({"profileIds": [1]})),
            with(dana.clone(), &json!({"profileIds": [2, 4]})),
            with(off.clone(), &json!({"isEnabled": true})),
            with(olga.clone(), &json!({"passwordSh": "eight loud swans"})),
            // Whoever the identity provider calls so would be let in as an administrator.
            with(olga.clone(), &json!({"loginName": "eve"})),
        ] {
            assert_eq!(refused(&put(&app, &root, &changed).await), REAUTH, "{changed}");
        }
        let reset = send(&app, &root, "PUT", &format!("{USERS}/{}/resetPassword", olga["id"]), &[], &json!({"newPassword": "eight loud swans"})).await;
        assert_eq!(refused(&reset), REAUTH);
        let wider = with(desk.clone(), &json!({"permissions": [20001, 10001]}));
        let widened = send(&app, &root, "PUT", &format!("{PROFILES}/{}", desk["id"]), &[], &wider).await;
        assert_eq!(refused(&widened), REAUTH);
        assert_eq!(refused(&call(&app, "POST", CONNECTORS, Some(&root.bearer), Some(&connector())).await), REAUTH);
        assert!(people::events(&app, &app.brand).await.iter().any(|event| event == "authz.denied"));

        // Nothing came of it, and all else goes on: whoever works with consumers, what is taken away, what stays as it was.
        let names = read(&app, &root, &format!("{USERS}?select=loginName")).await;
        assert!(!names.body.contains("eve") && !names.body.contains("\"one\""), "{}", names.body);
        assert_eq!(create(&app, &root, &document("ben")).await.status, 201);
        let renamed = with(dana.clone(), &json!({"loginName": "dora", "fullName": "dora of Acme", "passwordSh": "eight loud swans"}));
        assert_eq!(put(&app, &root, &renamed).await.status, 200);
        assert_eq!(put(&app, &root, &with(olga.clone(), &json!({"nickname": "O"}))).await.status, 200);
        assert_eq!(put(&app, &root, &with(olga, &json!({"profileIds": [2]}))).await.status, 200);
        assert_eq!(send(&app, &root, "PUT", &format!("{PROFILES}/{}", desk["id"]), &[], &with(desk, &json!({"description": "D"}))).await.status, 200);
        assert_eq!(call(&app, "GET", CONNECTORS, Some(&root.bearer), None).await.status, 200);

        let again = log_in(&app, &app.brand, "root").await;
        assert_eq!(create(&app, &again, &an_administrator("eve")).await.status, 201);
        assert_eq!(call(&app, "POST", CONNECTORS, Some(&again.bearer), Some(&connector())).await.status, 201);
    }

    async fn sec_130_they_are_given_with_a_second_factor_where_administrators_must_have_one(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| settings.login.admin_factor = true).await;
        let root = admin(&app).await;
        assert_eq!(refused(&create(&app, &root, &an_administrator("eve")).await), REAUTH);
        assert_eq!(refused(&call(&app, "POST", CONNECTORS, Some(&root.bearer), Some(&connector())).await), REAUTH);
        assert_eq!(create(&app, &root, &document("dana")).await.status, 201);
        // Who has no factor shows none.
        assert_eq!(refused(&by_code(&app, "123456").await), (401, 20));

        let (_, authenticator, recovery) = console::first(&app, "root").await;
        app.clock.advance(Duration::from_mins(1));
        assert_eq!(refused(&by_code(&app, &authenticator.code(&app, -5)).await), (401, 20));
        let code = authenticator.code(&app, 0);
        let strong = session(&app.brand, &by_code(&app, &code).await);
        assert_eq!(refused(&by_code(&app, &code).await), (401, 20), "a code works once");
        assert_eq!(create(&app, &strong, &an_administrator("eve")).await.status, 201);
        assert_eq!(call(&app, "POST", CONNECTORS, Some(&strong.bearer), Some(&connector())).await.status, 201);
        // By a recovery code, once, likewise.
        let recovered = session(&app.brand, &by_code(&app, &recovery[0]).await);
        assert_eq!(create(&app, &recovered, &an_administrator("flo")).await.status, 201);
        assert_eq!(refused(&by_code(&app, &recovery[0]).await), (401, 20));
        let told = people::events(&app, &app.brand).await;
        assert!(told.iter().any(|event| event == "user.recovery_code_used"), "{told:?}");

        // It is no session of the console, and ends to be enough after five minutes.
        let cookie = strong.cookie.split_once('=').unwrap().1;
        assert!(app.services.user_sessions.find_at_console(&app.brand, cookie).await.unwrap().is_err());
        app.clock.advance(Duration::from_secs(301));
        assert_eq!(refused(&create(&app, &strong, &an_administrator("gus")).await), REAUTH);
    }

    async fn sec_096_guesses_at_a_second_factor_count_with_those_at_the_console(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        people::user(&app, &app.brand, "root", RoleType::Admin).await;
        let (mut browser, authenticator, _) = console::first(&app, "root").await;
        app.clock.advance(Duration::from_mins(1));
        for _ in 0..5 {
            assert_eq!(refused(&by_code(&app, "000000").await), (401, 20));
        }
        let right = authenticator.code(&app, 0);
        assert_eq!(by_code(&app, &right).await.status, 429);
        console::enter(&mut browser, "brand", "root", PASSWORD).await;
        let page = browser.get("/admin/login/factor").await;
        assert_eq!(console::show(&mut browser, &page, &right).await.status, 429);
        // Without a code, the Login Service lets in whoever knows the password, as it says.
        log_in(&app, &app.brand, "root").await;
    }

    async fn sec_123_sec_130_programs_give_what_their_keys_stand_for(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| settings.login.admin_factor = true).await;
        let signs = Signing::of(&app, &["privileges=Users,Consumer Identity Providers,User Login"]).await;
        let profile = json!({"name": "Heads", "roleTypeId": 3, "permissionPackages": [], "permissions": [10001], "isAssignedToLPA": false});
        // A bot has no second factor, and shows who it is at each login: it is asked for one of the last minutes.
        app.change_account(&app.brand, |row| row.settings.features.bots = true).await;
        let mut bot = people::wanted("bot1", RoleType::Admin);
        (bot.draft.kind, bot.password) = (UserType::Bot, None);
        people::made(&app, &app.brand, bot).await;
        let values = json!({
            "username": "bot1", "appKey": signs.app_key, "secret": signs.secret, "accessToken": signs.token,
            "accessTokenSecret": signs.token_secret,
        });
        let bot = session(&app.brand, &try_login(&app, &app.brand, values).await);
        let heads = call(&app, "POST", PROFILES, Some(&bot.bearer), Some(&profile)).await.json();
        assert_eq!(create(&app, &bot, &an_administrator("eve")).await.status, 201);
        app.clock.advance(Duration::from_secs(301));
        assert_eq!(refused(&create(&app, &bot, &an_administrator("flo")).await), REAUTH);
        // What is signed shows it each time.
        let leads = with(document("leo"), &json!({"profileIds": [heads["id"]]}));
        let made = app.send(signs.but(|it| it.timestamp = app.clock.now().seconds()).post(&format!("{USERS}?v=6.0"), &leads.to_string())).await;
        assert_eq!(made.status, 201, "{made:?}");
    }
}
