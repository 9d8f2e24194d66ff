//! What people are told of what was changed about them: at the address that they had.

use std::io::Cursor;
use std::sync::Arc;

use secrecy::SecretString;
use serde_json::json;
use signet::directory::consumer::import as consumers;
use signet::directory::consumer::{self, NewPassword};
use signet::directory::user::{self, Changer};
use signet::directory::{By, account};
use signet::model::{Account, Consumer, RoleType};

use super::{by, person, turn};
use crate::gateway::people;
use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::mail_server::{MailServer, Way};

const ANOTHER: &str = "eleven patient otters";

fn another() -> NewPassword {
    NewPassword::Plain(SecretString::from(ANOTHER))
}

/// What was sent since it was last asked: to whom, and about what.
async fn sent(app: &App, server: &MailServer, seen: &mut usize) -> Vec<(String, String)> {
    turn(app).await;
    let got = server.got();
    let mut told: Vec<(String, String)> = got[*seen..]
        .iter()
        .map(|mail| {
            let subject = mail
                .text
                .lines()
                .find_map(|line| line.strip_prefix("Subject: "))
                .unwrap();
            (mail.to.clone(), subject.to_owned())
        })
        .collect();
    told.sort();
    *seen = got.len();
    told
}

fn told<const N: usize>(mails: [(&str, &str); N]) -> Vec<(String, String)> {
    let mut told: Vec<(String, String)> = mails
        .iter()
        .map(|(to, subject)| ((*to).to_owned(), (*subject).to_owned()))
        .collect();
    told.sort();
    told
}

async fn brand(app: &App) -> Account {
    account::find(&app.services, Some(&app.brand)).await.unwrap()
}

/// Changes claims of a consumer, as the admin API does it.
async fn change(app: &App, who: &Consumer, claims: serde_json::Value, password: Option<NewPassword>) {
    let claims = claims.as_object().unwrap().clone();
    let edit = |draft: &mut signet::model::Draft| {
        consumer::merge(draft, claims);
        Ok(())
    };
    consumer::update(
        &app.services,
        &By::command(),
        &brand(app).await,
        &who.sub,
        edit,
        password,
    )
    .await
    .unwrap();
}

const PASSWORD: &str = "Your password for Acme Shop was changed";
const ADDRESS: &str = "Your email address at Acme Shop was changed";
const PHONE: &str = "Your phone number at Acme Shop was changed";
const DELETED: &str = "Your Acme Shop account was deleted";

on_both_databases! {
    async fn sec_090_a_consumer_is_told_at_the_former_address(fresh: &FreshDb) {
        let server = MailServer::start(Way::Plain).await;
        let app = App::with(fresh, by(&server)).await;
        let (ana, mut seen) = (person(&app, "ana").await, 0);
        let former = "ana@home.example";

        change(&app, &ana, json!({"name": "Ana Lee", "phone_number": "+14255550100"}), None).await;
        assert_eq!(sent(&app, &server, &mut seen).await, [], "a first number replaces nothing");
        change(&app, &ana, json!({}), Some(another())).await;
        assert_eq!(sent(&app, &server, &mut seen).await, told([(former, PASSWORD)]));
        change(&app, &ana, json!({"phone_number": null}), None).await;
        assert_eq!(sent(&app, &server, &mut seen).await, told([(former, PHONE)]));
        change(&app, &ana, json!({"email": "ana@work.example"}), Some(another())).await;
        assert_eq!(sent(&app, &server, &mut seen).await, told([(former, ADDRESS), (former, PASSWORD)]));
        change(&app, &ana, json!({"email": "ana@work.example", "name": "Ana"}), None).await;
        assert_eq!(sent(&app, &server, &mut seen).await, []);
        consumer::delete(&app.services, &By::command(), &app.brand, &ana.sub).await.unwrap();
        assert_eq!(sent(&app, &server, &mut seen).await, told([("ana@work.example", DELETED)]));
        assert!(consumer::delete(&app.services, &By::command(), &app.brand, &ana.sub).await.is_err());
        assert_eq!(sent(&app, &server, &mut seen).await, []);
    }

    async fn sec_090_a_change_that_fails_is_told_to_nobody(fresh: &FreshDb) {
        let server = MailServer::start(Way::Plain).await;
        let app = App::with(fresh, by(&server)).await;
        let (ana, _) = (person(&app, "ana").await, person(&app, "eva").await);
        let edit = |draft: &mut signet::model::Draft| {
            draft.username = Some("eva".to_owned());
            Ok(())
        };
        let taken =
            consumer::update(&app.services, &By::command(), &brand(&app).await, &ana.sub, edit, Some(another())).await;
        assert!(taken.is_err());
        assert_eq!(sent(&app, &server, &mut 0).await, []);
    }

    async fn sec_090_a_user_is_told_at_the_former_address(fresh: &FreshDb) {
        let server = MailServer::start(Way::Plain).await;
        let app = App::with(fresh, by(&server)).await;
        let mut seen = 0;
        let robin = people::user(&app, &app.brand, "robin", RoleType::Agent).await;
        people::user(&app, &app.brand, "boss", RoleType::Admin).await;
        let former = "robin@example.test";
        let (services, command, brand) = (&app.services, By::command(), brand(&app).await);
        let set = |edit: fn(&mut user::Draft)| user::update(services, &command, &brand, robin.user_id, edit);
        assert_eq!(sent(&app, &server, &mut seen).await, []);

        set(|draft| draft.profile.mobile_number = Some("+14255550100".to_owned())).await.unwrap();
        assert_eq!(sent(&app, &server, &mut seen).await, [], "a first number replaces nothing");
        set(|draft| draft.profile.mobile_number = Some("+14255550101".to_owned())).await.unwrap();
        assert_eq!(sent(&app, &server, &mut seen).await, told([(former, PHONE)]));
        set(|draft| "robin@work.example".clone_into(&mut draft.profile.email)).await.unwrap();
        assert_eq!(sent(&app, &server, &mut seen).await, told([(former, ADDRESS)]));
        let changer = Changer::unlimited(By::command());
        user::set_password(services, &changer, &brand, robin.user_id, SecretString::from(ANOTHER), false).await.unwrap();
        assert_eq!(sent(&app, &server, &mut seen).await, told([("robin@work.example", PASSWORD)]));
        set(|draft| "Rob".clone_into(&mut draft.profile.nickname)).await.unwrap();
        assert_eq!(sent(&app, &server, &mut seen).await, []);
        user::delete(services, &command, &brand, robin.user_id).await.unwrap();
        assert_eq!(sent(&app, &server, &mut seen).await, told([("robin@work.example", DELETED)]));
    }

    async fn an_import_tells_nobody(fresh: &FreshDb) {
        let server = MailServer::start(Way::Plain).await;
        let app = App::with(fresh, by(&server)).await;
        let ana = person(&app, "ana").await;
        let options = consumers::Options {
            format: consumers::Format::Csv,
            on_duplicate: consumers::OnDuplicate::Update,
            all_or_nothing: true,
            dry_run: false,
            firebase: None,
        };
        let file = format!("sub,email,password\n{},ana@work.example,{ANOTHER}\n", ana.sub);
        let summary = consumers::run(
            &app.services,
            &By::command(),
            &brand(&app).await,
            Cursor::new(file.into_bytes()),
            options,
            Arc::new(|_| {}),
        )
        .await
        .unwrap();
        assert_eq!(summary.updated, 1);
        assert_eq!(sent(&app, &server, &mut 0).await, []);
    }
}
