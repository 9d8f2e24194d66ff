use jose::Algorithm;
use serde_json::json;
use signet::directory::account::{self, Draft};
use signet::directory::{By, Error};
use signet::model::AccountStatus;
use signet::model::signing_key::KeyState;
use signet::store;

use super::{App, FreshDb, events, given, id, on_both_databases, problem, problems, recorded};

fn named(name: &str) -> Draft {
    let mut draft = Draft::default();
    name.clone_into(&mut draft.settings.display_name);
    draft
}

on_both_databases! {
    async fn the_first_account_is_the_default_one_and_each_has_a_key_that_signs(fresh: &FreshDb) {
        let app = App::empty(fresh).await;
        let (services, by) = (&app.services, By::command());
        let first = account::create(services, &by, id("one"), named("One")).await.unwrap();
        let second = account::create(services, &by, id("two"), named("")).await.unwrap();

        assert!(first.account.is_default && !second.account.is_default);
        assert_eq!(first.account.issuer, "https://id.example.test");
        assert_eq!(second.account.issuer, "https://id.example.test/a/two");
        // Without a name it is called by its id.
        assert_eq!(second.account.settings.display_name, "two");
        for made in [&first, &second] {
            assert_eq!((made.key.alg, made.key.state), (Algorithm::RS256, KeyState::Active));
            let tenant = services.accounts.find(&made.account.account_id).await.unwrap().unwrap();
            let signer = &tenant.ring.active(Algorithm::RS256).unwrap().signer;
            assert_eq!(signer.kid(), made.key.kid.as_str());
            assert_eq!(tenant.ring.published()[0].rsa_bits(), Some(2048));
        }
        assert_eq!(account::find(services, None).await.unwrap().account_id, id("one"));
        assert_eq!(events(services, &id("one")).await, ["account.created", "key.generated"]);
    }

    async fn of_two_first_accounts_made_at_once_one_is_the_default(fresh: &FreshDb) {
        let app = App::empty(fresh).await;
        let other = app.beside(fresh).await;
        let by = By::command();
        let (one, two) = tokio::join!(
            account::create(&app.services, &by, id("one"), named("One")),
            account::create(&other.services, &by, id("two"), named("Two")),
        );
        let made = [one.unwrap().account, two.unwrap().account];
        assert_eq!(made.iter().filter(|account| account.is_default).count(), 1, "{made:?}");
        other.db().close().await;
    }

    async fn sec_140_an_id_is_never_used_again(fresh: &FreshDb) {
        let app = App::empty(fresh).await;
        let (services, by) = (&app.services, By::command());
        account::create(services, &by, id("one"), named("One")).await.unwrap();
        let again = account::create(services, &by, id("one"), named("Other")).await;
        assert!(matches!(again, Err(Error::Taken { what: "account", .. })), "{again:?}");
        account::delete(services, &by, &id("one")).await.unwrap();
        let again = account::create(services, &by, id("one"), named("Other")).await;
        assert!(matches!(again, Err(Error::Taken { what: "account", .. })), "{again:?}");
        // Its place at the public URL is free.
        let next = account::create(services, &by, id("two"), named("Two")).await.unwrap();
        assert!(next.account.is_default);
    }

    async fn sec_140_a_deleted_account_keeps_no_session_no_token_and_no_private_key(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (services, by) = (&app.services, By::command());
        let ana = app.consumer("ana").await;
        let (cookie, _) = app.session(&ana, None).await;
        assert!(services.sessions.find(&app.brand, cookie.expose()).await.unwrap().is_ok());

        account::delete(services, &by, &app.brand).await.unwrap();
        assert!(services.accounts.find(&app.brand).await.unwrap().is_none());
        assert!(services.sessions.find(&app.brand, cookie.expose()).await.unwrap().is_err());
        let keys = store::signing_keys::list(&services.db, &app.brand).await.unwrap();
        assert!(keys.iter().all(|key| key.private_key.is_none() && key.state == KeyState::Retired));
        assert_eq!(events(services, &app.brand).await, ["account.deleted"]);
        assert!(account::list(services, None, 10).await.unwrap().is_empty());
        for gone in [
            account::find(services, Some(&app.brand)).await.err(),
            account::update(services, &by, &app.brand, |_| Ok(())).await.err(),
            account::delete(services, &by, &app.brand).await.err(),
        ] {
            assert!(matches!(gone, Some(Error::NotFound { .. })), "{gone:?}");
        }
        assert!(matches!(account::find(services, None).await, Err(Error::NoDefaultAccount)));
    }

    async fn sec_134_a_change_is_recorded_with_what_was_and_what_is(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (services, by) = (&app.services, By::command());
        let edit = given(&["colour=#ff0066", "features.bots=true"]);
        account::update(services, &by, &app.brand, |draft| draft.assign(&edit)).await.unwrap();
        // Nothing changes, and nothing is recorded.
        account::update(services, &by, &app.brand, |draft| draft.assign(&edit)).await.unwrap();
        account::update(services, &by, &app.brand, |draft| draft.assign(&given(&["status=suspended"]))).await.unwrap();
        account::update(services, &by, &app.brand, |draft| draft.assign(&given(&["status=active"]))).await.unwrap();
        assert_eq!(
            recorded(services, &app.brand).await,
            [
                ("account.resumed".to_owned(), json!({"status": {"before": "suspended", "after": "active"}})),
                ("account.suspended".to_owned(), json!({"status": {"before": "active", "after": "suspended"}})),
                ("account.updated".to_owned(), json!({
                    "colour": {"before": null, "after": "#ff0066"},
                    "features.bots": {"before": false, "after": true},
                })),
            ]
        );
    }

    async fn sec_140_a_suspended_account_is_seen_as_such_at_once(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let edit = given(&["status=suspended"]);
        account::update(&app.services, &By::command(), &app.brand, |draft| draft.assign(&edit)).await.unwrap();
        let tenant = app.services.accounts.find(&app.brand).await.unwrap().unwrap();
        assert_eq!(tenant.account.status, AccountStatus::Suspended);
    }

    async fn changes_at_once_are_all_kept_or_refused(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut changes = tokio::task::JoinSet::new();
        for seconds in 60..72 {
            let (services, brand) = (app.services.clone(), app.brand.clone());
            changes.spawn(async move {
                let edit = given(&[&format!("access_token_ttl={seconds}")]);
                account::update(&services, &By::command(), &brand, |draft| draft.assign(&edit)).await
            });
        }
        let mut written = 0;
        for done in changes.join_all().await {
            match done {
                Ok(_) => written += 1,
                Err(Error::Changed) => {}
                Err(error) => panic!("{error}"),
            }
        }
        assert!(written > 0);
        assert_eq!(events(&app.services, &app.brand).await.len(), written);
    }

    async fn an_issuer_is_one_accounts_alone(fresh: &FreshDb) {
        let app = App::empty(fresh).await;
        let (services, by) = (&app.services, By::command());
        let own = |issuer: &str| Draft { issuer: Some(issuer.to_owned()), ..named("Brand") };
        let made = account::create(services, &by, id("one"), own("https://login.one.example")).await.unwrap();
        assert_eq!(made.account.issuer, "https://login.one.example");
        for wrong in [
            "https://login.one.example/path",
            "https://login.one.example/",
            "http://login.one.example",
            "https://LOGIN.one.example",
            "https://user@one.example",
            "https://one.example?a",
            "https://id.example.test",
            "login.one.example",
        ] {
            let problem = problem(account::create(services, &by, id("two"), own(wrong)).await);
            assert_eq!((problem.key.as_str(), problem.found), ("issuer", Some(format!("{wrong:?}"))));
        }
        let taken = problem(account::create(services, &by, id("two"), own("https://login.one.example")).await);
        assert!(taken.allowed.contains("no other account has"), "{taken}");
        assert!(matches!(account::find(services, Some(&id("two"))).await, Err(Error::NotFound { .. })));
    }

    async fn every_wrong_setting_is_named_with_what_is_allowed(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (services, by) = (&app.services, By::command());
        let update = async |assignments: &[&str]| {
            let edit = given(assignments);
            account::update(services, &by, &app.brand, |draft| draft.assign(&edit)).await
        };
        for (wrong, allowed) in [
            ("colour=red", "#rrggbb"),
            ("locale=pt", "en, de, fr, es or ja"),
            ("logo=https://brand.example/logo.png", "data: URL"),
            ("display_name=", "1 to 128 characters"),
            ("display_name=a\u{202e}b", "1 to 128 characters"),
            ("code_ttl=601", "1 to 600"),
            ("code_ttl=soon", "1 to 600"),
            ("id_token_ttl=299", "300 to 86400"),
            ("access_token_ttl=86401", "60 to 86400"),
            ("default_alg=ES256", "which is RS256"),
            ("default_alg=none", "RS256, PS256"),
            ("registration=everybody", "closed, token or open"),
            ("registration_response_types=token", "OpenID Connect"),
            ("flow=both", "implicit or code"),
            ("features.anonymous=maybe", "true or false"),
            ("status=deleted", "active or suspended"),
            ("features.bot=true", "features.bots"),
        ] {
            let problem = problem(update(&[wrong]).await);
            assert_eq!(problem.key, wrong.split('=').next().unwrap());
            assert!(problem.allowed.contains(allowed), "{problem}");
        }
        let both = problems(update(&["colour=red", "locale=pt"]).await);
        assert_eq!(both.len(), 2);
        assert!(events(services, &app.brand).await.is_empty());
    }

    async fn sec_013_a_token_lives_no_longer_than_its_key_is_published(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| {
            settings.keys.rotation.keep_after = "3h".parse().unwrap();
        })
        .await;
        let edit = given(&["id_token_ttl=7201"]);
        let problem = problem(
            account::update(&app.services, &By::command(), &app.brand, |draft| draft.assign(&edit)).await,
        );
        assert!(problem.allowed.contains("300 to 7200"), "{problem}");
    }
}

/// A setting that is forgotten in the table of keys could be set by nobody; one that no document names, is.
#[test]
fn every_setting_has_a_key_and_every_key_is_documented() {
    let draft = serde_json::to_value(Draft::default()).unwrap();
    let mut names = Vec::new();
    super::client_settings::flatten("", &draft, &mut names);
    let keys: Vec<&str> = Draft::keys().map(|(name, _)| name).collect();
    for name in names {
        assert!(keys.contains(&name.as_str()), "{name} has no key");
    }
    for key in keys {
        let written = format!("| `{key}` |");
        assert!(
            include_str!("../../../docs/accounts.md").contains(&written),
            "{key}"
        );
    }
}
