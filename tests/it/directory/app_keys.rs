//! API keys: section 8.1 of the platform contract.

use std::time::Duration;

use secrecy::ExposeSecret as _;
use serde_json::json;
use signet::base::id::AppKeyId;
use signet::base::{Digest, hex};
use signet::directory::app_key::{self, Draft, Made};
use signet::directory::{By, Error};
use signet::model::app_key::{IpRule, MOST, Permission, Privilege};
use signet::store;

use super::{App, FreshDb, events, given, on_both_databases, problem, problems, recorded};

fn draft(change: &[&str]) -> Draft {
    let mut all = vec!["application_name=Bot of the shop", "developer_name=Olga"];
    all.extend(change);
    Draft::described(&given(&all)).unwrap()
}

async fn create(app: &App, change: &[&str]) -> Made {
    app_key::create(&app.services, &By::command(), &app.brand, draft(change))
        .await
        .unwrap()
}

on_both_databases! {
    async fn sec_149_four_values_are_shown_once_and_rest_sealed_or_digested(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let made = create(&app, &["privileges=User Login,Administration > Users (Read)"]).await;
        let values = made.values.named();
        for (name, value) in values {
            assert!(value.len() == 32 && value.bytes().all(|digit| digit.is_ascii_hexdigit()), "{name}");
        }
        let account = &app.brand;
        let stored = app_key::find(&app.services, account, &made.key.app_key).await.unwrap();
        assert_eq!(
            stored.settings.privileges,
            [Permission::all(Privilege::UserLogin), Permission::read(Privilege::Users)]
        );
        let pairs = store::app_key_secrets::list(app.db(), account, &made.key.app_key, app.clock.now()).await.unwrap();
        assert_eq!(pairs.len(), 1);
        let secret = made.values.secret.expose_secret().as_bytes();
        assert!(!pairs[0].secrets.as_bytes().windows(32).any(|bytes| bytes == secret));
        assert_eq!(hex(pairs[0].token.as_bytes()), hex(Digest::<signet::model::app_key::AppKeyToken>::of(made.values.access_token.expose_secret()).as_bytes()));
        let told = format!("{made:?} {stored:?} {:?}", recorded(&app.services, account).await);
        for (name, value) in values {
            assert!(name == "app_key" || !told.contains(value), "{name}");
        }
        assert_eq!(events(&app.services, account).await, ["app_key.created"]);
        // What is opened for requests is what was shown.
        let open = app.services.app_keys.find(account, &made.key.app_key).await.unwrap().unwrap();
        let pair = open.living(app.clock.now()).next().unwrap();
        assert_eq!(pair.secret.expose_secret(), made.values.secret.expose_secret());
        assert_eq!(pair.token_secret.expose_secret(), made.values.access_token_secret.expose_secret());
    }

    async fn sec_138_a_key_of_one_account_is_unknown_in_another(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        let key = create(&app, &[]).await.key.app_key;
        let (services, by) = (&app.services, By::command());
        assert!(services.app_keys.find(&other, &key).await.unwrap().is_none());
        assert!(app_key::list(services, &other).await.unwrap().is_empty());
        for refused in [
            app_key::find(services, &other, &key).await,
            app_key::set_enabled(services, &by, &other, &key, false).await,
            app_key::rotate(services, &by, &other, &key, Duration::ZERO).await.map(|made| made.key),
        ] {
            assert!(matches!(refused, Err(Error::NotFound { what: "app key", .. })), "{refused:?}");
        }
        assert!(store::app_key_secrets::list(app.db(), &other, &key, app.clock.now()).await.unwrap().is_empty());
        assert!(app_key::find(services, &app.brand, &key).await.unwrap().enabled);
    }

    async fn sec_124_two_pairs_live_while_one_takes_over(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let key = create(&app, &[]).await.key.app_key;
        let rotate = async |keep: u64| {
            let keep = Duration::from_hours(keep);
            app_key::rotate(&app.services, &By::command(), &app.brand, &key, keep).await
        };
        let living = async || {
            let open = app.services.app_keys.find(&app.brand, &key).await.unwrap().unwrap();
            open.living(app.clock.now()).map(|pair| pair.secret.expose_secret().to_owned()).collect::<Vec<_>>()
        };
        let first = living().await;
        let second = rotate(24).await.unwrap();
        assert!(second.former_until.is_some());
        assert_eq!(living().await, [second.values.secret.expose_secret().to_owned(), first[0].clone()]);
        // A third lets the second live on, and no more.
        let third = rotate(1).await.unwrap();
        assert_eq!(
            living().await,
            [third.values.secret.expose_secret(), second.values.secret.expose_secret()]
        );
        app.clock.advance(Duration::from_hours(2));
        assert_eq!(living().await, [third.values.secret.expose_secret()]);
        let fourth = rotate(0).await.unwrap();
        assert_eq!((living().await, fourth.former_until), (vec![fourth.values.secret.expose_secret().to_owned()], None));
        assert_eq!(problem(rotate(31 * 24).await).key, "keep_old");
        let shown = app_key::find(&app.services, &app.brand, &key).await.unwrap();
        assert_eq!(app_key::pairs(&app.services, &shown).await.unwrap().len(), 1);
    }

    async fn an_account_has_at_most_a_hundred(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        for number in 1..MOST {
            store::sql("INSERT INTO app_keys (account_id, app_key, number, enabled, settings, created_at, updated_at)
                        VALUES ($1, $2, $3, FALSE, '{}', 0, 0)")
                .bind(&app.brand)
                .bind(format!("k{number}"))
                .bind(number)
                .execute(app.db())
                .await
                .unwrap();
        }
        let by = By::command();
        let (one, two) = tokio::join!(
            app_key::create(&app.services, &by, &app.brand, draft(&[])),
            app_key::create(&app.services, &by, &app.brand, draft(&[])),
        );
        let made: Vec<bool> = vec![one.is_ok(), two.is_ok()];
        assert_eq!(made.iter().filter(|made| **made).count(), 1, "{made:?}");
        let refused = app_key::create(&app.services, &By::command(), &app.brand, draft(&[])).await;
        assert!(problem(refused).allowed.contains("100"));
        assert_eq!(app_key::list(&app.services, &app.brand).await.unwrap().len(), 100);
    }

    async fn a_key_is_changed_switched_off_and_on_and_never_deleted(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let key = create(&app, &["privileges=Users"]).await.key.app_key;
        let (services, by) = (&app.services, By::command());
        let update = async |set: &[&str]| {
            let given = given(set);
            app_key::update(services, &by, &app.brand, &key, |draft| draft.assign(&given)).await
        };
        let changed = update(&["privileges=User Login", "ip=192.0.2.0/24,2001:db8::1"]).await.unwrap();
        assert!(!changed.settings.allows(Permission::read(Privilege::Users)));
        assert!(changed.settings.allows_from("192.0.2.9".parse().unwrap()));
        assert!(changed.settings.allows_from("::ffff:192.0.2.9".parse().unwrap()));
        assert!(!changed.settings.allows_from("198.51.100.1".parse().unwrap()));
        assert!(!app_key::set_enabled(services, &by, &app.brand, &key, false).await.unwrap().enabled);
        assert!(app_key::set_enabled(services, &by, &app.brand, &key, true).await.unwrap().enabled);
        assert_eq!(
            events(services, &app.brand).await,
            ["app_key.created", "app_key.disabled", "app_key.enabled", "app_key.updated"]
        );
        let told = recorded(services, &app.brand).await;
        assert_eq!(told[3].1["privileges"]["after"], json!(["Agent Interactions > User Login"]));
        assert_eq!(told[3].1["app_key"], json!(key));

        let end = app.clock.now() + Duration::from_mins(1);
        assert!(update(&[&format!("expires_at={end}")]).await.unwrap().is_live(app.clock.now()));
        app.clock.advance(Duration::from_mins(1));
        let ended = app_key::find(services, &app.brand, &key).await.unwrap();
        assert!(!ended.is_live(app.clock.now()));
        assert_eq!(problem(update(&["description=late"]).await).key, "expires_at");
        assert!(update(&["expires_at="]).await.unwrap().is_live(app.clock.now()));
    }

    async fn what_was_used_is_written_down_later(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let key = create(&app, &[]).await.key;
        let at = app.clock.now();
        app.services.app_keys.note_used(&key, at);
        let stored = async || app_key::find(&app.services, &app.brand, &key.app_key).await.unwrap();
        assert_eq!(stored().await.last_used_at, None);
        signet::jobs::app_keys::run(&app.services).await.unwrap();
        assert_eq!((stored().await.last_used_at, stored().await.updated_at), (Some(at), key.updated_at));
    }
}

#[test]
fn what_a_key_lacks_or_has_wrongly_is_told_at_once() {
    let wrong = problems(Draft::described(&given(&[
        "privileges=Agent Interactions > Users",
        "ip=192.0.2.9-192.0.2.1",
        "expires_at=soon",
        "hmac_sha1=perhaps",
        "colour=red",
    ])));
    let keys: Vec<&str> = wrong.iter().map(|problem| problem.key.as_str()).collect();
    assert_eq!(keys, ["privileges", "ip", "expires_at", "hmac_sha1", "colour"]);
    assert!(Draft::described(&given(&["privileges=User Login (Read)"])).is_err());
}

#[tokio::test]
async fn a_key_needs_the_names_of_its_application_and_developer() {
    let fresh = FreshDb::sqlite().await;
    let app = App::on(&fresh).await;
    let refused = app_key::create(&app.services, &By::command(), &app.brand, Draft::default()).await;
    let keys: Vec<String> = problems(refused).into_iter().map(|problem| problem.key).collect();
    assert_eq!(keys, ["application_name", "developer_name"]);
    fresh.throw_away().await;
}

#[test]
fn privileges_are_read_with_and_without_their_category() {
    for (text, shown) in [
        ("User Login", "Agent Interactions > User Login"),
        (
            "agent interactions > user login",
            "Agent Interactions > User Login",
        ),
        ("Administration>Users", "Administration > Users"),
        ("users (Read)", "Administration > Users (Read)"),
    ] {
        assert_eq!(text.parse::<Permission>().unwrap().to_string(), shown);
    }
    let (all, read) = (
        Permission::all(Privilege::Users),
        Permission::read(Privilege::Users),
    );
    assert!(all.covers(read) && all.covers(all) && read.covers(read) && !read.covers(all));
    for privilege in Privilege::ALL {
        let permission = Permission::all(*privilege);
        assert_eq!(permission.to_string().parse(), Ok(permission));
    }
}

#[test]
fn ip_rules_are_addresses_networks_and_ranges() {
    let rule = |text: &str| text.parse::<IpRule>().unwrap();
    let holds = |text: &str, ip: &str| rule(text).contains(ip.parse().unwrap());
    assert!(holds("192.0.2.7", "192.0.2.7") && !holds("192.0.2.7", "192.0.2.8"));
    assert!(holds("::ffff:192.0.2.7", "192.0.2.7") && holds("192.0.2.7", "::ffff:192.0.2.7"));
    assert!(holds("2001:db8::/48", "2001:db8::9") && !holds("2001:db8::/48", "2001:db9::"));
    assert!(holds("192.0.2.10-192.0.2.19", "192.0.2.19") && !holds("192.0.2.10-192.0.2.19", "192.0.2.20"));
    assert!(!holds("0.0.0.0-255.255.255.255", "::1") && !holds("::/0", "192.0.2.1"));
    assert_eq!(rule("192.0.2.77/24").to_string(), "192.0.2.0/24");
    assert_eq!(rule("192.0.2.1 - 192.0.2.9").to_string(), "192.0.2.1-192.0.2.9");
    for bad in ["", "here", "192.0.2.1-", "192.0.2.1-::1", "192.0.2.0/33"] {
        assert!(bad.parse::<IpRule>().is_err(), "{bad}");
    }
    assert!(AppKeyId::parse("not a key").is_err());
}

/// A bot may have any profile: who logs bots in does what any of them may.
#[test]
fn sec_129_only_who_may_do_all_gives_a_key_that_logs_users_in() {
    use signet::directory::user::Changer;
    let maker = |privileges: Vec<i64>| Changer {
        limit: Some(privileges.into_iter().collect()),
        ..Changer::unlimited(By::command())
    };
    let may = |maker: &Changer, privilege| {
        let permission = Permission {
            privilege,
            read_only: false,
        };
        app_key::may_give(maker, &[permission]).is_ok()
    };
    let staff = maker(vec![10_001, 10_101, 10_006, 10_106]);
    assert!(may(&staff, Privilege::Users));
    assert!(!may(&staff, Privilege::UserLogin));
    let all = signet::model::Privilege::ALL
        .iter()
        .map(|it| it.number())
        .collect();
    assert!(may(&maker(all), Privilege::UserLogin));
    assert!(may(&Changer::unlimited(By::command()), Privilege::UserLogin));
}
