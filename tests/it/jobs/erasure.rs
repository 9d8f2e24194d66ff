//! What is left of a deleted account.

use std::time::Duration;

use serde_json::json;
use signet::base::id::{AccountId, ConnectorId, SsoName};
use signet::directory::{Assignment, By, account, account_entity, user};
use signet::jobs::{Lease, erasure};
use signet::keys::Place;
use signet::login::Source;
use signet::model::account_entity::EntityKind;
use signet::model::connector::{Connector, ConnectorKind};
use signet::model::queued_mail::QueuedMail;
use signet::model::{ConsumerStatus, UserProfile};
use signet::store::consumers::{Clash, Written};
use signet::store::erasure::{ERASED, erase_consumers};
use signet::store::retention::{BATCH, RETENTION};
use signet::store::{self, Db};
use tokio_util::sync::CancellationToken;

use super::retention::tables;
use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::log::Log;
use crate::support::seed::{NOON, consumer, stored_consumer};

/// Tables that keep an account's rows, and why.
const KEPT: [(&str, &str); 8] = [
    ("user_recovery_codes", "they go with their users"),
    ("registration_tokens", "they go with their clients"),
    ("accounts", "the mark by which its id is never used again"),
    (
        "consumers",
        "the marks by which their subjects are never used again",
    ),
    (
        "signing_keys",
        "public halves; the private ones are destroyed at once",
    ),
    ("decryption_keys", "they are destroyed at once"),
    ("audit", "the record of changes"),
    ("audit_chains", "where the record of changes stands"),
];

fn lease(node: &str) -> Lease {
    Lease::new("erasure", node, Duration::from_mins(1))
}

/// A turn some time after the deletion.
async fn turn(app: &App) {
    app.clock.advance(Duration::from_mins(2));
    erasure::run(&app.services, &lease("a"), &CancellationToken::new())
        .await
        .unwrap();
}

/// Something of an account in every table that is erased.
async fn inhabit(app: &App, account: &AccountId, name: &str) {
    let person = app.consumer_of(account, name).await;
    let told = NewClient::third_party("shop")
        .set(|it| it.backchannel_logout_uri = Some("https://app.example.test/bye".to_owned()));
    let client = told.of(app, account).await;
    let signs = [
        Assignment::text("redirect_uris", "https://app.example.test/cb"),
        Assignment::text("token_endpoint_auth_method", "client_secret_jwt"),
    ];
    let draft = signet::directory::client::Draft::described(&signs).unwrap();
    signet::directory::client::create(&app.services, &By::command(), account, None, draft)
        .await
        .unwrap();
    let mut browser = app.signed_in(&person).await;
    let asked = browser.ask(&client.ask()).await;
    let code = browser.decide(&asked, "allow").await.sent().code();
    assert_eq!(client.redeem(&code).send(app).await.status, 200);
    let until = app.clock.now() + Duration::from_hours(1);
    signet::directory::registration::allow(&app.services, &By::command(), account, 1, until)
        .await
        .unwrap();
    let source = Source {
        ip: "192.0.2.1".parse().unwrap(),
    };
    let guess = app
        .services
        .passwords
        .authenticate(account, name, "wrong", source);
    assert!(guess.await.is_err());
    let password = secrecy::SecretString::from("a-quiet-river-runs-7");
    let named = format!("{name}-{account}");
    signet::directory::administrator::create(&app.services, &By::command(), &named, Some(account), password)
        .await
        .unwrap();
    let signs = ["application_name=Bot", "developer_name=Olga"].map(|text| text.parse().unwrap());
    let draft = signet::directory::app_key::Draft::described(&signs).unwrap();
    signet::directory::app_key::create(&app.services, &By::command(), account, draft)
        .await
        .unwrap();
    works_there(app, account, name).await;
    let corp = [
        Assignment::text("issuer", "https://login.corp.example"),
        Assignment::text("client_id", "signet"),
    ];
    let mut draft = signet::directory::sso::Draft::default();
    draft.assign(&corp).unwrap();
    let called = SsoName::parse("corp").unwrap();
    signet::directory::sso::create(&app.services, &By::command(), account, called, draft)
        .await
        .unwrap();
    let configuration =
        json!({"issuer": "https://brand.test", "clientId": "shop", "jwtValidationType": "JWKS_ENDPOINT"});
    let connector = Connector {
        account_id: account.clone(),
        connector_id: ConnectorId::parse("c-1").unwrap(),
        name: "Shop".to_owned(),
        kind: ConnectorKind::Code,
        enabled: true,
        configuration: serde_json::from_value(configuration).unwrap(),
        secret: None,
        deleted: false,
        created_at: NOON,
        updated_at: NOON,
    };
    let mail = waiting_mail(app, account);
    let owner = account.clone();
    app.db()
        .transaction(move |tx| {
            Box::pin(async move {
                store::mails::insert(tx, &mail).await?;
                store::merged_identities::take(tx, &owner, "anonymous", "consumer", NOON).await?;
                store::connectors::insert(tx, &connector).await
            })
        })
        .await
        .unwrap();
}

