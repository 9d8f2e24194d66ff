//! Many users at once, what has changed since a revision, and what two callers do at the same moment.

use std::collections::BTreeSet;

use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE, IF_MATCH};
use secrecy::SecretString;
use serde_json::{Value, json};
use signet::directory::user::{self, Changer, Draft, Wanted};
use signet::directory::{By, Error, account, account_entity};
use signet::model::RoleType;
use signet::model::account_entity::EntityKind;

use super::people::{self, refused, session, try_login};
use super::sentinel::app_jwt;
use super::users::{PROFILES, USERS, admin, create, document, read, revision, send, with};
use crate::support::app::{App, request};
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

/// As many as a large account has (section 9), and how many of them are written at once.
const MANY: usize = 50_000;
const AT_ONCE: usize = 5_000;

fn id(user: &Value) -> i64 {
    user["id"].as_i64().unwrap()
}

fn without_password(name: &str) -> Value {
    let mut document = document(name);
    document.as_object_mut().unwrap().remove("passwordSh");
    document
}

on_both_databases! {
    async fn fifty_thousand_are_synchronised_and_only_what_has_changed_is_read(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let (mut users, mut at) = (Vec::with_capacity(MANY), 0);
        for first in (0..MANY).step_by(AT_ONCE) {
            let all: Value = (first..first + AT_ONCE).map(|at| without_password(&format!("user{at}"))).collect();
            let made = create(&app, &root, &all).await;
            assert_eq!(made.status, 201, "{:.300}", made.body);
            at = revision(&made);
            let Value::Array(made) = made.json() else { panic!("no list") };
            assert_eq!(made.len(), AT_ONCE);
            users.extend(made);
        }
        let listed = read(&app, &root, &format!("{USERS}?v=6.0&select=id")).await;
        assert_eq!((listed.json().as_array().unwrap().len(), revision(&listed)), (MANY + 1, at));

        // All are sent again, and of some of them three differ: the revision moves once, and those three are told.
        for place in [7, MANY / 2, MANY - 1] {
            users[place]["nickname"] = json!("Dee");
        }
        let differ: BTreeSet<i64> = [7, MANY / 2, MANY - 1].into_iter().map(|place| id(&users[place])).collect();
        let mut moved = Vec::new();
        for some in users.chunks(AT_ONCE) {
            let again = send(&app, &root, "PUT", USERS, &[(IF_MATCH.as_str(), "-1")], &json!(some)).await;
            assert_eq!(again.status, 200, "{:.300}", again.body);
            moved.push(revision(&again) - at);
        }
        let changes = moved.windows(2).filter(|pair| pair[0] != pair[1]).count() + usize::from(moved[0] != 0);
        assert_eq!((changes, moved.last()), (3, Some(&3)), "{moved:?}");
        let changed = read(&app, &root, &format!("{USERS}?v=6.0&changed_since={at}&select=id,nickname")).await;
        assert_eq!(revision(&changed), at + 3);
        assert_eq!(changed.json().as_array().unwrap().iter().map(id).collect::<BTreeSet<_>>(), differ);
        let later = read(&app, &root, &format!("{USERS}?changed_since={}", at + 2)).await.json();
        assert_eq!(later.as_array().unwrap().iter().map(id).collect::<Vec<_>>(), [id(&users[MANY - 1])]);

        // What is gone is told as such, and then nothing is new.
        let gone = json!([users[7]["id"].to_string()]);
        assert_eq!(send(&app, &root, "DELETE", USERS, &[], &gone).await.status, 200);
        let left = read(&app, &root, &format!("{USERS}?changed_since={}", at + 3)).await.json();
        assert_eq!((left.as_array().unwrap().len(), &left[0]["id"], &left[0]["deleted"]), (1, &users[7]["id"], &json!(true)));
        assert_eq!(read(&app, &root, &format!("{USERS}?changed_since={}", at + 4)).await.json(), json!([]));
        let known = [(IF_MATCH.as_str(), &*(at + 4).to_string())];
        assert_eq!(send(&app, &root, "GET", USERS, &known, &Value::Null).await.status, 304);
        // Many change at once, and are told.
        let mut some = users[AT_ONCE..2 * AT_ONCE].to_vec();
        for user in &mut some {
            user["maxChats"] = json!(9);
        }
        let every = send(&app, &root, "PUT", USERS, &[], &json!(some)).await;
        assert_eq!((every.status.as_u16(), revision(&every)), (200, at + 5), "{:.300}", every.body);
        let told = read(&app, &root, &format!("{USERS}?changed_since={}&select=id", at + 4)).await.json();
        assert_eq!(told.as_array().unwrap().len(), AT_ONCE);
    }

    async fn one_wrong_user_among_thousands_undoes_all(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let mut all: Vec<Value> = (0..1200).map(|at| without_password(&format!("user{at}"))).collect();
        all.push(with(without_password("other"), &json!({"fullName": "user7 of Acme"})));
        assert_eq!(refused(&create(&app, &root, &json!(all)).await), (400, 1));
        assert_eq!(read(&app, &root, USERS).await.json().as_array().unwrap().len(), 1);
        // Nor is there room for more new passwords than are hashed while people want to log in.
        let all: Value = (0..501).map(|at| document(&format!("user{at}"))).collect();
        assert_eq!(refused(&create(&app, &root, &all).await), (400, 1));
    }

    async fn sec_129_of_two_administrators_who_remove_each_other_one_stays(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let one = people::user(&app, &app.brand, "one", RoleType::Admin).await;
        let two = people::user(&app, &app.brand, "two", RoleType::Admin).await;
        let account = account::find(&app.services, None).await.unwrap();
        let by = |user: &signet::model::User| Changer { user: Some(user.user_id), ..Changer::unlimited(By::command()) };
        let (of_one, of_two) = (by(&one), by(&two));
        let (first, second) = tokio::join!(
            user::delete_all(&app.services, &of_one, &account, vec![two.user_id]),
            user::delete_all(&app.services, &of_two, &account, vec![one.user_id]),
        );
        let ends = [&first, &second];
        assert_eq!(ends.iter().filter(|end| end.is_ok()).count(), 1, "{ends:?}");
        assert!(ends.iter().any(|end| matches!(end, Err(Error::LastAdministrator))), "{ends:?}");

        // The same with one who loses a profile while the other is deleted.
        let stays = if first.is_ok() { one } else { two };
        let profile = json!({"name": "Heads", "roleTypeId": 1, "permissionPackages": [], "permissions": [], "isAssignedToLPA": false});
        let heads = account_entity::create_all(
            &app.services, &Changer::unlimited(By::command()), &account, EntityKind::Profile, &[profile.as_object().unwrap().clone()],
        ).await.unwrap().0.remove(0);
        let mut wanted = people::wanted("zoe", RoleType::Admin);
        wanted.draft.profile.profile_ids = vec![heads.entity_id];
        people::made(&app, &app.brand, wanted).await;
        let changer = Changer::unlimited(By::command());
        let dropped_ids = [heads.entity_id];
        let (gone, dropped) = tokio::join!(
            user::delete_all(&app.services, &changer, &account, vec![stays.user_id]),
            account_entity::delete_all(&app.services, &changer, &account, EntityKind::Profile, &dropped_ids),
        );
        assert!(gone.is_ok() != dropped.is_ok(), "{gone:?} {dropped:?}");
    }

    async fn a_change_of_what_has_changed_since_it_was_read_is_not_written(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let account = account::find(&app.services, None).await.unwrap();
        let changer = Changer::unlimited(By::command());
        let skill = |name: &str| json!({"name": name}).as_object().unwrap().clone();
        let made = account_entity::create_all(&app.services, &changer, &account, EntityKind::Skill, &[skill("Sales")]).await.unwrap().0;
        let read = made[0].clone();
        let id = read.entity_id;
        account_entity::update(&app.services, &changer, &account, EntityKind::Skill, id, &skill("Sales A")).await.unwrap();
        let met = app.db().transaction(move |tx| {
            Box::pin(async move { signet::store::account_entities::update(tx, &read, read.updated_at).await })
        }).await.unwrap();
        assert_eq!(met, 0);
        let now = account_entity::find(&app.services, &account, EntityKind::Skill, id).await.unwrap();
        assert_eq!(now.name, "Sales A");
    }

    async fn sec_133_a_password_of_anothers_choice_is_good_for_one_login(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let dana = create(&app, &root, &document("dana")).await.json();
        let path = format!("{USERS}/{}", dana["id"]);
        let next = with(dana, &json!({"passwordSh": "eight loud swans", "changePwdNextLogin": false}));
        let changed = send(&app, &root, "PUT", &path, &[], &next).await;
        assert_eq!((changed.status.as_u16(), changed.json()["changePwdNextLogin"].clone()), (200, json!(true)));
        let known = json!({"username": "dana", "password": "eight loud swans"});
        assert_eq!(refused(&try_login(&app, &app.brand, known).await), (401, 22));
    }

    async fn sec_090_ones_own_password_goes_with_the_former_one(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let own = format!("{USERS}/{}", root.body["config"]["userId"].as_str().unwrap());
        let me = read(&app, &root, &own).await.json();
        let sent = |members: Value| with(with(me.clone(), &json!({"passwordSh": "eight loud swans"})), &members);
        for (members, expected) in [
            (json!({}), (403, 4)),
            (json!({"oldPassword": "not this one", "confirmPassword": "eight loud swans"}), (403, 4)),
            (json!({"oldPassword": people::PASSWORD, "confirmPassword": "eight loud geese"}), (400, 1)),
        ] {
            assert_eq!(refused(&send(&app, &root, "PUT", &own, &[], &sent(members.clone())).await), expected, "{members}");
        }
        let proven = json!({"oldPassword": people::PASSWORD, "confirmPassword": "eight loud swans"});
        assert_eq!(send(&app, &root, "PUT", &own, &[], &sent(proven)).await.status, 200);
        session(&app.brand, &try_login(&app, &app.brand, json!({"username": "root", "password": "eight loud swans"})).await);
    }

    async fn sec_090_how_one_is_reached_oneself_changes_with_a_fresh_login(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let own = format!("{USERS}/{}", root.body["config"]["userId"].as_str().unwrap());
        let dana = create(&app, &root, &document("dana")).await.json();
        let me = read(&app, &root, &own).await.json();
        app.clock.advance(std::time::Duration::from_mins(5));
        let moved = with(me, &json!({"email": "root@elsewhere.example", "mobileNumber": "+1"}));
        let moved = send(&app, &root, "PUT", &own, &[], &moved).await;
        assert_eq!(moved.status, 200, "{moved:?}");
        app.clock.advance(std::time::Duration::from_secs(1));
        for change in [json!({"email": "root@evil.example"}), json!({"mobileNumber": "+2"}), json!({"mobileNumber": null})] {
            let body = with(moved.json(), &change);
            assert_eq!(refused(&send(&app, &root, "PUT", &own, &[], &body).await), (403, 4), "{change}");
            assert_eq!(refused(&send(&app, &root, "PUT", USERS, &[], &json!([dana, body])).await), (403, 4), "{change}");
        }
        assert_eq!(read(&app, &root, &own).await.json()["email"], "root@elsewhere.example");
        // Whatever else of oneself; others; and with the former password, or after another login.
        assert_eq!(send(&app, &root, "PUT", &own, &[], &with(moved.json(), &json!({"nickname": "R"}))).await.status, 200);
        let other = format!("{USERS}/{}", dana["id"]);
        assert_eq!(send(&app, &root, "PUT", &other, &[], &with(dana, &json!({"email": "dana@elsewhere.example"}))).await.status, 200);
        let again = people::log_in(&app, &app.brand, "root").await;
        let back = with(moved.json(), &json!({"email": "root@example.test"}));
        assert_eq!(send(&app, &again, "PUT", &own, &[], &back).await.status, 200);
        let proven = with(back, &json!({
            "email": "root@home.example", "passwordSh": "eight loud swans", "oldPassword": people::PASSWORD, "confirmPassword": "eight loud swans",
        }));
        app.clock.advance(std::time::Duration::from_mins(6));
        assert_eq!(send(&app, &again, "PUT", &own, &[], &proven).await.status, 200);
    }

    async fn sec_128_a_member_that_users_do_not_have_is_refused(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let more = with(document("eve"), &json!({"isAdmin": true}));
        assert_eq!(refused(&create(&app, &root, &more).await), (400, 1));
        assert_eq!(refused(&create(&app, &root, &json!([document("dana"), more])).await), (400, 1));
        assert_eq!(read(&app, &root, USERS).await.json().as_array().unwrap().len(), 1);
    }

    async fn profiles_tell_how_many_users_have_them(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        create(&app, &root, &json!([document("one"), with(document("two"), &json!({"profileIds": [2, 3]}))])).await;
        let listed = read(&app, &root, PROFILES).await;
        assert_eq!(listed.header("x-lp-last-modified"), listed.header("ac-revision"));
        let counts: Vec<Value> = listed.json().as_array().unwrap().iter().map(|profile| profile["numOfAssignedUsers"].clone()).collect();
        assert_eq!(counts, [json!(1), json!(2), json!(1), json!(0)]);
        assert_eq!(read(&app, &root, &format!("{PROFILES}/2")).await.json()["numOfAssignedUsers"], 2);
    }

    async fn an_accounts_own_rules_hold_for_users_passwords(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.change_account(&app.brand, |row| {
            let settings = &mut row.settings;
            settings.user_password_min_length = Some(12);
            settings.user_password_max_sequence = Some(4);
            settings.user_password_max_repeats = Some(4);
            settings.user_password_characters = vec![
                signet::model::CharacterKind::Upper, signet::model::CharacterKind::Digit, signet::model::CharacterKind::Other,
            ];
        }).await;
        let account = account::find(&app.services, None).await.unwrap();
        let tried = async |name: &str, password: &str| {
            let draft = Draft { login_name: name.to_owned(), full_name: name.to_owned(), ..people::wanted(name, RoleType::Agent).draft };
            let wanted = Wanted::new(draft, Some(SecretString::from(password)));
            user::create(&app.services, &By::command(), &account, wanted).await
        };
        for weak in [
            "Otter 7 bay", "Heron-lake-12345", "Heron-lake-edcba-7", "Heron-lake-77777", "heron-lake-7291", "Heron-lake-swans", "Heronlake7291xx",
        ] {
            assert!(matches!(tried("dana", weak).await, Err(Error::Invalid(_))), "{weak}");
        }
        tried("dana", "Heron-lake-7777-1234").await.unwrap();
    }

    async fn sec_127_a_clients_token_reads_and_writes_users_as_its_scopes_say(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = people::user(&app, &app.brand, "root", RoleType::Admin).await;
        let client = async |id: &str, scope: &str| {
            let scope = scope.parse().unwrap();
            NewClient::program(id).set(|it| it.scope = scope).on(&app).await
        };
        let asked = async |token: &str, method: &str, path: &str, body: &Value| {
            let asked = request(method, path)
                .header(AUTHORIZATION, format!("Bearer {token}"))
                .header(CONTENT_TYPE, "application/json");
            app.send(asked.body(Body::from(body.to_string())).unwrap()).await
        };
        let (all, reads, speaks) = (client("hr", "users.external").await, client("bi", "users.read").await, client("bot", "msg.consumer").await);
        let (hr, bi, bot) = (app_jwt(&app, &all).await, app_jwt(&app, &reads).await, app_jwt(&app, &speaks).await);
        let made = asked(&hr, "POST", USERS, &document("dana")).await;
        assert_eq!(made.status, 201, "{made:?}");
        // It gives nobody more than it may itself (SEC-129).
        assert_eq!(refused(&asked(&hr, "POST", USERS, &with(document("eve"), &json!({"profileIds": [1]}))).await), (403, 4));
        let own = format!("{USERS}/{}", root.user_id);
        assert_eq!(refused(&asked(&hr, "DELETE", &own, &Value::Null).await), (403, 4));
        assert_eq!(asked(&bi, "GET", USERS, &Value::Null).await.json().as_array().unwrap().len(), 2);
        assert_eq!(refused(&asked(&bi, "POST", USERS, &document("ben")).await), (403, 4));
        for token in [&hr, &bi, &bot] {
            assert_eq!(refused(&asked(token, "GET", PROFILES, &Value::Null).await), (403, 4));
        }
        assert_eq!(refused(&asked(&bot, "GET", USERS, &Value::Null).await), (403, 4));
        // Another account's, a changed one, one whose client has lost the scope, or is switched off.
        app.other_account("other").await;
        assert_eq!(refused(&asked(&hr, "GET", "/api/account/other/configuration/le-users/users", &Value::Null).await), (401, 3));
        assert_eq!(refused(&asked(&hr[..hr.len() - 2], "GET", USERS, &Value::Null).await), (401, 3));
        app.clock.advance(std::time::Duration::from_secs(3601));
        assert_eq!(refused(&asked(&hr, "GET", USERS, &Value::Null).await), (401, 3));
        assert!(people::events(&app, &app.brand).await.iter().any(|event| event == "authz.denied"));
    }

    async fn correct_logins_at_one_moment_count_as_no_guesses(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| {
            settings.login.attempts = 3;
            settings.login.hash_wait = signet::config::Period::seconds(60);
        }).await;
        people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        let body = json!({"username": "dana", "password": people::PASSWORD});
        let logins = (0..12).map(|_| try_login(&app, &app.brand, body.clone()));
        for answer in futures_util::future::join_all(logins).await {
            assert_eq!(answer.status, 200, "{answer:?}");
        }
        // Wrong ones do: no more than three are looked at (SEC-087).
        let wrong = json!({"username": "dana", "password": "not this one at all"});
        let guesses = (0..12).map(|_| try_login(&app, &app.brand, wrong.clone()));
        let answers = futures_util::future::join_all(guesses).await;
        let looked_at = answers.iter().filter(|answer| refused(answer) == (401, 20)).count();
        assert_eq!(looked_at, 3, "{answers:?}");
        assert_eq!(refused(&try_login(&app, &app.brand, body).await), (401, 21));
    }

    async fn who_has_not_logged_in_for_too_long_is_switched_off(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        for (name, role) in [("root", RoleType::Admin), ("dana", RoleType::Agent), ("ben", RoleType::Agent)] {
            people::user(&app, &app.brand, name, role).await;
        }
        people::bot(&app, &app.brand, "bot1").await;
        app.clock.advance(std::time::Duration::from_hours(48));
        let turn = async || {
            let stop = tokio_util::sync::CancellationToken::new();
            let lease = signet::jobs::Lease::new("inactive_users", "node", std::time::Duration::from_mins(1));
            signet::jobs::inactive_users::run(&app.services, &lease, &stop).await.unwrap();
            let mut off: Vec<String> = user::list(&app.services, &app.brand, false, None, 10).await.unwrap()
                .into_iter().filter(|user| !user.is_enabled).map(|user| user.login_name).collect();
            off.sort();
            off
        };
        // Without the setting, nobody is.
        assert!(turn().await.is_empty());
        people::log_in(&app, &app.brand, "ben").await;
        app.change_account(&app.brand, |row| row.settings.user_inactivity_max = Some(86_400)).await;
        // The last administrator stays.
        assert_eq!(turn().await, ["dana"]);
        let body = json!({"username": "dana", "password": people::PASSWORD});
        assert_eq!(refused(&try_login(&app, &app.brand, body).await), (401, 23));
        // Who is switched on again has as long once more.
        let account = account::find(&app.services, None).await.unwrap();
        let dana = user::find_named(&app.services, &app.brand, "dana").await.unwrap();
        user::update(&app.services, &By::command(), &account, dana.user_id, |draft| draft.is_enabled = true).await.unwrap();
        assert!(turn().await.is_empty());
    }
}
