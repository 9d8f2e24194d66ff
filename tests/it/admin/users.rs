//! The console's pages of users.

use std::time::Duration;

use serde_json::json;
use signet::directory::{By, account, account_entity, user as directory};
use signet::model::RoleType;
use signet::model::account_entity::EntityKind;

use super::people::{self, PASSWORD, again, csrf_of, first, once, user};
use super::{administrator, events};
use crate::gateway::people as gateway;
use crate::support::answer::Answer;
use crate::support::app::App;
use crate::support::browser::Browser;
use crate::support::db::{FreshDb, on_both_databases};

const LIST: &str = "/admin/users?account=brand";
const EDIT: &str = "/admin/users/edit?account=brand";
const DEED: &str = "/admin/users/deed?account=brand";

/// What the form of a user holds, with these changes.
fn filled<'a>(
    csrf: &'a str,
    id: &'a str,
    name: &'a str,
    changes: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("csrf", csrf),
        ("user", id),
        ("userTypeId", "human"),
        ("loginName", name),
        ("fullName", name),
        ("nickname", name),
        ("email", "somebody@brand.example"),
        ("employeeId", ""),
        ("mobileNumber", ""),
        ("maxChats", "3"),
        ("memberOf.agentGroupId", ""),
        ("description", ""),
    ];
    form.retain(|(key, _)| changes.iter().all(|(other, _)| other != key));
    form.extend_from_slice(changes);
    form
}

async fn id_of(app: &App, name: &str) -> String {
    directory::find_named(&app.services, &app.brand, name)
        .await
        .unwrap()
        .user_id
        .to_string()
}

async fn deed(app: &App, browser: &mut Browser<'_>, name: &str, deed: &str) -> Answer {
    let id = id_of(app, name).await;
    let page = browser.get(&format!("{EDIT}&user={id}")).await;
    let (csrf, read) = (csrf_of(&page), page.hidden("read"));
    let form = [
        ("csrf", csrf.as_str()),
        ("user", &id),
        ("read", &read),
        ("deed", deed),
        ("sure", "1"),
    ];
    browser.post(DEED, &form).await
}

