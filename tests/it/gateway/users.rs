//! The Users API and its siblings (section 9 of the platform contract).

use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE, ETAG, IF_MATCH, LOCATION};
use secrecy::SecretString;
use serde_json::{Value, json};
use signet::directory::user::{self, Changer, Draft, Wanted};
use signet::directory::{By, Error, account, account_entity};
use signet::model::account_entity::EntityKind;
use signet::model::{RoleType, User};

use super::people::{self, Session, call, events, log_in, refused, session, try_login};
use crate::support::answer::Answer;
use crate::support::app::{App, request};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::signed::Signing;

pub(super) const USERS: &str = "/api/account/brand/configuration/le-users/users";
pub(super) const PROFILES: &str = "/api/account/brand/configuration/le-users/profiles";

pub(super) fn document(name: &str) -> Value {
    json!({
        "loginName": name, "fullName": format!("{name} of Acme"), "nickname": name, "passwordSh": "seven quiet herons",
        "isEnabled": true, "maxChats": 4, "email": format!("{name}@example.test"), "profileIds": [2],
    })
}

/// The same with other members.
pub(super) fn with(mut document: Value, members: &Value) -> Value {
    for (name, value) in members.as_object().unwrap() {
        document[name] = value.clone();
    }
    document
}

pub(super) async fn admin(app: &App) -> Session {
    people::user(app, &app.brand, "root", RoleType::Admin).await;
    log_in(app, &app.brand, "root").await
}