fn waiting_mail(app: &App, account: &AccountId) -> QueuedMail {
    let place = Place {
        table: "mails",
        column: "content",
        row: "mail-1",
        account: Some(account),
    };
    QueuedMail {
        account_id: account.clone(),
        mail_id: "mail-1".to_owned(),
        person: "user:1".to_owned(),
        letter: "password_changed".to_owned(),
        content: app.services.sealer.seal(&place, b"{}").unwrap(),
        attempts: 0,
        created_at: app.clock.now(),
        expires_at: app.clock.now() + Duration::from_hours(24),
    }
}

/// Somebody who works in the account and is logged in, with a skill.
async fn works_there(app: &App, account: &AccountId, name: &str) {
    let (services, by) = (&app.services, By::command());
    let whole = signet::directory::account::find(services, Some(account))
        .await
        .unwrap();
    let draft = user::Draft {
        login_name: name.to_owned(),
        full_name: name.to_owned(),
        profile: UserProfile {
            nickname: name.to_owned(),
            email: format!("{name}@example.test"),
            profile_ids: vec![2],
            ..UserProfile::default()
        },
        ..user::Draft::default()
    };
    let wanted = user::Wanted::new(draft, None);
    let made = user::create(services, &by, &whole, wanted).await.unwrap();
    user::begin(services, &by, made, None).await.unwrap();
    let skill = json!({"name": "Sales"}).as_object().unwrap().clone();
    let changer = user::Changer::unlimited(by);
    account_entity::create_all(services, &changer, &whole, EntityKind::Skill, &[skill])
        .await
        .unwrap();
}

/// The tables that are erased and hold something of that account.
async fn inhabited(db: &Db, account: &AccountId) -> Vec<&'static str> {
    let mut found = Vec::new();
    for erasure in ERASED {
        let text = format!("SELECT COUNT(*) FROM {} WHERE account_id = $1", erasure.table);
        let rows: Option<i64> = store::sql(text.leak())
            .bind(account)
            .fetch_optional(db)
            .await
            .unwrap();
        if rows != Some(0) {
            found.push(erasure.table);
        }
    }
    found
}

/// `count` consumers, each with a name to log in with.
async fn crowd(db: &Db, account: &AccountId, count: u32) {
    let account = account.clone();
    db.transaction(move |tx| {
        Box::pin(async move {
            for number in 0..count {
                let mut one = consumer(&account, &format!("s-{number:05}"), &format!("user{number}"));
                one.claims.remove("email");
                assert_eq!(store::consumers::insert(tx, &one).await?, Written::Done);
            }
            Ok(())
        })
    })
    .await
    .unwrap();
}

