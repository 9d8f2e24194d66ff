//! The console's pages of connectors.

use std::time::Duration;

use oauth::GrantType;
use secrecy::SecretString;
use signet::base::id::{ClientId, ConnectorId};
use signet::directory::{By, Error, client, connector};
use signet::model::{Connector, RoleType};
use signet::store;

use super::people::{self, csrf_of, once};
use super::{administrator, events, signed_in};
use crate::support::app::{App, ISSUER};
use crate::support::browser::Browser;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

const LIST: &str = "/admin/connectors?account=brand";
const SECRET: &str = "/admin/connectors/secret?account=brand";

/// The fields of the platform's page by their newest names, in its order (section 3.1 of the platform contract).
const PLATFORMS: [&str; 13] = [
    "OAuth 2.0 Authentication Type",
    "Authorisation code flow with PKCE",
    "Issuer Display Name",
    "JWT issuer (iss)",
    "Authentication Endpoint",
    "Token Endpoint",
    "Client ID",
    "Client Secret",
    "IDP Certificate Type",
    "JWT Public Key",
    "JWKS Endpoint",
    "JS Method Name",
    "JS Context",
];

/// Those of them that stand in such an element of a page, in their order there.
fn named_in(page: &str, element: &str) -> Vec<String> {
    let element = format!("<{element}");
    let parts = page.split(&element).skip(1);
    let texts = parts.filter_map(|part| part.split_once('>')?.1.split_once('<'));
    let texts = texts.map(|(text, _)| text.trim().to_owned());
    texts.filter(|text| PLATFORMS.contains(&text.as_str())).collect()
}

/// A connector for a client of the account, with a secret that is none of the client's any more.
pub(super) async fn connected(app: &App, client: &str) -> Connector {
    let tenant = app.services.accounts.find(&app.brand).await.unwrap().unwrap();
    let found = client::find(&app.services, &app.brand, &ClientId::parse(client).unwrap())
        .await
        .unwrap();
    let mut draft = connector::ours(&tenant.account, &found);
    draft.client_secret = Some(SecretString::from("an old one"));
    let id = Some(ConnectorId::parse(&format!("for-{client}")).unwrap());
    connector::create(&app.services, &By::command(), &app.brand, id, draft)
        .await
        .unwrap()
}

pub(super) fn show(connector: &str) -> String {
    format!("/admin/connectors/show?account=brand&connector={connector}")
}

