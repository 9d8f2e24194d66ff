//! What is queued: once, sealed, for whichever node gets to it, and not for ever.

use std::time::Duration;

use pages::Link;
use signet::base::Timestamp;
use signet::directory::{By, consumer};
use signet::mail::{self, Letter, Mails, Recipient};
use signet::model::queued_mail::QueuedMail;
use signet::store;

use super::{by, person, queue, turn, turn_after};
use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::log::Log;
use crate::support::mail_server::{MailServer, Manner, Way};

const MINUTE: Duration = Duration::from_mins(1);

async fn queued(app: &App) -> Vec<QueuedMail> {
    store::sql(
        "SELECT account_id, mail_id, person, letter, content, attempts, created_at, expires_at FROM mails
         ORDER BY account_id, mail_id",
    )
    .fetch_all(app.db())
    .await
    .unwrap()
}

on_both_databases! {
    async fn a_mail_is_sent_once_and_then_gone(fresh: &FreshDb) {
        let server = MailServer::start(Way::Plain).await;
        let app = App::with(fresh, by(&server)).await;
        queue(&app, &person(&app, "ana").await, Letter::PasswordChanged).await;
        assert_eq!((app.count("mails").await, server.got().len()), (1, 0));
        turn(&app).await;
        let got = server.got();
        assert_eq!(got.len(), 1);
        assert_eq!((got[0].from.as_str(), got[0].to.as_str()), ("post@brand.example", "ana@home.example"));
        assert!(got[0].text.contains("From: \"Acme Shop\" <post@brand.example>\r\n"), "{}", got[0].text);
        assert_eq!(app.count("mails").await, 0);
        turn_after(&app, Duration::from_hours(25)).await;
        assert_eq!(server.got().len(), 1);
    }

    async fn nothing_is_queued_without_a_mail_server_or_without_an_address(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        queue(&app, &person(&app, "ana").await, Letter::PasswordChanged).await;
        assert_eq!(app.count("mails").await, 0);
        turn(&app).await;
        let server = MailServer::start(Way::Plain).await;
        let app = app.beside_with(fresh, by(&server)).await;
        let mut nowhere = person(&app, "eva").await;
        nowhere.claims.remove("email");
        queue(&app, &nowhere, Letter::PasswordChanged).await;
        let mut broken = person(&app, "uma").await;
        broken.claims.insert("email".to_owned(), "uma@home.example\r\nBcc: eve@evil.example".into());
        queue(&app, &broken, Letter::PasswordChanged).await;
        assert_eq!(app.count("mails").await, 0);
    }

    async fn sec_086_a_mail_of_what_did_not_happen_is_not_sent(fresh: &FreshDb) {
        let server = MailServer::start(Way::Plain).await;
        let app = App::with(fresh, by(&server)).await;
        let ana = person(&app, "ana").await;
        let tenant = app.services.accounts.find(&app.brand).await.unwrap().unwrap();
        let mails =
            Mails::write(&app.services, &tenant.account, &Recipient::consumer(&ana), Letter::PasswordChanged).unwrap();
        let undone: store::Result<()> = app
            .db()
            .transaction(move |tx| {
                Box::pin(async move {
                    mails.queue(tx).await?;
                    Err(store::Error::Fault("undone".to_owned()))
                })
            })
            .await;
        assert!(undone.is_err());
        turn(&app).await;
        assert_eq!((app.count("mails").await, server.got().len()), (0, 0));
    }

    async fn sec_149_a_queued_mail_is_sealed_and_opens_in_its_own_row_alone(fresh: &FreshDb) {
        let server = MailServer::start(Way::Plain).await;
        let app = App::with(fresh, by(&server)).await;
        let link = Link::web("https://id.example.test/recover?token=let-me-in").unwrap();
        let ana = person(&app, "ana").await;
        for _ in 0..2 {
            queue(&app, &ana, Letter::Recover { link: &link, minutes: 20 }).await;
        }
        let mails = queued(&app).await;
        for mail in &mails {
            let rests = String::from_utf8_lossy(mail.content.as_bytes()).into_owned();
            assert!(!rests.contains("let-me-in") && !rests.contains("home.example"), "{rests}");
            assert!(!format!("{mail:?}").contains("home.example"));
            let (to, message) = mail::open(&app.services, mail).await.unwrap();
            assert_eq!(to.to_string(), "ana@home.example");
            assert!(message.as_str().contains("let-me-in"), "{}", message.as_str());
            assert!(!format!("{message:?} {to:?}").contains("let-me-in"));
        }
        let moved = QueuedMail { content: mails[0].content.clone(), ..mails[1].clone() };
        assert!(mail::open(&app.services, &moved).await.is_none());
    }

    async fn sec_176_a_dead_mail_server_is_told_and_holds_up_nothing(fresh: &FreshDb) {
        let server = MailServer::start(Way::Plain).await;
        let app = App::with(fresh, |settings| {
            by(&server)(settings);
            settings.outbound.timeout = "100ms".parse().unwrap();
        })
        .await;
        let ana = person(&app, "ana").await;
        let client = NewClient::web("shop").on(&app).await;
        let mut browser = app.signed_in(&ana).await;
        for manner in [Manner::Silent, Manner::Answers(451)] {
            server.is(manner);
            queue(&app, &ana, Letter::PasswordChanged).await;
            let code = browser.ask(&client.ask()).await.sent().code();
            let redeem = client.redeem(&code);
            let (redeemed, ()) = tokio::join!(redeem.send(&app), turn(&app));
            assert_eq!(redeemed.status, 200, "{manner:?}");
            // One that takes this mail later is not out of order.
            let expected: &[&str] = if manner == Manner::Silent { &["mail_server"] } else { &[] };
            assert_eq!(app.services.degraded.list(), expected, "{manner:?}");
            server.is(Manner::Takes);
            turn(&app).await;
            assert_eq!(app.count("mails").await, 1, "it is put off");
            turn_after(&app, MINUTE).await;
            assert_eq!(app.count("mails").await, 0);
            assert!(app.services.degraded.list().is_empty());
        }
        assert_eq!(server.got().len(), 2);
    }

    async fn sec_176_a_node_sees_that_the_mail_server_is_back_when_another_sent_all(fresh: &FreshDb) {
        let server = MailServer::start(Way::Plain).await;
        let quick = |settings: &mut signet::config::Settings| {
            by(&server)(settings);
            settings.outbound.timeout = "100ms".parse().unwrap();
        };
        let app = App::with(fresh, quick).await;
        let other = app.beside_with(fresh, quick).await;
        server.is(Manner::Silent);
        queue(&app, &person(&app, "ana").await, Letter::PasswordChanged).await;
        turn(&app).await;
        server.is(Manner::Takes);
        turn_after(&other, MINUTE).await;
        assert_eq!(server.got().len(), 1);
        assert_eq!(app.services.degraded.list(), ["mail_server"]);
        turn(&app).await;
        assert!(app.services.degraded.list().is_empty());
    }

    async fn of_two_nodes_each_mail_is_sent_by_one(fresh: &FreshDb) {
        let server = MailServer::start(Way::Plain).await;
        let app = App::with(fresh, by(&server)).await;
        let other = app.beside_with(fresh, by(&server)).await;
        let ana = person(&app, "ana").await;
        for _ in 0..45 {
            queue(&app, &ana, Letter::PasswordChanged).await;
        }
        tokio::join!(turn(&app), turn(&other));
        let ids = server.got();
        let mut ids: Vec<&str> = ids
            .iter()
            .map(|got| got.text.lines().find(|line| line.starts_with("Message-ID")).unwrap())
            .collect();
        assert_eq!((ids.len(), app.count("mails").await), (45, 0));
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 45);
    }

    async fn a_mail_that_a_node_died_over_is_sent_by_another(fresh: &FreshDb) {
        let server = MailServer::start(Way::Plain).await;
        let app = App::with(fresh, by(&server)).await;
        queue(&app, &person(&app, "ana").await, Letter::PasswordChanged).await;
        let now = app.clock.now();
        let claimed = store::mails::claim(app.db(), now, now + MINUTE).await.unwrap();
        assert_eq!(claimed.len(), 1);
        let restarted = app.beside_with(fresh, by(&server)).await;
        turn(&restarted).await;
        assert!(server.got().is_empty(), "the other may be at it");
        turn_after(&restarted, MINUTE).await;
        assert_eq!(server.got().len(), 1);
    }

    async fn sec_178_mail_about_a_consumer_goes_with_them(fresh: &FreshDb) {
        let server = MailServer::start(Way::Plain).await;
        let app = App::with(fresh, by(&server)).await;
        let (ana, eva) = (person(&app, "ana").await, person(&app, "eva").await);
        let link = Link::web("https://id.example.test/recover").unwrap();
        for person in [&ana, &eva] {
            queue(&app, person, Letter::VerifyAddress { link: &link }).await;
        }
        consumer::delete(&app.services, &By::command(), &app.brand, &ana.sub).await.unwrap();
        let about: Vec<(String, String)> =
            queued(&app).await.into_iter().map(|mail| (mail.person, mail.letter)).collect();
        assert!(!about.contains(&("consumer:sub-ana".to_owned(), "verify_address".to_owned())), "{about:?}");
        assert!(about.contains(&("consumer:sub-eva".to_owned(), "verify_address".to_owned())), "{about:?}");
    }
}

