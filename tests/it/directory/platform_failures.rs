//! What goes wrong with the messaging platform, as the doctor sees it in a house's own settings (section 12 of the platform
//! contract, by its numbers).

use signet::directory::doctor::{self, Check, Verdict};
use signet::directory::{By, connector};
use signet::model::account::Flow;
use signet::model::connector::ConnectorKind;

use super::connector_check::found;
use super::{App, FreshDb, given, on_both_databases};
use crate::support::client::NewClient;

async fn platform(app: &App) -> Check {
    let checks = doctor::examine(&app.services).await.unwrap();
    checks.into_iter().find(|it| it.name == "platform").unwrap()
}

on_both_databases! {
    async fn f_01_f_06_f_11_f_16_f_17_f_28_what_is_set_against_the_platform_is_named_with_its_mend(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| {
            settings.tokens.platform_code_ttl = "30s".parse().unwrap();
            settings.tokens.backdate = "0s".parse().unwrap();
        }).await;
        assert_eq!(platform(&app).await.verdict, Verdict::Unchecked, "without a platform's client, nothing of it arises");
        NewClient::platform("chat").set(|it| {
            it.redirect_uris = vec![oauth::RedirectUri::rehydrate("https://window.example.test/cb").unwrap()];
            it.leniency.token_means_id_token = true;
        }).on(&app).await;
        NewClient::platform("app").set(|it| it.response_types = vec![oauth::ResponseType::IdToken]).on(&app).await;
        app.change_account(&app.brand, |row| row.settings.flow = Some(Flow::Code)).await;
        let check = platform(&app).await;
        let told = found(std::slice::from_ref(&check));
        for (says, mend) in [
            ("tokens.platform_code_ttl: a code lives 30s: the platform redeems it late (F-16)", "let it be 120s"),
            ("tokens.backdate: iat is set back by 0s: a verifier whose clock is behind refuses the token (F-17)", "let it be 5s"),
            ("client chat: https://liveperson.net is not among its redirect URIs: codes from embedded windows are refused (F-06)",
             "signet client update chat with --redirect-uri https://liveperson.net"),
            ("client app: it can't ask for what the account's flow is: web and app need the same (F-28)", "signet client update app"),
        ] {
            let line = told.lines().find(|line| line.contains(says)).unwrap_or_else(|| panic!("{says}: {told}"));
            assert!(line.contains(mend), "{mend}: {line}");
        }
        assert_eq!((check.verdict, told.lines().count()), (Verdict::Warning, 4), "{told}");
        assert!(check.notes.concat().contains("client chat may say response_type=token and mean an id_token (F-11)"), "{check:?}");

        // A platform that has a key pasted which nobody publishes any more takes no token.
        NewClient::platform("pasted").set(|it| it.pasted_key = Some("gone".parse().unwrap())).on(&app).await;
        let check = platform(&app).await;
        let told = found(std::slice::from_ref(&check));
        let line = told.lines().find(|line| line.contains("client pasted")).unwrap();
        assert!(line.contains("the key gone pasted, which is not published") && line.contains("(F-01)"), "{line}");
        assert!(line.contains("signet key cutover") && check.verdict == Verdict::Wrong, "{line}");
    }

    async fn f_11_f_13_f_14_f_37_a_connector_says_what_is_called_where_and_that_it_is_off(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let fields = given(&[
            "name=Shop", "issuer=https://idp.brand.example", "clientId=lp",
            "jwksEndpoint=https://idp.brand.example/jwks", "jsMethodName=getToken", "jsContext=lpMethods", "rfcCompliance=false",
        ]);
        let mut draft = connector::Draft { kind: ConnectorKind::Implicit, ..connector::Draft::default() };
        draft.assign(&fields).unwrap();
        let made = connector::create(&app.services, &By::command(), &app.brand, None, draft).await.unwrap();
        let checks = connector::check_here(&app.services, &made).await.unwrap();
        let notes: String = checks.iter().flat_map(|it| it.notes.clone()).collect();
        // Which endpoint is used in which window, and by which name the page's method is looked for.
        for says in ["An embedded window calls lpMethods.getToken in the page, and no endpoint", "(F-13, F-14)", "old openID dialect", "(F-11)"] {
            assert!(notes.contains(says), "{says}: {notes}");
        }
        // There is no endpoint for external windows; that is all.
        let told = found(&checks);
        assert!(told.contains("authorizationEndpoint: there is none: external windows and pop-ups can't log anybody in"), "{told}");
        assert!(!told.contains("F-37"), "{told}");
        let off = given(&["enabled=false"]);
        let off = connector::update(&app.services, &By::command(), &app.brand, &made.connector_id, |draft| draft.assign(&off)).await.unwrap();
        let checks = connector::check_here(&app.services, &off.connector).await.unwrap();
        let told = found(&checks);
        assert!(told.contains("it is disabled: everybody is refused (F-37)") && told.contains("--enabled true"), "{told}");
        assert!(checks.iter().any(|it| it.verdict == Verdict::Wrong));
    }
}
