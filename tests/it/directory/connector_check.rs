//! What the check of a connector finds at a brand that does something wrong, and what it says of one that does nothing wrong.

mod brand;
mod encrypted;
mod gateway_key;
mod pages;
mod state;
mod tokens;

use secrecy::SecretString;
use serde_json::{Value, json};
use signet::directory::By;
use signet::directory::connector;
use signet::directory::doctor::{Check, Verdict};
use signet::model::Client;

use super::{App, FreshDb, given, on_both_databases};
use crate::support::client::NewClient;
pub(super) use brand::{Brand, jwk, signed};

/// The account's own client of a platform, `shop`.
async fn platform_client(app: &App) -> Client {
    let mut draft = signet::directory::client::Draft::platform();
    draft
        .assign(&given(&["redirect_uris=https://liveperson.net"]))
        .unwrap();
    let (by, id) = (By::command(), "shop".parse().unwrap());
    signet::directory::client::create(&app.services, &by, &app.brand, Some(id), draft)
        .await
        .unwrap()
        .client
}

/// Everything that is found, a line each.
pub(super) fn found(checks: &[Check]) -> String {
    let findings = checks.iter().flat_map(|check| &check.findings);
    let lines: Vec<String> = findings
        .map(|it| format!("{}: {} [{}]", it.place, it.problem, it.mend))
        .collect();
    lines.join("\n")
}

on_both_databases! {
    async fn a_brand_that_does_nothing_wrong_is_well(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let made = connector::create(&app.services, &By::command(), &app.brand, None, brand.draft()).await.unwrap();
        let checks = connector::check(&app.services, &made).await.unwrap();
        assert!(checks.iter().all(|it| it.verdict != Verdict::Wrong), "{}", found(&checks));
        let notes: Vec<&String> = checks.iter().flat_map(|it| &it.notes).collect();
        assert!(notes.iter().any(|it| it.contains("took the client's secret")), "{notes:?}");
        assert!(notes.iter().any(|it| it.contains("1 usable key")), "{notes:?}");
    }

    async fn f_05_f_07_f_17_f_19_each_fault_of_a_brand_is_named_with_its_mend(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let made = connector::create(&app.services, &By::command(), &app.brand, None, brand.draft()).await.unwrap();
        let sees = async |says: &str| {
            let told = found(&connector::check(&app.services, &made).await.unwrap());
            assert!(told.contains(says), "{says}: {told}");
        };
        let base = brand.base.clone();
        brand.change(|it| it.discovery["issuer"] = json!(format!("{base}/")));
        sees("calls itself").await;
        brand.change(|it| it.discovery["issuer"] = json!(base));
        let with = |member: &str, value: Value| {
            let mut key = jwk();
            key[member] = value;
            (200, json!({"keys": [key]}).to_string())
        };
        let n = jwk()["n"].as_str().unwrap().to_owned();
        for (jwks, says) in [
            (with("kid", Value::Null), "has no kid"),
            (with("n", json!(format!("{n}=="))), "plain base64"),
            (with("n", json!(format!("AAAA{n}"))), "begins with a zero byte"),
            (with("use", json!("enc")), "no RSA key with a kid"),
            (with("alg", json!("RS512")), "no RSA key with a kid"),
            ((404, String::new()), "404, and not 200"),
            ((200, "<html>".to_owned()), "can't be fetched"),
        ] {
            brand.change(|it| it.jwks = jwks);
            sees(says).await;
            sees("F-19").await;
        }
        brand.change(|it| it.jwks = (200, json!({"keys": [jwk()]}).to_string()));
        for (token, says) in [
            ((401, json!({"error": "invalid_client"}).to_string()), "refuses the client id or its secret"),
            ((400, json!({"error": "invalid_request"}).to_string()), "F-07"),
            ((404, String::new()), "no token endpoint at that address"),
            ((200, json!({"id_token": "x"}).to_string()), "a code that nobody made"),
            ((500, String::new()), "500, and not 400"),
        ] {
            brand.change(|it| it.token = token);
            sees(says).await;
        }
        brand.change(|it| it.date = Some("Sun, 06 Nov 1994 08:49:37 GMT"));
        sees("F-17").await;
    }

    async fn f_01_f_06_the_accounts_own_client_and_key_are_looked_at_too(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("shop").on(&app).await;
        let (account, by) = (signet::directory::account::find(&app.services, Some(&app.brand)).await.unwrap(), By::command());
        let own = signet::directory::client::find(&app.services, &app.brand, &"shop".parse().unwrap()).await.unwrap();
        let mut draft = connector::ours(&account, &own);
        draft.client_secret = Some(SecretString::from("not its secret"));
        // Another key than the one that signs.
        let another = jose::PrivateKey::generate(jose::Algorithm::RS256, jose::RsaBits::Rsa2048).unwrap();
        let line = another.public().to_spki_line();
        draft.assign(&given(&[&format!("jwtPublicKey={line}")])).unwrap();
        let made = connector::create(&app.services, &by, &app.brand, None, draft).await.unwrap();
        let told = found(&connector::check(&app.services, &made).await.unwrap());
        for says in ["F-01", "F-06", "none of the client's secrets", "not a platform's client"] {
            assert!(told.contains(says), "{says}: {told}");
        }
        drop(client);
        connector::update(&app.services, &by, &app.brand, &made.connector_id, |draft| draft.assign(&given(&["clientId=nobody"]))).await.unwrap();
        let made = connector::find(&app.services, &app.brand, &made.connector_id).await.unwrap();
        let told = found(&connector::check(&app.services, &made).await.unwrap());
        assert!(told.contains("the account has no client \"nobody\""), "{told}");
    }

    async fn a_set_of_keys_that_cant_be_read_is_told_of_when_it_is_saved_and_saved_all_the_same(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let (by, services) = (By::command(), &app.services);
        let made = connector::create(services, &by, &app.brand, None, brand.draft()).await.unwrap();
        let told = connector::unreadable_keys(services, &made).await.unwrap().join("\n");
        assert!(!told.contains("can't be fetched") && told.contains("not https"), "{told}");
        brand.change(|it| it.jwks = (503, String::new()));
        let away = format!("jwksEndpoint={}/jwks?moved", brand.base);
        let away = given(&[&away]);
        let written = connector::update(services, &by, &app.brand, &made.connector_id, |draft| draft.assign(&away)).await.unwrap();
        let told = written.warnings.join("\n");
        assert!(told.contains("503, and not 200") && told.contains("To mend:"), "{told}");
        let kept = connector::find(services, &app.brand, &made.connector_id).await.unwrap();
        assert!(kept.configuration.jwks_endpoint.unwrap().ends_with("?moved"));
        // What changes something else asks nobody.
        let name = given(&["name=Other"]);
        let written = connector::update(services, &by, &app.brand, &made.connector_id, |draft| draft.assign(&name)).await.unwrap();
        assert!(!written.warnings.join("\n").contains("503"), "{:?}", written.warnings);
    }
}
