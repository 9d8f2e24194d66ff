//! The console's pages of single sign-on.

use super::people::csrf_of;
use super::{administrator, events, signed_in};
use crate::support::app::{App, ISSUER};
use crate::support::db::{FreshDb, on_both_databases};

const EDIT: &str = "/admin/sso/edit?account=brand";

on_both_databases! {
    async fn sec_132_an_administrator_makes_changes_and_deletes_a_connection_on_the_console(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let mut browser = signed_in(&app, "root").await;
        let list = browser.get("/admin/sso?account=brand").await;
        assert!(list.body.contains("There is no connection yet") && list.body.contains("Single sign-on"), "{}", list.body);
        // A field's name and value, to be changed in place.
        let csrf: &'static str = csrf_of(&browser.get(EDIT).await).leak();
        let mut fields = vec![
            ("csrf", csrf), ("connection", ""), ("name", "corp"), ("kind", "oidc"), ("enabled", "true"),
            ("issuer", "http://login.corp.example"), ("client_id", "signet"), ("client_secret", "s3cret-of-ours"), ("scopes", "email\nprofile"),
            ("algorithms", "RS256\nES256"), ("entity_id", ""), ("sso_url", ""), ("certificates", ""), ("claim", "loginName"),
            ("return_to", "https://desk.example/in"), ("assertion_login", "false"),
        ];
        let again = browser.post(EDIT, &fields).await;
        assert_eq!(again.status, 422);
        assert!(again.body.contains("byte for byte as its tokens say it: an https URL") && !again.body.contains("s3cret"), "{}", again.body);
        let set = |fields: &mut Vec<(&'static str, &'static str)>, key: &str, value: &'static str| {
            fields.iter_mut().find(|(name, _)| *name == key).unwrap().1 = value;
        };
        set(&mut fields, "issuer", "https://login.corp.example");
        let saved = browser.post(EDIT, &fields).await;
        let page = browser.get(saved.location()).await;
        let callback = format!("{ISSUER}/api/account/brand/login/callback?connection=corp");
        assert!(page.body.contains("The connection is saved") && page.body.contains(&callback), "{}", page.body);
        assert!(page.body.contains(">email\nprofile</textarea>") && !page.body.contains("s3cret"), "{}", page.body);
        // What belongs to the other protocol isn't asked for, nor what stays.
        for absent in ["name=\"entity_id\"", "name=\"kind\"", "name=\"name\""] {
            assert!(!page.body.contains(absent), "{absent}: {}", page.body);
        }
        assert_eq!(browser.post(EDIT, &fields).await.status, 422, "the name is taken");

        set(&mut fields, "connection", "corp");
        fields.push(("read", page.hidden("read").leak()));
        set(&mut fields, "client_secret", "");
        set(&mut fields, "scopes", "");
        set(&mut fields, "enabled", "false");
        let saved = browser.post(EDIT, &fields).await;
        let page = browser.get(saved.location()).await;
        assert!(page.body.contains("Disabled") && page.body.contains(">Kept<"), "{}", page.body);
        let stored = signet::directory::sso::find(&app.services, &app.brand, &"corp".parse().unwrap()).await.unwrap();
        assert!(stored.secret.is_some() && stored.configuration.scopes.is_empty() && !stored.enabled);

        let read = page.hidden("read");
        let named = [("csrf", csrf), ("connection", "corp"), ("read", read.as_str())];
        assert_eq!(browser.post("/admin/sso/delete?account=brand", &named[1..]).await.status, 403);
        assert!(browser.post("/admin/sso/delete?account=brand", &named).await.location().contains("/edit"));
        let sure = [named[0], named[1], named[2], ("sure", "1")];
        let deleted = browser.post("/admin/sso/delete?account=brand", &sure).await;
        assert!(browser.get(deleted.location()).await.body.contains("The connection is deleted"));
        assert_eq!(events(&app, "brand").await, ["sso.created", "sso.updated", "sso.deleted"]);
        // Who signed in too long ago does so once more (SEC-130).
        app.clock.advance(std::time::Duration::from_secs(301));
        assert!(browser.get(EDIT).await.location().starts_with("/admin/login"));
        assert_eq!(browser.get("/admin/sso?account=brand").await.status, 200);
    }
}