on_both_databases! {
    async fn an_administrator_makes_reads_checks_and_deletes_a_connector_on_the_console(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let client = NewClient::web("messaging").on(&app).await;
        let mut browser = signed_in(&app, "root").await;
        let list = browser.get("/admin/connectors?account=brand").await;
        assert!(list.body.contains("There is no connector yet"), "{}", list.body);
        let form = browser.get("/admin/connectors/edit?account=brand&client=messaging").await;
        for filled in [&format!("{ISSUER}/authorize"), &format!("{ISSUER}/token"), &format!("{ISSUER}/jwks"), "messaging"] {
            assert!(form.body.contains(&format!("value=\"{filled}\"")), "{filled}: {}", form.body);
        }
        assert_eq!(named_in(&form.body, "label"), PLATFORMS);
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
        assert_eq!(named_in(&shown.body, "dt"), PLATFORMS);
        assert!(shown.body.contains("data-copy") && !shown.body.contains("s3cret"), "{}", shown.body);

        // What the client may do for the platform's sake is in sight.
        assert!(shown.body.contains("Leniencies") && shown.body.contains("none"), "{}", shown.body);
        client.change(&app, |it| it.settings.leniency.optional_nonce = true).await;
        let lenient = browser.get(saved.location()).await;
        assert!(lenient.body.contains("optional_nonce") && !lenient.body.contains("default_scope"), "{}", lenient.body);

        let id = saved.location().split("connector=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        let csrf = csrf_of(&shown);
        let named = [("csrf", csrf.as_str()), ("connector", id.as_str())];
        let read = browser.get(&format!("/admin/connectors/edit?account=brand&connector={id}")).await.hidden("read");
        let checked = browser.post("/admin/connectors/check?account=brand", &named).await;
        assert!(checked.status == 200 && checked.body.contains("What the check found"), "{}", checked.body);
        assert_eq!(browser.post("/admin/connectors/check?account=brand", &named[1..]).await.status, 403);
        let named = [named[0], named[1], ("read", read.as_str())];
        let unsure = browser.post("/admin/connectors/delete?account=brand", &named).await;
        assert!(unsure.location().contains("/edit"));
        let sure = [named[0], named[1], named[2], ("sure", "1")];
        let deleted = browser.post("/admin/connectors/delete?account=brand", &sure).await;
        assert!(browser.get(deleted.location()).await.body.contains("There is no connector yet"));
    }

    async fn sec_127_an_accounts_own_administrator_looks_after_connectors_and_others_do_not(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        NewClient::platform("messaging").on(&app).await;
        let found = connected(&app, "messaging").await;
        let id = found.connector_id.as_str();
        let mut robin = people::signed_in(&app, "robin", RoleType::Admin).await;
        let list = robin.get(LIST).await;
        assert!(list.status == 200 && list.body.contains(id), "{}", list.body);
        assert!(list.body.contains("href=\"/admin/connectors?account=brand\""), "among the sections");
        let page = robin.get(&show(id)).await;
        let csrf = csrf_of(&page);
        let named = [("csrf", csrf.as_str()), ("connector", id)];
        assert_eq!(robin.post("/admin/connectors/check?account=brand", &named).await.status, 200);
        // Whatever the brand needs on its side stands there to be copied (section 1.14 of the platform contract).
        let key = connector::encryption_key(&app.services).await.unwrap();
        for value in [
            "https://window.platform.test/cb", "https://liveperson.net", key.line.as_str(), key.kid.as_str(),
            &format!("{ISSUER}/callback/brand/redirectCode"),
        ] {
            assert!(page.body.contains(&format!(">{value}</code>")) || page.body.contains(&format!("tabindex=\"0\">{value}<")), "{value}: {}", page.body);
        }
        // Signed in longer ago than a change may be, they do so once more (SEC-130).
        app.clock.advance(Duration::from_mins(6));
        let edit = format!("/admin/connectors/edit?account=brand&connector={id}");
        assert!(robin.get(&edit).await.location().starts_with("/admin/login/user?again=1&account=brand"));
        assert!(robin.post(SECRET, &named).await.location().starts_with("/admin/login/user?again=1&account=brand"));

        // Who manages API keys alone is at the console, and finds no connectors there.
        let mut jo = people::signed_in(&app, "jo", RoleType::CampaignManager).await;
        assert!(!jo.get("/admin/app-keys").await.body.contains("/admin/connectors"));
        for path in [LIST, &show(id), &edit] {
            assert_eq!(jo.get(path).await.status, 404, "{path}");
        }
        for path in ["check", "edit", "delete", "secret"] {
            assert_eq!(jo.post(&format!("/admin/connectors/{path}?account=brand"), &named).await.status, 404, "{path}");
        }
        // Another account's connectors are not there (SEC-128).
        app.other_account("other").await;
        assert_eq!(robin.get("/admin/connectors?account=other").await.status, 404);
    }

    async fn sec_129_sec_132_a_connector_gets_a_new_secret_that_is_shown_once(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        NewClient::platform("messaging").on(&app).await;
        NewClient::platform("powerful").set(|it| it.grant_types.push(GrantType::ClientCredentials)).on(&app).await;
        NewClient::web("web").on(&app).await;
        let found = connected(&app, "messaging").await;
        let id = found.connector_id.as_str();
        let mut robin = people::signed_in(&app, "robin", RoleType::Admin).await;
        let page = robin.get(&show(id)).await;
        assert!(page.body.contains("id=\"new-secret\""), "{}", page.body);
        let csrf = csrf_of(&page);
        assert_eq!(robin.post(SECRET, &[("connector", id)]).await.status, 403, "a form of nobody's");
        let read = page.hidden("read");
        let named = [("csrf", csrf.as_str()), ("connector", id), ("read", read.as_str())];
        let made = robin.post(SECRET, &named).await;
        assert_eq!((made.status.as_u16(), made.header("cache-control")), (200, Some("no-store")), "{made:?}");
        let shown = once(&made);
        let labels: Vec<&str> = shown.iter().map(|(label, _)| label.as_str()).collect();
        assert_eq!((labels, shown[0].1.as_str()), (vec!["Client ID", "Client Secret"], "messaging"));
        let secret = &shown[1].1;
        assert!(!robin.get(&show(id)).await.body.contains(secret.as_str()), "once");

        // The connector has it, and the client takes it; the check finds nothing wrong with it.
        let now = connector::find(&app.services, &app.brand, &found.connector_id).await.unwrap();
        let kept = connector::client_secret(&app.services, &now).await.unwrap();
        assert_eq!(kept.as_slice(), secret.as_bytes());
        let checks = connector::check(&app.services, &now).await.unwrap();
        let wrong = checks.iter().flat_map(|check| &check.findings).any(|it| it.place.contains("clientSecret"));
        assert!(!wrong, "{checks:?}");
        let told = events(&app, "brand").await;
        for event in ["client.secret_rotated", "connector.updated"] {
            assert!(told.iter().any(|it| it == event), "{event}: {told:?}");
        }

        // Nobody gets more by a connector than consumers' logins: not the secret of a client that may act by itself, nor
        // of one that isn't the platform's.
        for client in ["powerful", "web"] {
            let id = connected(&app, client).await.connector_id;
            let page = robin.get(&show(id.as_str())).await;
            assert!(page.status == 200 && !page.body.contains("id=\"new-secret\""), "{client}");
            let named = [("csrf", csrf.as_str()), ("connector", id.as_str()), ("read", "1")];
            assert_eq!(robin.post(SECRET, &named).await.status, 303, "{client}: its page doesn't say that");
            let read = robin.get(&format!("/admin/connectors/edit?account=brand&connector={id}")).await.hidden("read");
            let named = [named[0], named[1], ("read", read.as_str())];
            assert_eq!(robin.post(SECRET, &named).await.status, 404, "{client}");
        }
    }
    async fn sec_058_a_new_secret_is_every_connectors_or_nobodys_and_none_comes_while_the_former_works(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        NewClient::platform("messaging").on(&app).await;
        let (services, brand, by) = (&app.services, &app.brand, By::command());
        let found = connected(&app, "messaging").await;
        let mut second = connector::Draft::from(&found);
        second.configuration.preferred = false;
        second.client_secret = Some(SecretString::from("an old one"));
        let second = connector::create(services, &by, brand, None, second).await.unwrap().connector_id;
        let ids = [&found.connector_id, &second];
        let id = found.connector_id.as_str();
        let state = async || {
            let client = client::find(services, brand, &ClientId::parse("messaging").unwrap()).await.unwrap();
            let mut kept = Vec::new();
            for id in ids {
                let it = connector::find(services, brand, id).await.unwrap();
                kept.push(connector::client_secret(services, &it).await.unwrap().to_vec());
            }
            (client, kept)
        };
        let mut robin = people::signed_in(&app, "robin", RoleType::Admin).await;
        let csrf = csrf_of(&robin.get(&show(id)).await);
        let edit = format!("/admin/connectors/edit?account=brand&connector={id}");
        let named = |read: &str| [("csrf", csrf.clone()), ("connector", id.to_owned()), ("read", read.to_owned())];
        let renew = async |robin: &mut Browser<'_>| {
            let form = named(&robin.get(&edit).await.hidden("read"));
            let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
            robin.post(SECRET, &form).await
        };

        // A connector that couldn't be saved leaves the client as it was.
        let (before, _) = state().await;
        let mut broken = found.clone();
        "alert(1)".clone_into(&mut broken.configuration.js_method_name);
        broken.updated_at = app.clock.now();
        for (connector, read_at) in [(&broken, found.updated_at), (&found, broken.updated_at)] {
            let (connector, is_broken) = (connector.clone(), connector.configuration != found.configuration);
            let stored = app.db().transaction(move |tx| {
                Box::pin(async move { store::connectors::update(tx, &connector, read_at).await })
            });
            assert_eq!(stored.await.unwrap(), 1);
            if is_broken {
                let refused = renew(&mut robin).await;
                assert_eq!(refused.status, 303, "{refused:?}");
                assert!(robin.get(refused.location()).await.body.contains("breaks a rule"), "{refused:?}");
                let (client, kept) = state().await;
                assert_eq!(client.secrets.len(), before.secrets.len());
                assert_eq!(client.secrets[0].digest, before.secrets[0].digest);
                assert!(kept.iter().all(|secret| secret == b"an old one"));
            }
        }

        // All of the client's connectors get it.
        let made = renew(&mut robin).await;
        assert_eq!(made.status, 200, "{made:?}");
        let secret = once(&made)[1].1.clone();
        let (client, kept) = state().await;
        assert!(kept.iter().all(|kept| kept == secret.as_bytes()));
        assert_eq!(client.secrets.len(), 2);
        let told = events(&app, "brand").await;
        assert_eq!(told.iter().filter(|it| *it == "connector.updated").count(), 2, "{told:?}");

        // The former one works for a day, and is not ended by another.
        let refused = renew(&mut robin).await;
        assert!(refused.status == 303 && refused.location().ends_with("done=early"), "{refused:?}");
        assert!(robin.get(refused.location()).await.body.contains("its former one still works"));
        let now = connector::find(services, brand, &found.connector_id).await.unwrap();
        let refused = connector::renew_secret(services, &by, &now, &client).await.unwrap_err();
        assert!(refused.to_string().contains("until then the former one still works"), "{refused}");
        let (unchanged, kept) = state().await;
        assert_eq!(unchanged.updated_at, client.updated_at);
        assert!(kept.iter().all(|kept| kept == secret.as_bytes()));
        // As it was read before somebody changed it, nothing is written of either.
        app.clock.advance(Duration::from_hours(25));
        let stale = connector::renew_secret(services, &by, &now, &before).await.unwrap_err();
        assert!(matches!(stale, Error::Changed), "{stale}");
        assert!(state().await.1.iter().all(|kept| kept == secret.as_bytes()));
        connector::renew_secret(services, &by, &now, &client).await.unwrap();
        let (client, kept) = state().await;
        assert!(client.secrets.len() == 2 && kept[0] == kept[1] && kept[0] != secret.as_bytes());
    }
}