on_both_databases! {
    async fn sec_133_an_administrator_makes_edits_and_deletes_users(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let mut browser = crate::admin::signed_in(&app, "root").await;
        let list = browser.get(LIST).await;
        assert!(list.body.contains("There is no user yet"), "{}", list.body);
        let csrf = csrf_of(&browser.get(EDIT).await);
        let again = browser.post(EDIT, &filled(&csrf, "", "dana", &[("email", "nowhere"), ("maxChats", "many")])).await;
        assert_eq!(again.status, 422);
        assert!(again.body.contains("a number from 0 to 10000") && again.body.contains("value=\"dana\""), "{}", again.body);
        let again = browser.post(EDIT, &filled(&csrf, "", "dana", &[("email", "nowhere")])).await;
        assert!(again.body.contains("an e-mail address") && again.body.contains("1 to 100 profiles"), "{}", again.body);
        let made = browser.post(EDIT, &filled(&csrf, "", "dana", &[("profile.2", "1"), ("profile.3", "1")])).await;
        let shown = once(&made);
        assert_eq!(shown[1], ("Login name".to_owned(), "dana".to_owned()));
        let password = &shown[2].1;
        // It is good for one login, at which its owner chooses the next one.
        let login = gateway::try_login(&app, &app.brand, json!({"username": "dana", "password": password})).await;
        assert_eq!(login.status, 401);
        let chosen = json!({"username": "dana", "password": password, "newPassword": "four green kettles"});
        assert_eq!(gateway::try_login(&app, &app.brand, chosen).await.status, 200);

        let id = id_of(&app, "dana").await;
        let page = browser.get(&format!("{EDIT}&user={id}")).await;
        assert!(!page.body.contains(password.as_str()), "once");
        assert!(page.body.contains("name=\"profile.3\" value=\"1\" checked"), "{}", page.body);
        let saved = browser.post(EDIT, &filled(&csrf_of(&page), &id, "dana", &[("profile.2", "1"), ("fullName", "Dana Ode"), ("read", &page.hidden("read"))])).await;
        assert_eq!(saved.location(), format!("/admin/users/edit?account=brand&user={id}&done=saved"));
        let list = browser.get(LIST).await;
        assert!(list.body.contains("Dana Ode") && !list.body.contains("Agent Manager"), "{}", list.body);

        assert!(deed(&app, &mut browser, "dana", "disable").await.location().ends_with("done=disabled"));
        assert!(browser.get(LIST).await.body.contains("Disabled"));
        assert!(deed(&app, &mut browser, "dana", "enable").await.location().ends_with("done=enabled"));
        assert!(deed(&app, &mut browser, "dana", "end-sessions").await.location().ends_with("done=ended"));
        let reset = deed(&app, &mut browser, "dana", "reset-password").await;
        let next = once(&reset)[2].1.clone();
        assert_ne!(&next, password);
        assert_eq!(deed(&app, &mut browser, "dana", "fly").await.status, 400);
        let csrf = csrf_of(&page);
        let read = browser.get(&format!("{EDIT}&user={id}")).await.hidden("read");
        let unsure = browser.post(DEED, &[("csrf", csrf.as_str()), ("user", &id), ("deed", "delete"), ("read", &read)]).await;
        assert!(unsure.location().contains("/edit"));
        let gone = deed(&app, &mut browser, "dana", "delete").await;
        assert!(browser.get(gone.location()).await.body.contains("The user is deleted"));
        assert_eq!(browser.get(&format!("{EDIT}&user={id}")).await.status, 404);
        let told = events(&app, "brand").await;
        let told: Vec<&str> = told.iter().map(String::as_str).filter(|event| !event.starts_with("user.login")).collect();
        assert_eq!(told[0], "user.created");
        assert_eq!(told[told.len() - 1], "user.deleted");
        assert!(told.contains(&"user.logged_out_everywhere"), "{told:?}");
    }

    async fn sec_135_the_list_has_pages_and_is_searched(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let mut browser = crate::admin::signed_in(&app, "root").await;
        let account = account::find(&app.services, Some(&app.brand)).await.unwrap();
        let wanted = (0..60).map(|at| gateway::wanted(&format!("agent%{at:02}"), RoleType::Agent)).map(|mut wanted| {
            wanted.password = None;
            wanted
        });
        let changer = directory::Changer::unlimited(By::command());
        directory::create_all(&app.services, &changer, &account, wanted.collect()).await.unwrap();
        let rows = |page: &Answer| page.body.matches("class=\"row-link\"").count();
        let page = browser.get(LIST).await;
        assert_eq!(rows(&page), 50);
        let (_, next) = page.body.split_once("id=\"next\" href=\"").unwrap();
        let next = next.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        let last = browser.get(&next).await;
        assert!(rows(&last) == 10 && !last.body.contains("id=\"next\""), "{}", last.body);
        for (search, found) in [("AGENT%250", 10), ("%2559%20of", 1), ("of%20acme", 50), ("agent_", 0), ("%25", 50), ("nobody", 0)] {
            let page = browser.get(&format!("{LIST}&q={search}")).await;
            assert_eq!((page.status.as_u16(), rows(&page)), (200, found), "{search}");
        }
        for wrong in ["&after=x", "&after=-1", &format!("&q={}", "a".repeat(129))] {
            assert_eq!(browser.get(&format!("{LIST}{wrong}")).await.status, 400, "{wrong}");
        }
    }

    async fn sec_128_sec_137_a_user_sees_the_own_account_alone(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        let zoe = gateway::user(&app, &other, "zoe", RoleType::Agent).await;
        let mut browser = people::signed_in(&app, "robin", RoleType::Admin).await;
        let csrf = csrf_of(&browser.get(EDIT).await);
        let id = zoe.user_id.to_string();
        for path in ["/admin/users?account=other", "/admin/users/edit?account=other", "/admin/app-keys?account=other", &format!("{EDIT}&user={id}")] {
            let answer = browser.get(path).await;
            assert!(answer.status == 404 && !answer.body.contains("zoe"), "{path}: {answer:?}");
        }
        for (path, form) in [
            (EDIT, filled(&csrf, &id, "zoe", &[("profile.2", "1")])),
            ("/admin/users/edit?account=other", filled(&csrf, "", "new", &[("profile.2", "1")])),
            (DEED, vec![("csrf", csrf.as_str()), ("user", &id), ("deed", "delete"), ("sure", "1")]),
        ] {
            assert_eq!(browser.post(path, &form).await.status, 404, "{path}");
        }
        // Pages that are administrators' alone aren't there, either.
        for path in ["/admin/keys", "/admin/audit", "/admin/keys/burn"] {
            assert_eq!(browser.get(path).await.status, 404, "{path}");
        }
        assert_eq!(browser.get("/admin/").await.location(), "/admin/users?account=brand");
    }

    async fn sec_129_nobody_gives_takes_or_resets_above_their_own_level(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        // May change users and skills, but no more.
        let document = json!({"name": "People", "roleTypeId": 3, "permissionPackages": [], "permissions": [10001, 20001], "isAssignedToLPA": false});
        let account = account::find(&app.services, Some(&app.brand)).await.unwrap();
        let changer = directory::Changer::unlimited(By::command());
        let documents = [document.as_object().unwrap().clone()];
        let made = account_entity::create_all(&app.services, &changer, &account, EntityKind::Profile, &documents);
        let profile = made.await.unwrap().0[0].entity_id;
        let mut wanted = gateway::wanted("pat", RoleType::Agent);
        wanted.draft.profile.profile_ids = vec![profile];
        gateway::made(&app, &app.brand, wanted).await;
        user(&app, "robin", RoleType::Admin).await;
        user(&app, "alex", RoleType::Agent).await;
        let (mut pat, authenticator, _) = first(&app, "pat").await;
        // No other page is theirs.
        assert_eq!(pat.get("/admin/app-keys").await.status, 404);
        let csrf = csrf_of(&pat.get(EDIT).await);
        let refused = pat.post(EDIT, &filled(&csrf, "", "boss", &[("profile.1", "1")])).await;
        assert!(refused.status == 422 && refused.body.contains("Nobody gives what they haven’t"), "{}", refused.body);
        for what in ["disable", "reset-password", "reset-factor", "end-sessions", "delete"] {
            let refused = deed(&app, &mut pat, "robin", what).await;
            assert!(refused.status == 422 && refused.body.contains("Nobody gives what"), "{what}: {}", refused.body);
        }
        let own = id_of(&app, "pat").await;
        let page = pat.get(&format!("{EDIT}&user={own}")).await;
        assert!(!page.body.contains("id=\"deeds-form\"") && !page.body.contains("id=\"delete-form\""), "{}", page.body);
        for what in ["disable", "reset-password", "reset-factor", "delete"] {
            let form = [("csrf", csrf.as_str()), ("user", &own), ("deed", what), ("sure", "1"), ("read", &page.hidden("read"))];
            assert_eq!(pat.post(DEED, &form).await.status, 422, "{what}");
        }
        assert!(deed(&app, &mut pat, "alex", "disable").await.location().ends_with("done=disabled"));

        // Role grants and resets need a sign-in of the last five minutes, with the factor (SEC-130).
        app.clock.advance(Duration::from_secs(301));
        let stale = pat.get(EDIT).await;
        assert_eq!(stale.location(), "/admin/login/user?again=1&account=brand&next=%2Fadmin%2Fusers%2Fedit%3Faccount%3Dbrand");
        let alex = id_of(&app, "alex").await;
        let form = [("csrf", csrf.as_str()), ("user", &alex), ("deed", "enable")];
        assert!(pat.post(DEED, &form).await.location().starts_with("/admin/login/user?again=1"));
        assert_eq!(pat.get(LIST).await.status, 200, "looking is allowed");
        assert_eq!(again(&app, &mut pat, "pat", &authenticator).await.location(), "/admin/");
        assert_eq!(pat.get(EDIT).await.status, 200);
    }

    async fn sec_098_another_administrator_resets_a_factor(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        user(&app, "kim", RoleType::Admin).await;
        let (mut kims, former, codes) = first(&app, "kim").await;
        let mut robins = people::signed_in(&app, "robin", RoleType::Admin).await;
        let page = robins.get(&format!("{EDIT}&user={}", id_of(&app, "kim").await)).await;
        assert!(page.body.contains("Second factor"), "{}", page.body);
        assert!(deed(&app, &mut robins, "kim", "reset-factor").await.location().ends_with("done=factor"));
        assert!(events(&app, "brand").await.contains(&"user.factor_reset".to_owned()));
        assert_eq!(kims.get(LIST).await.status, 303, "logged out");
        // Neither the former factor nor its recovery codes open anything.
        app.clock.advance(Duration::from_mins(1));
        people::enter(&mut kims, "brand", "kim", PASSWORD).await;
        let page = kims.get("/admin/login/factor").await;
        assert!(page.body.contains("id=\"qr\""), "{}", page.body);
        for code in [&former.code(&app, 0), &codes[0]] {
            assert_eq!(people::show(&mut kims, &page, code).await.status, 422);
        }
    }
}
