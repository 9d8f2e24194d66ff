//! The console's pages of API keys (section 8.1 of the platform contract).

use signet::directory::{By, app_key};
use signet::model::RoleType;
use signet::model::app_key::MOST;

use super::people::{self, csrf_of, once};
use super::{administrator, events};
use crate::support::answer::Answer;
use crate::support::app::App;
use crate::support::browser::Browser;
use crate::support::db::{FreshDb, on_both_databases};

const LIST: &str = "/admin/app-keys?account=brand";
const EDIT: &str = "/admin/app-keys/edit?account=brand";
const DEED: &str = "/admin/app-keys/deed?account=brand";

/// What the form of a key holds.
fn filled<'a>(csrf: &'a str, key: &'a str, ip: &'a str, privileges: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("csrf", csrf),
        ("key", key),
        ("application_name", "Roster"),
        ("developer_name", "Brand IT"),
        ("description", "Who works when"),
        ("ip", ip),
    ];
    form.extend(privileges.iter().map(|name| (*name, "1")));
    form
}

/// The same for a key that is there, as its page shows it now.
fn filled_from<'a>(
    page: &'a Answer,
    csrf: &'a str,
    key: &'a str,
    privileges: &[&'a str],
) -> Vec<(&'a str, &'a str)> {
    let mut form = filled(csrf, key, "", privileges);
    form.push(("read", read_of(page)));
    form
}

/// When a page says that what it shows was last changed.
fn read_of(page: &Answer) -> &str {
    page.body
        .split_once("name=\"read\" value=\"")
        .unwrap()
        .1
        .split('"')
        .next()
        .unwrap()
}

/// Does something about a key, on its page as it is now.
async fn deed(browser: &mut Browser<'_>, key: &str, deed: &str) -> Answer {
    let page = browser.get(&format!("{EDIT}&key={key}")).await;
    let csrf = csrf_of(&page);
    browser
        .post(
            DEED,
            &[
                ("csrf", &csrf),
                ("key", key),
                ("deed", deed),
                ("read", read_of(&page)),
            ],
        )
        .await
}

async fn csrf(browser: &mut Browser<'_>) -> String {
    csrf_of(&browser.get(EDIT).await)
}