#[tokio::test]
async fn a_mail_is_tried_less_and_less_often_and_given_up_after_a_day() {
    let fresh = &FreshDb::sqlite().await;
    let log = Log::listen();
    let server = MailServer::start(Way::Plain).await;
    let app = App::with(fresh, by(&server)).await;
    server.is(Manner::Answers(451));
    queue(&app, &person(&app, "ana").await, Letter::PasswordChanged).await;
    let began = app.clock.now();
    let mut tried: Vec<Timestamp> = Vec::new();
    while app.count("mails").await == 1 {
        let before = queued(&app).await[0].attempts;
        turn(&app).await;
        if queued(&app)
            .await
            .first()
            .is_none_or(|mail| mail.attempts > before)
        {
            tried.push(app.clock.now());
        }
        app.clock.advance(Duration::from_secs(5));
        assert!(app.clock.now().since(began) < Duration::from_hours(25));
    }
    let pauses: Vec<u64> = tried
        .windows(2)
        .map(|pair| pair[1].since(pair[0]).as_secs())
        .collect();
    assert_eq!(pauses[..6], [10, 30, 90, 270, 600, 600]);
    let last = tried.last().unwrap().since(began);
    assert!(
        (Duration::from_hours(24)..Duration::from_hours(25)).contains(&last),
        "{last:?}"
    );
    let given_up = log
        .text()
        .lines()
        .filter(|line| line.contains("mail.given_up"))
        .count();
    assert_eq!(given_up, 1);
    assert!(!log.text().contains("ana@home.example"), "{}", log.text());
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_is_given_up_at_once() {
    let fresh = &FreshDb::sqlite().await;
    let log = Log::listen();
    let server = MailServer::start(Way::Plain).await;
    let app = App::with(fresh, by(&server)).await;
    server.is(Manner::Answers(550));
    queue(&app, &person(&app, "ana").await, Letter::PasswordChanged).await;
    turn(&app).await;
    assert_eq!(app.count("mails").await, 0);
    let text = log.text();
    let line = text.lines().find(|line| line.contains("mail.given_up")).unwrap();
    assert!(
        line.contains("550") && line.contains("consumer:sub-ana"),
        "{line}"
    );
    assert!(!text.contains("home.example"), "{text}");
    assert!(app.services.degraded.list().is_empty());
}
