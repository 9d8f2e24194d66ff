//! Rows that don't agree with each other, and what the doctor says of them.

use std::time::Duration;

use signet::directory::doctor::{self, Check, Verdict};
use signet::model::client::AccessTokenFormat;
use signet::store::sql;

use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

/// A node where ana has a token.
async fn app(fresh: &FreshDb) -> App {
    let app = App::on(fresh).await;
    let client = NewClient::web("web").on(&app).await;
    let ana = app.consumer("ana").await;
    let mut browser = app.signed_in(&ana).await;
    let code = browser.ask(&client.ask()).await.sent().code();
    assert_eq!(client.redeem(&code).send(&app).await.status, 200);
    app
}

async fn integrity(app: &App) -> Vec<Check> {
    let sealer = Some(&*app.services.sealer);
    doctor::integrity(app.db(), sealer, app.clock.now())
        .await
        .unwrap()
}

/// Everything that is found, a line each.
fn found(checks: &[Check]) -> Vec<String> {
    let findings = checks.iter().flat_map(|check| &check.findings);
    findings
        .map(|it| format!("{}: {}", it.place, it.problem))
        .collect()
}

async fn change(app: &App, statement: &'static str) {
    assert!(sql(statement).execute(app.db()).await.unwrap() > 0, "{statement}");
}

/// What the doctor finds after a statement that no program of ours runs.
async fn after(fresh: &FreshDb, statement: &'static str) -> String {
    let app = app(fresh).await;
    assert_eq!(found(&integrity(&app).await), Vec::<String>::new());
    change(&app, statement).await;
    let checks = integrity(&app).await;
    assert!(checks.iter().any(|check| check.verdict == Verdict::Wrong));
    found(&checks).join("\n")
}

on_both_databases! {
    async fn sec_170_an_account_without_an_active_key_is_named(fresh: &FreshDb) {
        let told = after(fresh, "UPDATE signing_keys SET state = 'retiring'").await;
        assert!(told.contains("brand: signing_keys RS256: not one key is active"), "{told}");
    }

    async fn sec_170_a_retired_key_with_a_private_half_is_named(fresh: &FreshDb) {
        let told = after(fresh, "UPDATE signing_keys SET state = 'retired'").await;
        assert!(told.contains("has its private half still"), "{told}");
        assert!(told.contains("unpublished although a token that it signed lives"), "{told}");
    }

    async fn sec_170_a_key_that_programs_still_need_is_named(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let program = NewClient::program("orders").set(|it| it.access_token_format = AccessTokenFormat::Jwt).on(&app).await;
        assert_eq!(program.token().with("grant_type", "client_credentials").send(&app).await.status, 200);
        change(&app, "UPDATE signing_keys SET state = 'retired', private_key = NULL").await;
        let told = found(&integrity(&app).await).join("\n");
        assert!(told.contains("unpublished although a token that it signed lives"), "{told}");
        app.clock.advance(Duration::from_hours(2));
        let told = found(&integrity(&app).await).join("\n");
        assert!(!told.contains("unpublished although"), "{told}");
    }

    async fn sec_170_a_key_without_a_private_half_is_named(fresh: &FreshDb) {
        let told = after(fresh, "UPDATE signing_keys SET private_key = NULL").await;
        assert!(told.contains("has no private half"), "{told}");
    }

    async fn sec_170_a_private_half_of_another_place_is_named(fresh: &FreshDb) {
        let app = app(fresh).await;
        app.other_account("other").await;
        change(&app, "UPDATE signing_keys SET private_key = (SELECT private_key FROM signing_keys WHERE account_id = 'other')
                      WHERE account_id = 'brand'").await;
        let told = found(&integrity(&app).await).join("\n");
        assert!(told.contains("can't be opened with the sealing key") && !told.contains("other:"), "{told}");
    }

    async fn sec_170_an_id_that_is_not_the_thumbprint_is_named(fresh: &FreshDb) {
        let app = app(fresh).await;
        app.other_account("other").await;
        change(&app, "UPDATE signing_keys SET public_jwk = (SELECT public_jwk FROM signing_keys WHERE account_id = 'other')
                      WHERE account_id = 'brand'").await;
        let told = found(&integrity(&app).await).join("\n");
        assert!(told.contains("is not the thumbprint of its public half"), "{told}");
    }

    async fn sec_170_tokens_of_nobody_are_named(fresh: &FreshDb) {
        let told = after(fresh, "UPDATE tokens SET kid = 'another', client_id = 'another', sub = 'another', grant_id = 'another'").await;
        for what in ["a key that the account never had", "a client that the account doesn't have",
                     "a consumer whom the account doesn't have", "an orphan"] {
            assert!(told.contains(what), "{what}: {told}");
        }
    }

    async fn sec_170_a_client_that_holds_on_to_an_unpublished_key_is_named(fresh: &FreshDb) {
        let app = app(fresh).await;
        NewClient::web("chat").set(|it| it.pasted_key = Some("gone".parse().unwrap())).on(&app).await;
        let told = found(&integrity(&app).await).join("\n");
        assert!(told.contains("brand: clients chat: its platform has the key gone pasted"), "{told}");
    }

    async fn sec_170_a_record_that_was_cut_is_named(fresh: &FreshDb) {
        let app = app(fresh).await;
        signet::directory::key::generate(&app.services, &signet::directory::By::command(), &app.brand, None, None)
            .await
            .unwrap();
        change(&app, "UPDATE audit_chains SET seq = seq + 1").await;
        let told = found(&integrity(&app).await).join("\n");
        assert!(told.contains("the chain's head stands further on"), "{told}");
    }

    async fn a_key_that_is_old_or_from_the_future_is_told(fresh: &FreshDb) {
        let app = app(fresh).await;
        let told = async || {
            found(&[doctor::keys(&app.services).await.unwrap()]).join("\n")
        };
        assert_eq!(told().await, "");
        app.clock.advance(Duration::from_hours(24 * 366));
        assert!(told().await.contains("signed for more than a year"));
        app.change_account(&app.brand, |row| row.settings.rotation_every = Some(90 * 86_400)).await;
        assert!(told().await.contains("a new RS256 key is to be published, and no node does it"));
        let future = sql("UPDATE signing_keys SET activated_at = $1").bind(app.clock.now() + Duration::from_hours(9));
        future.execute(app.db()).await.unwrap();
        assert!(told().await.contains("some clock was ahead"));
    }
}