on_both_databases! {
    async fn sec_124_a_keys_four_values_are_shown_once_and_it_is_edited_and_switched_off(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut browser = people::signed_in(&app, "robin", RoleType::Admin).await;
        assert!(browser.get(LIST).await.body.contains("There is no API key yet"));
        let form = browser.get(EDIT).await;
        for (label, name) in [
            ("Agent Interactions", "may.Agent Interactions &#62; User Login"),
            ("Administration", "may.Administration &#62; Users (Read)"),
            ("Data", "may.Data &#62; Engagement History"),
        ] {
            assert!(form.body.contains(&format!("<legend>{label}</legend>")), "{}", form.body);
            assert!(form.body.contains(&format!("name=\"{name}\"")), "{name}: {}", form.body);
        }
        let csrf = csrf_of(&form);
        let wrong = browser.post(EDIT, &filled(&csrf, "", "everywhere", &[])).await;
        assert!(wrong.status == 422 && wrong.body.contains("ranges (192.0.2.10-192.0.2.19)"), "{}", wrong.body);
        let mut nameless = filled(&csrf, "", "", &[]);
        nameless.retain(|(name, _)| *name != "developer_name");
        assert_eq!(browser.post(EDIT, &nameless).await.status, 422);
        let privileges = ["may.Administration > Users", "may.Administration > Skills (Read)"];
        let made = browser.post(EDIT, &filled(&csrf, "", "192.0.2.7\r\n2001:db8::/48", &privileges)).await;
        let shown = once(&made);
        let labels: Vec<&str> = shown.iter().map(|(label, _)| label.as_str()).collect();
        assert_eq!(labels, ["App key", "Secret", "Access token", "Access token secret"]);
        assert!(shown.iter().all(|(_, value)| value.len() == 32), "{shown:?}");
        assert_eq!(made.body.matches("data-copy=").count(), 4);
        assert_eq!(made.header("cache-control"), Some("no-store"));

        let id = shown[0].1.as_str();
        let page = browser.get(&format!("{EDIT}&key={id}")).await;
        let list = browser.get(LIST).await;
        for (_, secret) in &shown[1..] {
            assert!(!page.body.contains(secret.as_str()) && !list.body.contains(secret.as_str()), "once");
        }
        assert!(list.body.contains("Administration &#62; Users, Administration &#62; Skills (Read)"), "{}", list.body);
        assert!(list.body.contains("Never"), "{}", list.body);
        assert!(page.body.contains("192.0.2.7\n2001:db8::/48"), "{}", page.body);

        let saved = browser.post(EDIT, &filled_from(&page, &csrf, id, &["may.Administration > Skills"])).await;
        assert_eq!(saved.location(), format!("/admin/app-keys/edit?account=brand&key={id}&done=saved"));
        let kept = app_key::find(&app.services, &app.brand, &id.parse().unwrap()).await.unwrap();
        let names: Vec<String> = kept.settings.privileges.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["Administration > Skills"]);
        assert!(kept.settings.ip.is_empty());

        assert!(deed(&mut browser, id, "disable").await.location().ends_with("done=disabled"));
        assert!(browser.get(LIST).await.body.contains("Disabled"));
        assert!(deed(&mut browser, id, "enable").await.location().ends_with("done=enabled"));
        let rotated = once(&deed(&mut browser, id, "rotate").await);
        assert!(rotated[0] == shown[0] && rotated[1] != shown[1], "{rotated:?}");
        assert_eq!(deed(&mut browser, id, "delete").await.status, 400, "no key is ever deleted");
        let told = events(&app, "brand").await;
        let told: Vec<&str> = told.iter().map(String::as_str).filter(|event| event.starts_with("app_key.")).collect();
        assert_eq!(told, ["app_key.created", "app_key.updated", "app_key.disabled", "app_key.enabled", "app_key.rotated"]);
    }

    async fn sec_129_a_campaign_managers_key_reaches_no_further_than_they_do(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut browser = people::signed_in(&app, "cleo", RoleType::CampaignManager).await;
        assert_eq!(browser.get("/admin/").await.location(), "/admin/app-keys?account=brand");
        assert_eq!(browser.get("/admin/users").await.status, 404);
        let csrf = csrf(&mut browser).await;
        for beyond in [
            "may.Administration > Users", "may.Administration > Users (Read)", "may.Agent Interactions > User Login",
            "may.Administration > Skills", "may.Administration > Profiles (Read)", "may.Administration > Consumer Identity Providers (Read)",
        ] {
            let refused = browser.post(EDIT, &filled(&csrf, "", "", &[beyond])).await;
            assert!(refused.status == 422 && refused.body.contains("may do no more than whoever makes"), "{beyond}: {}", refused.body);
            assert!(refused.body.contains("value=\"Roster\""), "what was typed stays");
        }
        let own = ["may.Administration > Skills (Read)", "may.Data > Engagement History"];
        let shown = once(&browser.post(EDIT, &filled(&csrf, "", "", &own)).await);
        let page = browser.get(&format!("{EDIT}&key={}", shown[0].1)).await;
        let widened = browser.post(EDIT, &filled_from(&page, &csrf, &shown[0].1, &["may.Administration > Users"])).await;
        assert_eq!(widened.status, 422);

        // Nor do they touch a key that does.
        let draft = app_key::Draft::described(
            &["application_name=Sync", "developer_name=IT", "privileges=Users"].map(|text| text.parse().unwrap()),
        );
        let sync = app_key::create(&app.services, &By::command(), &app.brand, draft.unwrap()).await.unwrap();
        let id = sync.key.app_key.as_str();
        let page = browser.get(&format!("{EDIT}&key={id}")).await;
        assert_eq!(browser.post(EDIT, &filled_from(&page, &csrf, id, &[])).await.status, 422);
        for what in ["disable", "rotate"] {
            assert_eq!(deed(&mut browser, id, what).await.status, 422, "{what}");
        }
        let kept = app_key::find(&app.services, &app.brand, &sync.key.app_key).await.unwrap();
        assert!(kept.enabled && kept.settings.privileges.len() == 1);
    }

    async fn sec_128_another_accounts_key_is_not_there(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        let draft = app_key::Draft::described(&["application_name=Zebra", "developer_name=IT"].map(|text| text.parse().unwrap()));
        let zebra = app_key::create(&app.services, &By::command(), &other, draft.unwrap()).await.unwrap();
        let id = zebra.key.app_key.as_str();
        let mut browser = people::signed_in(&app, "robin", RoleType::Admin).await;
        let csrf = csrf(&mut browser).await;
        let answer = browser.get(&format!("{EDIT}&key={id}")).await;
        assert!(answer.status == 404 && !answer.body.contains("Zebra"), "{answer:?}");
        assert_eq!(browser.post(EDIT, &filled(&csrf, id, "", &[])).await.status, 404);
        assert_eq!(browser.post(DEED, &[("csrf", &csrf), ("key", id), ("deed", "disable")]).await.status, 404);
        // And a form without its token does nothing (SEC-074).
        assert_eq!(browser.post(EDIT, &filled("", "", "", &[])).await.status, 403);
        assert!(app_key::list(&app.services, &app.brand).await.unwrap().is_empty());
    }

    async fn an_account_has_a_hundred_keys_at_the_most(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let mut browser = crate::admin::signed_in(&app, "root").await;
        let given = ["application_name=One", "developer_name=IT"].map(|text| text.parse().unwrap());
        for _ in 0..MOST {
            let draft = app_key::Draft::described(&given).unwrap();
            app_key::create(&app.services, &By::command(), &app.brand, draft).await.unwrap();
        }
        let csrf = csrf(&mut browser).await;
        let full = browser.post(EDIT, &filled(&csrf, "", "", &[])).await;
        assert!(full.status == 422 && full.body.contains("100 in one account"), "{}", full.body);
    }
}
