//! A token of the brand's, and the subjects that tokens name (F-04, F-05, F-18, F-26, F-27).

use serde_json::{Value, json};
use signet::directory::By;
use signet::directory::connector;
use signet::directory::doctor::Verdict;

use super::super::{App, FreshDb, given, on_both_databases};
use super::{Brand, found, platform_client, signed};

on_both_databases! {
    async fn f_04_f_05_f_18_f_26_f_27_a_token_of_the_brands_is_read_as_the_platform_reads_it(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let made = connector::create(&app.services, &By::command(), &app.brand, None, brand.draft()).await.unwrap();
        let good = json!({
            "iss": brand.base, "aud": "lp-messaging", "sub": "c-7f3a9d", "iat": 1_700_000_000, "exp": 1_700_003_600,
            "lp_sdes": [{"type": "ctmrinfo", "info": {"ctype": "gold"}}],
        });
        let told = async |claims: &Value| {
            let token = format!("{}\n", signed(claims));
            found(&[connector::check_token(&app.services, &made, &token).await.unwrap()])
        };
        assert_eq!(told(&good).await, "");
        for (name, value, says) in [
            ("exp", json!(1_700_003_600_000_i64), "milliseconds, or no whole number, and the platform takes whole seconds since 1970 (F-04)"),
            ("iat", json!("1700000000"), "(F-04)"),
            ("exp", Value::Null, "(F-04)"),
            ("iss", json!(format!("{}/", brand.base)), "(F-05)"),
            ("aud", json!(["somebody", "else"]), "(F-18)"),
            ("sub", json!("dana@mail.example"), "an e-mail address: others guess it, and one day it is somebody else's (F-27)"),
            ("sub", json!("+14255550100"), "(F-27)"),
            ("sub", json!(""), "it has no sub"),
            ("lp_sdes", json!({"customerInfo": {}}), "(F-26)"),
            ("lp_sdes", json!([{"type": "ctmrinfo", "info": {"storeNumber": "7"}}]), "storeNumber"),
            ("lp_sdes", json!([{"type": "cart", "total": 1}]), "(F-26)"),
        ] {
            let mut claims = good.clone();
            claims[name] = value;
            let told = told(&claims).await;
            assert!(told.contains(says) && told.lines().count() == 1, "{name}: {told}");
        }
        let look = async |token| found(&[connector::check_token(&app.services, &made, token).await.unwrap()]);
        assert!(look("no token").await.contains("no signed JWT"));
        assert!(look("a.b.c.d.e").await.contains("no JSON object (F-08)"));
    }

    async fn f_27_consumers_whose_subject_others_know_are_told_of(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let seen = async || {
            let checks = signet::directory::doctor::examine(&app.services).await.unwrap();
            checks.into_iter().find(|it| it.name == "consumers").unwrap()
        };
        let ana = app.consumer("ana").await;
        app.change_consumer(&ana, |it| it.username = Some(it.sub.to_string())).await;
        assert_eq!(seen().await.verdict, Verdict::Unchecked, "no platform is told of anybody");
        let update = async |text: &str| {
            let given = given(&[text]);
            signet::directory::client::update(&app.services, &By::command(), &app.brand, &"shop".parse().unwrap(), |draft| draft.assign(&given)).await.unwrap();
        };
        platform_client(&app).await;
        let told = seen().await;
        assert_eq!(told.verdict, Verdict::Warning, "{told:?}");
        let told = found(&[told]);
        assert!(told.contains("the name that they sign in with") && told.contains("subject_type=pairwise"), "{told}");
        update("subject_type=pairwise").await;
        assert_eq!(seen().await.verdict, Verdict::Unchecked);
    }
}
