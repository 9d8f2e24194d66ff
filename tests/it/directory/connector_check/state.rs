//! What the authorization endpoint makes of a state (F-10).

use signet::directory::By;
use signet::directory::connector;
use signet::directory::doctor::Verdict;
use signet::model::connector::ConnectorKind;

use super::super::{App, FreshDb, on_both_databases};
use super::{Brand, found};

on_both_databases! {
    async fn f_10_a_state_that_does_not_come_back_as_it_was_sent_is_told_of(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let made = connector::create(&app.services, &By::command(), &app.brand, None, brand.draft()).await.unwrap();
        let look = async |echo: Option<fn(&str) -> Option<String>>| {
            brand.change(|it| it.state = echo);
            let checks = connector::check(&app.services, &made).await.unwrap();
            checks.into_iter().find(|it| it.name == "connector_state").unwrap()
        };
        let well = look(Some(|state| Some(state.to_owned()))).await;
        assert_eq!((well.verdict, found(&[well])), (Verdict::Ok, String::new()));
        for changes in [
            (|state| Some(state.replace('+', " "))) as fn(&str) -> Option<String>,
            |state| Some(state.replace("%7E", "~")),
            |state| Some(state.to_lowercase()),
            |state| Some(state.chars().filter(char::is_ascii).collect()),
            |state| Some(state.chars().take(8).collect()),
            |_| None,
        ] {
            let wrong = look(Some(changes)).await;
            assert!(wrong.verdict == Verdict::Wrong && found(std::slice::from_ref(&wrong)).contains("(F-10)"), "{wrong:?}");
        }
        // Who shows a page first gives nothing to compare.
        assert_eq!(look(None).await.verdict, Verdict::Unchecked);
    }

    async fn f_10_a_brand_elsewhere_is_asked_for_an_id_token_where_its_redirect_uri_is_told(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let mut draft = brand.draft();
        draft.kind = ConnectorKind::Implicit;
        draft.configuration.token_endpoint = None;
        draft.client_secret = None;
        let made = connector::create(&app.services, &By::command(), &app.brand, None, draft).await.unwrap();
        let window = "https://window.platform.test/cb?v=1";
        let look = async |told: Option<&str>, echo: fn(&str) -> Option<String>| {
            brand.change(|it| it.state = Some(echo));
            let checks = connector::check_window(&app.services, &made, told).await.unwrap();
            checks.into_iter().find(|it| it.name == "connector_state").unwrap()
        };
        let unknown = look(None, |state| Some(state.to_owned())).await;
        assert!(unknown.verdict == Verdict::Unchecked && unknown.notes[0].contains("--redirect-uri"), "{unknown:?}");
        let well = look(Some(window), |state| Some(state.to_owned())).await;
        assert_eq!((well.verdict, found(&[well])), (Verdict::Ok, String::new()));
        for changes in [(|state| Some(state.replace("%7E", "~"))) as fn(&str) -> Option<String>, |_| None] {
            let wrong = look(Some(window), changes).await;
            assert!(wrong.verdict == Verdict::Wrong && found(std::slice::from_ref(&wrong)).contains("(F-10)"), "{wrong:?}");
        }
    }
}