pub(super) async fn send(
    app: &App,
    session: &Session,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> Answer {
    let mut asked = request(method, path)
        .header(AUTHORIZATION, format!("Bearer {}", session.bearer))
        .header(CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        asked = asked.header(*name, *value);
    }
    app.send(asked.body(Body::from(body.to_string())).unwrap()).await
}

pub(super) async fn create(app: &App, session: &Session, body: &Value) -> Answer {
    call(
        app,
        "POST",
        &format!("{USERS}?v=6.0"),
        Some(&session.bearer),
        Some(body),
    )
    .await
}

pub(super) async fn read(app: &App, session: &Session, path: &str) -> Answer {
    call(app, "GET", path, Some(&session.bearer), None).await
}

/// Signed with an API key, by a client that sends `POST` alone.
async fn signed(app: &App, key: &Signing, method: &str, path: &str, body: &Value) -> Answer {
    let mut asked = key.post(path, &body.to_string());
    asked
        .headers_mut()
        .insert("x-http-method-override", method.parse().unwrap());
    app.send(asked).await
}

/// The revision that an answer tells, twice.
pub(super) fn revision(answer: &Answer) -> i64 {
    let revision: i64 = answer.header("ac-revision").unwrap().parse().unwrap();
    assert_eq!(answer.header(ETAG), Some(format!("\"{revision}\"").as_str()));
    revision
}

on_both_databases! {
    async fn a_user_is_made_read_changed_and_deleted(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let made = create(&app, &root, &document("dana")).await;
        assert_eq!(made.status, 201);
        let user = made.json();
        let id = user["id"].as_i64().unwrap();
        let path = format!("{USERS}/{id}");
        assert_eq!(made.header(LOCATION), Some(path.as_str()));
        let read_back = read(&app, &root, &format!("{path}?v=6.0")).await;
        assert_eq!(read_back.json(), user);
        assert_eq!(revision(&made), revision(&read_back));
        for (name, value) in [
            ("fullName", json!("")), ("employeeId", json!("")), ("passwordSh", Value::Null), ("deleted", json!(false)),
            ("maxChats", json!(4)), ("maxAsyncChats", Value::Null), ("skillIds", json!([])), ("profileIds", json!([2])),
            ("userTypeId", json!(1)), ("isApiUser", json!(false)), ("changePwdNextLogin", json!(false)),
            ("dateUpdated", json!("2026-11-24 12:00:00")), ("lastPwdChangeDate", json!("2026-11-24 12:00:00")),
            ("memberOf", json!({"agentGroupId": -1, "assignmentDate": "2026-11-24 12:00:00"})),
        ] {
            assert_eq!(user[name], value, "{name}");
        }
        session(&app.brand, &try_login(&app, &app.brand, json!({"username": "dana", "password": "seven quiet herons"})).await);

        // What comes back as it was read keeps its full name and password; what is absent is taken away.
        let next = with(user.clone(), &json!({"nickname": "Dee", "description": "Mondays"}));
        let changed = send(&app, &root, "PUT", &path, &[], &next).await;
        assert_eq!((changed.status.as_u16(), changed.json()["nickname"].clone()), (200, json!("Dee")));
        assert_eq!(revision(&changed), revision(&made) + 1);
        let mut less = next.clone();
        less.as_object_mut().unwrap().remove("description");
        assert_eq!(send(&app, &root, "PUT", &path, &[], &less).await.json()["description"], Value::Null);
        less.as_object_mut().unwrap().remove("email");
        assert_eq!(refused(&send(&app, &root, "PUT", &path, &[], &less).await), (400, 1));
        session(&app.brand, &try_login(&app, &app.brand, json!({"username": "dana", "password": "seven quiet herons"})).await);
        let twin = with(document("other"), &json!({"fullName": "dana of Acme"}));
        assert_eq!(refused(&create(&app, &root, &twin).await), (400, 1));

        let reset = send(&app, &root, "PUT", &format!("{path}/resetPassword"), &[], &json!({"newPassword": "eight loud swans"})).await;
        assert_eq!(reset.status, 200);
        assert_eq!(reset.json()["changePwdNextLogin"], true);
        // Whoever reset it knows it: it is good for choosing another one.
        let known = json!({"username": "dana", "password": "eight loud swans"});
        assert_eq!(refused(&try_login(&app, &app.brand, known.clone()).await), (401, 22));
        let chosen = with(known, &json!({"newPassword": "nine shy ravens"}));
        session(&app.brand, &try_login(&app, &app.brand, chosen).await);
        session(&app.brand, &try_login(&app, &app.brand, json!({"username": "dana", "password": "nine shy ravens"})).await);

        assert_eq!(call(&app, "DELETE", &path, Some(&root.bearer), None).await.status, 200);
        assert_eq!(refused(&read(&app, &root, &path).await), (404, 2));
        let gone = read(&app, &root, &format!("{path}?include_deleted=true")).await.json();
        assert_eq!((&gone["deleted"], &gone["id"]), (&json!(true), &json!(id)));
        assert_eq!(refused(&call(&app, "DELETE", &path, Some(&root.bearer), None).await), (404, 2));
        // Its names are free, its id is not.
        assert_ne!(create(&app, &root, &document("dana")).await.json()["id"], id);
        let told = events(&app, &app.brand).await;
        for event in ["user.created", "user.updated", "user.deleted"] {
            assert!(told.iter().any(|known| known == event), "{told:?}");
        }
    }

    async fn a_changed_login_name_is_on_the_record_before_and_after(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let account = account::find(&app.services, None).await.unwrap();
        let mut users = Vec::new();
        for at in 0..12 {
            users.push(people::user(&app, &app.brand, &format!("user{at}"), RoleType::Agent).await);
        }
        let changer = Changer::unlimited(By::command());
        let rename = async |users: &[User], by: &str| {
            let wanted = users.iter().map(|user| {
                let mut draft = Draft::from(user);
                draft.login_name = format!("{by}.{}", user.login_name);
                (user.clone(), Wanted::new(draft, None))
            });
            user::update_all(&app.services, &changer, &account, wanted.collect()).await.unwrap().0
        };
        let details = async || {
            let rows: Vec<String> = signet::store::sql("SELECT detail FROM audit WHERE account_id = $1 AND event = 'user.updated' ORDER BY seq")
                .bind(&app.brand)
                .fetch_all(app.db())
                .await
                .unwrap();
            rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect::<Vec<Value>>()
        };
        let renamed = rename(&users[..1], "x").await;
        assert_eq!(details().await.pop().unwrap()["login_name"], json!({"before": "user0", "after": "x.user0"}));
        // Many at once are one row, with each of them.
        users[0] = renamed[0].clone();
        rename(&users, "y").await;
        let all = details().await;
        assert_eq!(all.len(), 2, "{all:?}");
        let names = all[1]["login_names"].as_object().unwrap();
        assert_eq!(names.len(), 12);
        assert_eq!(names[&users[0].user_id.to_string()], json!({"before": "x.user0", "after": "y.x.user0"}));
        // Nothing of it where no name was changed.
        user::update(&app.services, &By::command(), &account, users[3].user_id, |draft| draft.is_enabled = false).await.unwrap();
        let last = details().await.pop().unwrap();
        assert!(last.get("login_name").is_none() && last.get("login_names").is_none(), "{last}");
    }

    async fn many_are_written_whole_or_not_at_all(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let made = create(&app, &root, &json!([document("one"), document("two")])).await;
        assert_eq!((made.status.as_u16(), made.header(LOCATION)), (201, None));
        let users = made.json();
        let ids: Vec<String> = users.as_array().unwrap().iter().map(|user| user["id"].to_string()).collect();
        assert_eq!(ids.len(), 2);
        // One of them can't be.
        let half = json!([document("three"), with(document("four"), &json!({"profileIds": [99]}))]);
        assert_eq!(refused(&create(&app, &root, &half).await), (400, 1));
        let twins = json!([document("five"), with(document("six"), &json!({"loginName": "FIVE"}))]);
        assert_eq!(refused(&create(&app, &root, &twins).await), (400, 1));
        let listed = read(&app, &root, &format!("{USERS}?v=4.0&select=loginName")).await.json();
        let mut names: Vec<&str> = listed.as_array().unwrap().iter().map(|user| user["loginName"].as_str().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(names, ["one", "root", "two"]);

        // Null is what is absent.
        let change = json!({"maxChats": "7", "isEnabled": "false", "disabledManually": null});
        let next: Vec<Value> = users.as_array().unwrap().iter().map(|user| with(user.clone(), &change)).collect();
        let overridden = [("x-http-method-override", "PUT")];
        let changed = send(&app, &root, "POST", USERS, &overridden, &json!(next)).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        for user in changed.json().as_array().unwrap() {
            assert_eq!((&user["maxChats"], &user["isEnabled"], &user["disabledManually"]), (&json!(7), &json!(false), &json!(true)));
        }
        let without_id = json!([document("one")]);
        assert_eq!(refused(&send(&app, &root, "PUT", USERS, &[], &without_id).await), (400, 1));
        assert_eq!(refused(&send(&app, &root, "DELETE", USERS, &[], &json!([ids[0], "77"])).await), (404, 2));
        assert_eq!(send(&app, &root, "DELETE", USERS, &[], &json!(ids)).await.status, 200);
        assert_eq!(read(&app, &root, USERS).await.json().as_array().unwrap().len(), 1);
        assert_eq!(read(&app, &root, &format!("{USERS}?include_deleted=true")).await.json().as_array().unwrap().len(), 3);
    }

    async fn a_revision_that_is_known_saves_reading_and_guards_writing(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let made = create(&app, &root, &document("dana")).await;
        let (user, at) = (made.json(), revision(&made));
        let path = format!("{USERS}/{}", user["id"]);
        for url in [USERS, &path] {
            let known = send(&app, &root, "GET", url, &[(IF_MATCH.as_str(), &at.to_string())], &Value::Null).await;
            assert_eq!((known.status.as_u16(), known.body.as_str(), revision(&known)), (304, "", at));
            for other in [(at - 1).to_string(), "-1".to_owned(), format!("\"{}\"", at - 1)] {
                let read = send(&app, &root, "GET", url, &[(IF_MATCH.as_str(), &other)], &Value::Null).await;
                assert_eq!((read.status.as_u16(), revision(&read)), (200, at), "{other}");
            }
        }
        let next = with(user, &json!({"nickname": "Dee"}));
        let stale = send(&app, &root, "PUT", &path, &[(IF_MATCH.as_str(), &(at - 1).to_string())], &next).await;
        assert_eq!((refused(&stale).0, revision(&stale)), (412, at));
        let stale = send(&app, &root, "DELETE", &path, &[(IF_MATCH.as_str(), &(at - 1).to_string())], &Value::Null).await;
        assert_eq!((refused(&stale).0, revision(&stale)), (412, at));
        let good = send(&app, &root, "PUT", &path, &[(IF_MATCH.as_str(), &at.to_string())], &next).await;
        assert_eq!((good.status.as_u16(), revision(&good)), (200, at + 1));
        assert_eq!(send(&app, &root, "DELETE", &path, &[(IF_MATCH.as_str(), "-1")], &Value::Null).await.status, 200);
        assert_eq!(refused(&send(&app, &root, "GET", USERS, &[(IF_MATCH.as_str(), "x")], &Value::Null).await), (400, 1));
    }

    async fn what_is_picked_is_shown_and_what_is_malformed_is_refused(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let user = create(&app, &root, &document("dana")).await.json();
        let path = format!("{USERS}/{}", user["id"]);
        let picked = async |select: &str| read(&app, &root, &format!("{path}?v=2.0&select={select}")).await.json();
        let roots = read(&app, &root, &format!("{USERS}?v=6.0&select=loginName,memberOf(agentGroupId)")).await.json();
        let own = roots.as_array().unwrap().iter().find(|user| user["loginName"] == "root").unwrap().clone();
        assert_eq!(own, json!({"loginName": "root", "memberOf": null}), "who is in no group");
        assert_eq!(picked("id,loginName,nothing").await, json!({"id": user["id"], "loginName": "dana"}));
        assert_eq!(picked("memberOf(agentGroupId,assignmentDate)").await, json!({"memberOf": user["memberOf"]}));
        assert_eq!(picked("memberOf.agentGroupId").await, json!({"memberOf": {"agentGroupId": -1}}));
        for query in ["v=7.0", "v=", "v", "v=6", "changed_since=-1", "changed_since=x", "include_deleted=perhaps", "v=6.0&v=6.0"] {
            assert_eq!(refused(&read(&app, &root, &format!("{USERS}?{query}")).await), (400, 1), "{query}");
        }
        for (member, value) in [
            ("maxChats", json!("many")), ("isEnabled", json!("yes")), ("profileIds", json!([])), ("profileIds", json!("2")),
            ("profileIds", json!([9])), ("skillIds", json!([1])), ("memberOf", json!({"agentGroupId": 5})), ("email", json!("nobody")),
            ("nickname", json!("")), ("userTypeId", json!(0)), ("userTypeId", json!(9)), ("userTypeId", json!(2)),
            ("isApiUser", json!(true)), ("passwordSh", json!("short")), ("loginName", json!("\u{0}")), ("managerOf", json!([{"agentGroupId": -1}])),
        ] {
            let answer = create(&app, &root, &with(document("ben"), &json!({member: value}))).await;
            assert_eq!(refused(&answer), (400, 1), "{member}");
            assert!(!answer.body.contains("ben"));
        }
        for body in [json!([]), json!([1]), json!("x"), json!({})] {
            assert_eq!(refused(&create(&app, &root, &body).await), (400, 1), "{body}");
        }
        assert_eq!(refused(&read(&app, &root, &format!("{USERS}/abc")).await), (404, 2));
    }

    async fn sec_129_nobody_gives_more_than_they_have_or_removes_the_last_administrator(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let own = format!("{USERS}/{}", root.body["config"]["userId"].as_str().unwrap());
        let me = read(&app, &root, &own).await.json();
        assert_eq!(refused(&call(&app, "DELETE", &own, Some(&root.bearer), None).await), (403, 4));
        for change in [json!({"profileIds": [2]}), json!({"isEnabled": false})] {
            assert_eq!(refused(&send(&app, &root, "PUT", &own, &[], &with(me.clone(), &change)).await), (403, 4), "{change}");
        }
        // Nor their own password, which they change at the login.
        let password = with(me.clone(), &json!({"passwordSh": "eight loud swans"}));
        assert_eq!(refused(&send(&app, &root, "PUT", &own, &[], &password).await), (403, 4));
        let reset = json!({"newPassword": "eight loud swans"});
        assert_eq!(refused(&send(&app, &root, "PUT", &format!("{own}/resetPassword"), &[], &reset).await), (403, 4));
        assert_eq!(send(&app, &root, "PUT", &own, &[], &with(me, &json!({"nickname": "R"}))).await.status, 200);

        // A profile that manages users and nothing else.
        let profile = json!({"name": "Staff", "roleTypeId": 3, "permissionPackages": [], "permissions": [10001, 10101], "isAssignedToLPA": false});
        let profiles = "/api/account/brand/configuration/le-users/profiles";
        let made = send(&app, &root, "POST", profiles, &[], &profile).await;
        assert_eq!(made.status, 201, "{made:?}");
        let staff = made.json()["id"].clone();
        let user = create(&app, &root, &with(document("mia"), &json!({"profileIds": [staff]}))).await.json();
        let mia = log_in(&app, &app.brand, "mia").await;
        assert_eq!(mia.body["config"]["userPrivileges"], json!([10001, 10101]));
        assert_eq!(refused(&create(&app, &mia, &with(document("eve"), &json!({"profileIds": [1]}))).await), (403, 4));
        assert_eq!(refused(&create(&app, &mia, &document("eve")).await), (403, 4));
        assert_eq!(create(&app, &mia, &with(document("eve"), &json!({"profileIds": [staff]}))).await.status, 201);
        assert_eq!(refused(&call(&app, "DELETE", &own, Some(&mia.bearer), None).await), (403, 4));
        assert_eq!(refused(&send(&app, &mia, "POST", profiles, &[], &with(profile.clone(), &json!({"name": "More"}))).await), (403, 4));

        // The last administrator stays, whoever asks.
        let account = signet::directory::account::find(&app.services, None).await.unwrap();
        let last = own.rsplit('/').next().unwrap().parse().unwrap();
        let by = signet::directory::By::command();
        let removed = signet::directory::user::delete(&app.services, &by, &account, last).await;
        assert!(matches!(removed, Err(signet::directory::Error::LastAdministrator)), "{removed:?}");
        assert!(user["id"].is_i64());
    }

    async fn sec_129_an_api_key_gives_nobody_more_than_it_may_itself(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let own = format!("{USERS}/{}", root.body["config"]["userId"].as_str().unwrap());
        let key = Signing::of(&app, &["privileges=Users,Profiles"]).await;
        let of = |name: &str, profile: i64| with(document(name), &json!({"profileIds": [profile]}));
        // Administrators; campaign managers, who make API keys.
        for profile in [1, 4] {
            let key = key.nonce(&format!("n-{profile}"));
            assert_eq!(refused(&signed(&app, &key, "POST", USERS, &of("eve", profile)).await), (403, 4), "{profile}");
        }
        // Whoever leads agents, and sees what they do, makes no change by it.
        assert_eq!(signed(&app, &key.nonce("n-manager"), "POST", USERS, &of("mia", 3)).await.status, 201);
        let made = signed(&app, &key.nonce("n-agent"), "POST", USERS, &of("dana", 2)).await;
        assert_eq!(made.status, 201, "{made:?}");
        let dana = format!("{USERS}/{}", made.json()["id"]);
        let more = with(made.json(), &json!({"profileIds": [1]}));
        assert_eq!(refused(&signed(&app, &key.nonce("n-more"), "PUT", &dana, &more).await), (403, 4));
        // Nor does it take over whoever may more.
        let reset = json!({"newPassword": "eight loud swans"});
        let path = format!("{own}/resetPassword");
        assert_eq!(refused(&signed(&app, &key.nonce("n-reset"), "PUT", &path, &reset).await), (403, 4));
        assert_eq!(refused(&signed(&app, &key.nonce("n-delete"), "DELETE", &own, &Value::Null).await), (403, 4));

        let profile = |role: i64, permissions: &[i64]| {
            json!({
                "name": format!("{role} {permissions:?}"), "roleTypeId": role, "permissionPackages": [],
                "permissions": permissions, "isAssignedToLPA": false,
            })
        };
        for (at, beyond) in [profile(1, &[]), profile(2, &[10_006]), profile(2, &[10_003])].iter().enumerate() {
            let key = key.nonce(&format!("n-beyond-{at}"));
            assert_eq!(refused(&signed(&app, &key, "POST", PROFILES, beyond).await), (403, 4), "{beyond}");
        }
        let within = profile(3, &[10_001, 10_102, 20_001, 30_001]);
        assert_eq!(signed(&app, &key.nonce("n-within"), "POST", PROFILES, &within).await.status, 201);
    }

    async fn sec_129_an_administrators_profile_stays_while_nobody_else_administers(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let own = format!("{USERS}/{}", root.body["config"]["userId"].as_str().unwrap());
        // Without a permission, it gives all the same.
        let profile = json!({"name": "Heads", "roleTypeId": 1, "permissionPackages": [], "permissions": [], "isAssignedToLPA": false});
        let id = send(&app, &root, "POST", PROFILES, &[], &profile).await.json()["id"].as_i64().unwrap();
        create(&app, &root, &with(document("zoe"), &json!({"profileIds": [id]}))).await;
        let zoe = log_in(&app, &app.brand, "zoe").await;
        assert_eq!(call(&app, "DELETE", &own, Some(&zoe.bearer), None).await.status, 200);

        let path = format!("{PROFILES}/{id}");
        let less = with(profile.clone(), &json!({"roleTypeId": 2}));
        assert_eq!(refused(&send(&app, &zoe, "PUT", &path, &[], &less).await), (403, 4));
        assert_eq!(refused(&send(&app, &zoe, "DELETE", &path, &[], &Value::Null).await), (403, 4));
        let renamed = with(profile, &json!({"name": "Leads"}));
        assert_eq!(send(&app, &zoe, "PUT", &path, &[], &renamed).await.status, 200);

        let (account, changer) = (account::find(&app.services, None).await.unwrap(), Changer::unlimited(By::command()));
        let kind = EntityKind::Profile;
        let gone = account_entity::delete_all(&app.services, &changer, &account, kind, &[id]).await;
        assert!(matches!(gone, Err(Error::LastAdministrator)), "{gone:?}");
        let changed = account_entity::update(&app.services, &changer, &account, kind, id, less.as_object().unwrap()).await;
        assert!(matches!(changed, Err(Error::LastAdministrator)), "{changed:?}");
        people::user(&app, &app.brand, "ada", RoleType::Admin).await;
        account_entity::delete_all(&app.services, &changer, &account, kind, &[id]).await.unwrap();
        assert_eq!(zoe.status(&app).await, 403);
    }

    async fn sec_069_a_login_that_a_new_password_outran_begins_nothing(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (account, by) = (account::find(&app.services, None).await.unwrap(), By::command());
        let proven = people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        let new = SecretString::from("ten brave otters");
        let changer = Changer::unlimited(by.clone());
        let (changed, _) = user::set_password(&app.services, &changer, &account, proven.user_id, new, false).await.unwrap();
        let begun = user::begin(&app.services, &by, proven, None).await;
        assert!(matches!(begun, Err(Error::Changed)), "{begun:?}");
        user::begin(&app.services, &by, changed, None).await.unwrap();
        // A bot has no password, before and after.
        let bot = people::bot(&app, &app.brand, "bot1").await;
        user::begin(&app.services, &by, bot, None).await.unwrap();
    }

    async fn sec_069_who_has_no_password_any_more_is_logged_out(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let made = create(&app, &root, &document("dana")).await.json();
        let open = log_in(&app, &app.brand, "dana").await;
        let next = with(made.clone(), &json!({"isApiUser": true, "allowedAppKeys": "0123"}));
        assert_eq!(send(&app, &root, "PUT", &format!("{USERS}/{}", made["id"]), &[], &next).await.status, 200);
        assert_eq!(open.status(&app).await, 401);
    }

    async fn an_account_has_a_thousand_of_a_kind_at_most(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let skills = "/api/account/brand/configuration/le-users/skills";
        let many = |count: usize| (0..count).map(|at| json!({"name": format!("skill {at}")})).collect::<Value>();
        assert_eq!(refused(&send(&app, &root, "POST", skills, &[], &many(1001)).await), (400, 1));
        assert_eq!(read(&app, &root, skills).await.json(), json!([]));
        let made = send(&app, &root, "POST", skills, &[], &many(1000)).await;
        assert_eq!(made.status, 201);
        let one = json!({"name": "another"});
        assert_eq!(refused(&send(&app, &root, "POST", skills, &[], &one).await), (400, 1));
        // What is deleted makes room.
        let path = format!("{skills}/{}", made.json()[0]["id"]);
        assert_eq!(send(&app, &root, "DELETE", &path, &[], &Value::Null).await.status, 200);
        assert_eq!(send(&app, &root, "POST", skills, &[], &one).await.status, 201);
    }

    async fn a_role_that_is_left_takes_along_what_belongs_to_it(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let groups = "/api/account/brand/configuration/le-users/agentGroups";
        let group = send(&app, &root, "POST", groups, &[], &json!({"name": "North", "isEnabled": true, "parentGroupId": -1})).await.json();
        let skills = "/api/account/brand/configuration/le-users/skills";
        let skill = send(&app, &root, "POST", skills, &[], &json!({"name": "Sales"})).await.json();
        assert_eq!((&skill["maxWaitTime"], &skill["canTransfer"], &skill["skillTransferList"]), (&json!(120), &json!(true), &Value::Null));
        let agent = json!({"memberOf": {"agentGroupId": group["id"].to_string()}, "skillIds": [skill["id"].to_string()], "maxAsyncChats": "3"});
        let made = create(&app, &root, &with(document("dana"), &agent)).await.json();
        assert_eq!((&made["memberOf"]["agentGroupId"], &made["skillIds"], &made["maxAsyncChats"]), (&group["id"], &json!([skill["id"]]), &json!(3)));
        let leads = with(made.clone(), &json!({"profileIds": [3], "managerOf": [{"agentGroupId": group["id"]}]}));
        let path = format!("{USERS}/{}", made["id"]);
        let manager = send(&app, &root, "PUT", &path, &[], &leads).await.json();
        assert_eq!((&manager["maxChats"], &manager["maxAsyncChats"], &manager["memberOf"], &manager["skillIds"]), (&json!(0), &Value::Null, &Value::Null, &json!([])));
        assert_eq!(manager["managerOf"][0]["agentGroupId"], group["id"]);
        let again = send(&app, &root, "PUT", &path, &[], &with(manager, &json!({"profileIds": [2]}))).await;
        assert_eq!(again.json()["managerOf"], json!([]));
    }

    async fn skills_groups_and_profiles_are_made_read_changed_and_deleted(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let profile = json!({"name": "One", "roleTypeId": 2, "permissionPackages": [{"id": 10003, "isEnabled": true}], "permissions": [20001], "isAssignedToLPA": "false"});
        for (kind, document, given) in [
            ("skills", json!({"name": "One", "description": "first"}), 0),
            ("agentGroups", json!({"name": "One", "isEnabled": "true"}), 1),
            ("profiles", profile, 4),
        ] {
            let base = format!("/api/account/brand/configuration/le-users/{kind}");
            let made = send(&app, &root, "POST", &base, &[], &document).await;
            assert_eq!(made.status, 201, "{kind} {made:?}");
            let path = format!("{base}/{}", made.json()["id"]);
            assert_eq!(made.header(LOCATION), Some(path.as_str()));
            assert_eq!(refused(&send(&app, &root, "POST", &base, &[], &document).await), (400, 1), "{kind}");
            assert_eq!(refused(&send(&app, &root, "POST", &base, &[], &json!({"name": ""})).await), (400, 1), "{kind}");
            let listed = read(&app, &root, &base).await;
            assert_eq!(listed.json().as_array().unwrap().len(), given + 1, "{kind}");
            let known = [(IF_MATCH.as_str(), listed.header("ac-revision").unwrap())];
            assert_eq!(send(&app, &root, "GET", &base, &known, &Value::Null).await.status, 304);
            let next = with(document, &json!({"name": "Two"}));
            let changed = send(&app, &root, "PUT", &path, &known, &next).await;
            assert_eq!((changed.status.as_u16(), changed.json()["name"].clone()), (200, json!("Two")), "{kind}");
            assert_eq!(refused(&send(&app, &root, "PUT", &path, &known, &next).await).0, 412);
            assert_eq!(send(&app, &root, "DELETE", &path, &[], &Value::Null).await.status, 200);
            assert_eq!(refused(&read(&app, &root, &path).await), (404, 2));
            assert_eq!(read(&app, &root, &format!("{path}?include_deleted=true")).await.json()["deleted"], true);
        }
        // What every account has, nobody changes.
        let admins = "/api/account/brand/configuration/le-users/profiles/1";
        let given = read(&app, &root, admins).await.json();
        assert_eq!((&given["roleTypeId"], &given["roleTypeName"]), (&json!(1), &json!("Administrator")));
        assert_eq!(refused(&send(&app, &root, "PUT", admins, &[], &given).await), (403, 4));
        // No group is below itself.
        let groups = "/api/account/brand/configuration/le-users/agentGroups";
        let upper = send(&app, &root, "POST", groups, &[], &json!({"name": "Upper", "isEnabled": true})).await.json();
        let lower = send(&app, &root, "POST", groups, &[], &json!({"name": "Lower", "isEnabled": true, "parentGroupId": upper["id"]})).await.json();
        let round = with(upper.clone(), &json!({"parentGroupId": lower["id"]}));
        assert_eq!(refused(&send(&app, &root, "PUT", &format!("{groups}/{}", upper["id"]), &[], &round).await), (400, 1));
    }

    async fn sec_137_another_accounts_users_are_not_there(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        let root = admin(&app).await;
        let olga = people::user(&app, &other, "olga", RoleType::Admin).await;
        let path = format!("{USERS}/{}", olga.user_id);
        assert_eq!(refused(&read(&app, &root, &path).await), (404, 2));
        assert_eq!(refused(&send(&app, &root, "PUT", &path, &[], &document("olga")).await), (404, 2));
        assert_eq!(refused(&send(&app, &root, "PUT", &format!("{path}/resetPassword"), &[], &json!({"newPassword": "eight loud swans"})).await), (404, 2));
        assert_eq!(refused(&call(&app, "DELETE", &path, Some(&root.bearer), None).await), (404, 2));
        let many = json!([olga.user_id.to_string()]);
        assert_eq!(refused(&send(&app, &root, "DELETE", USERS, &[], &many).await), (404, 2));
        let body = json!([with(document("olga"), &json!({"id": olga.user_id}))]);
        assert_eq!(refused(&send(&app, &root, "PUT", USERS, &[], &body).await), (404, 2));
        assert!(!read(&app, &root, USERS).await.body.contains("olga"));
        log_in(&app, &other, "olga").await;
    }

    async fn a_long_list_is_whole(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let many: Vec<Value> = (0..1203)
            .map(|at| {
                let mut document = document(&format!("user{at}"));
                document.as_object_mut().unwrap().remove("passwordSh");
                document
            })
            .collect();
        assert_eq!(create(&app, &root, &json!(many)).await.status, 201);
        let listed = read(&app, &root, &format!("{USERS}?select=id")).await.json();
        let mut ids: Vec<i64> = listed.as_array().unwrap().iter().map(|user| user["id"].as_i64().unwrap()).collect();
        ids.dedup();
        assert_eq!(ids.len(), 1204);
    }
}
