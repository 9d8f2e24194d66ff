//! The console's pages of connectors.

use super::{administrator, signed_in};
use crate::support::answer::Answer;
use crate::support::app::{App, ISSUER};
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

/// The token of the forms on the desk: the first on a page is that of signing out.
fn csrf_of(page: &Answer) -> String {
    let fields = page.hidden_fields();
    let token = fields.iter().rev().find(|(name, _)| name == "csrf");
    token.unwrap().1.clone()
}

on_both_databases! {
    async fn an_administrator_makes_reads_checks_and_deletes_a_connector_on_the_console(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        NewClient::web("messaging").on(&app).await;
        let mut browser = signed_in(&app, "root").await;
        let list = browser.get("/admin/connectors?account=brand").await;
        assert!(list.body.contains("There is no connector yet"), "{}", list.body);
        let form = browser.get("/admin/connectors/edit?account=brand&client=messaging").await;
        for filled in [&format!("{ISSUER}/authorize"), &format!("{ISSUER}/token"), &format!("{ISSUER}/jwks"), "messaging"] {
            assert!(form.body.contains(&format!("value=\"{filled}\"")), "{filled}: {}", form.body);
        }
        let csrf = csrf_of(&form);
        let endpoint = |path: &str| format!("{ISSUER}/{path}");
        let (authorize, token, jwks) = (endpoint("authorize"), endpoint("token"), endpoint("jwks"));
        let mut fields = vec![
            ("csrf", csrf.as_str()), ("connector", ""), ("name", "Messaging"), ("enabled", "true"), ("type", "code"),
            ("pkceEnabled", "true"), ("issuer", ISSUER), ("authorizationEndpoint", &authorize), ("tokenEndpoint", &token),
            ("clientId", "messaging"), ("clientSecret", ""), ("jwtValidationType", "JWKS_ENDPOINT"), ("jwtPublicKey", ""),
            ("jwksEndpoint", &jwks), ("jsMethodName", "alert(1)"), ("jsContext", "window"), ("rfcCompliance", "true"),
            ("acrValues", "loa1"), ("audience", ""), ("preferred", "false"), ("switchFlow", "false"),
        ];
        let place = "/admin/connectors/edit?account=brand";
        let again = browser.post(place, &fields).await;
        assert_eq!(again.status, 422);
        assert!(again.body.contains("global scope") && again.body.contains("the code type needs it"), "{}", again.body);
        fields.retain(|(name, _)| !["clientSecret", "jsMethodName"].contains(name));
        fields.extend([("clientSecret", "s3cret-of-the-platform"), ("jsMethodName", "lpGetAuthenticationToken")]);
        let saved = browser.post(place, &fields).await;
        let shown = browser.get(saved.location()).await;
        assert!(shown.body.contains("The connector is saved") && shown.body.contains("First choice"), "{}", shown.body);
        assert!(shown.body.contains("data-copy") && !shown.body.contains("s3cret"), "{}", shown.body);

        let id = saved.location().split("connector=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        let csrf = csrf_of(&shown);
        let named = [("csrf", csrf.as_str()), ("connector", id.as_str())];
        let checked = browser.post("/admin/connectors/check?account=brand", &named).await;
        assert!(checked.status == 200 && checked.body.contains("What the check found"), "{}", checked.body);
        assert_eq!(browser.post("/admin/connectors/check?account=brand", &named[1..]).await.status, 403);
        let unsure = browser.post("/admin/connectors/delete?account=brand", &named).await;
        assert!(unsure.location().contains("/edit"));
        let sure = [named[0], named[1], ("sure", "1")];
        let deleted = browser.post("/admin/connectors/delete?account=brand", &sure).await;
        assert!(browser.get(deleted.location()).await.body.contains("There is no connector yet"));
    }
}