on_both_databases! {
    async fn sec_178_of_a_deleted_account_marks_alone_are_left(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        inhabit(&app, &app.brand, "ana").await;
        inhabit(&app, &other, "bob").await;
        let all: Vec<&str> = ERASED.iter().map(|erasure| erasure.table).collect();
        assert_eq!(inhabited(app.db(), &app.brand).await, all);

        account::delete(&app.services, &By::command(), &app.brand).await.unwrap();
        turn(&app).await;
        assert!(inhabited(app.db(), &app.brand).await.is_empty());
        let ana = consumer(&app.brand, "sub-ana", "ana");
        let mark = store::consumers::find(app.db(), &app.brand, &ana.sub).await.unwrap().unwrap();
        assert_eq!(mark.status, ConsumerStatus::Deleted);
        assert!(mark.username.is_none() && mark.claims.is_empty());
        let row = store::accounts::find(app.db(), &app.brand).await.unwrap().unwrap();
        assert!(row.settings.display_name.is_empty());
        // SEC-010: nobody ever gets her subject.
        let thief = consumer(&other, "sub-ana", "ana");
        let written = app.db().transaction(move |tx| Box::pin(async move { store::consumers::insert(tx, &thief).await }));
        assert_eq!(written.await.unwrap(), Written::Clash(Clash::Subject));

        // The other account is as it was, and the next turn finds nothing to do.
        assert_eq!(inhabited(app.db(), &other).await, all);
        assert!(store::accounts::list_unerased(app.db(), app.clock.now()).await.unwrap().is_empty());
        turn(&app).await;
        let told: Vec<String> = store::sql("SELECT actor FROM audit WHERE account_id = $1 AND event = 'account.erased'")
            .bind(&app.brand)
            .fetch_all(app.db())
            .await
            .unwrap();
        assert_eq!(told, ["system"]);
    }

    async fn sec_178_what_was_broken_off_is_gone_on_with(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        crowd(app.db(), &app.brand, 1100).await;
        account::delete(&app.services, &By::command(), &app.brand).await.unwrap();
        // A node that did one batch of each, and was killed.
        let identifiers = ERASED.iter().find(|erasure| erasure.table == "consumer_identifiers").unwrap();
        assert_eq!(identifiers.erase(app.db(), &app.brand).await.unwrap(), BATCH);
        let last = erase_consumers(app.db(), &app.brand, None, NOON).await.unwrap().unwrap();
        assert_eq!(last.as_str(), "s-00999");
        assert_eq!(store::consumers::list(app.db(), &app.brand, None, 2000).await.unwrap().len(), 100);
        assert_eq!(inhabited(app.db(), &app.brand).await, ["consumer_identifiers"]);

        turn(&app).await;
        assert!(store::consumers::list(app.db(), &app.brand, None, 2000).await.unwrap().is_empty());
        assert!(inhabited(app.db(), &app.brand).await.is_empty());
    }

    async fn sec_178_one_node_erases_and_none_while_others_may_still_write(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        stored_consumer(app.db(), &app.brand, "s-ana", "ana").await;
        account::delete(&app.services, &By::command(), &app.brand).await.unwrap();
        let stop = CancellationToken::new();
        erasure::run(&app.services, &lease("a"), &stop).await.unwrap();
        assert_eq!(inhabited(app.db(), &app.brand).await, ["consumer_identifiers"], "too early");
        app.clock.advance(Duration::from_mins(2));
        assert!(lease("b").hold(&app.services).await.unwrap());
        erasure::run(&app.services, &lease("a"), &stop).await.unwrap();
        assert_eq!(inhabited(app.db(), &app.brand).await, ["consumer_identifiers"], "another node's");
        erasure::run(&app.services, &lease("b"), &stop).await.unwrap();
        assert!(inhabited(app.db(), &app.brand).await.is_empty());
    }
}

#[tokio::test]
async fn sec_178_an_erasure_that_fails_is_told_as_pending_and_tried_again() {
    let fresh = FreshDb::sqlite().await;
    let app = App::on(&fresh).await;
    account::delete(&app.services, &By::command(), &app.brand)
        .await
        .unwrap();
    app.clock.advance(Duration::from_mins(2));
    let rename = async |text| store::sql(text).execute(app.db()).await.unwrap();
    rename("ALTER TABLE clients RENAME TO away").await;
    let log = Log::listen();
    let (stop, lease) = (CancellationToken::new(), lease("a"));
    assert!(erasure::run(&app.services, &lease, &stop).await.is_err());
    let pending = log.audit();
    assert_eq!(pending.len(), 1, "{pending:?}");
    assert!(pending[0].contains("privacy.delete_pending") && pending[0].contains("\"account\":\"brand\""));
    rename("ALTER TABLE away RENAME TO clients").await;
    erasure::run(&app.services, &lease, &stop).await.unwrap();
    let left = store::accounts::list_unerased(app.db(), app.clock.now());
    assert!(left.await.unwrap().is_empty());
    fresh.throw_away().await;
}

#[test]
fn sec_178_every_table_of_accounts_is_erased_or_expires_or_says_why_not() {
    for (table, columns) in tables() {
        if !columns.split_whitespace().any(|word| word == "account_id") {
            continue;
        }
        let erased = ERASED.iter().any(|erasure| erasure.table == table);
        let kept = KEPT.iter().any(|(name, _)| *name == table);
        let expires = RETENTION.iter().any(|retention| retention.table == table);
        assert!(
            (erased || expires) != kept,
            "{table}: a table with account_id has a line in src/store/erasure.rs or src/store/retention.rs, or a reason here"
        );
    }
}
