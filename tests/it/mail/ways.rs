//! Where mail goes, and how the way there is guarded.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use pages::Link;
use signet::mail::Letter;
use signet::model::Consumer;

use super::{by, person, queue, turn, turn_after};
use crate::support::app::App;
use crate::support::db::FreshDb;
use crate::support::log::Log;
use crate::support::mail_server::{MailServer, Manner, Way};

#[tokio::test]
async fn sec_153_name_and_password_cross_the_network_under_tls_alone() {
    for way in [Way::Tls, Way::StartTls] {
        let fresh = FreshDb::sqlite().await;
        let server = MailServer::start(way).await;
        let app = App::with(&fresh, by(&server)).await;
        queue(&app, &person(&app, "ana").await, Letter::PasswordChanged).await;
        turn(&app).await;
        let got = server.got();
        assert_eq!(got.len(), 1, "{way:?}");
        assert!(got[0].over_tls, "{way:?}");
        assert_eq!(got[0].credentials.as_deref(), Some("|post|pass word"), "{way:?}");
        let plain = server.told_in_plain();
        assert!(
            plain
                .iter()
                .all(|line| line.starts_with("EHLO") || line == "STARTTLS"),
            "{plain:?}"
        );
    }
}

#[tokio::test]
async fn sec_153_a_server_without_starttls_is_told_nothing() {
    let fresh = FreshDb::sqlite().await;
    let server = MailServer::start(Way::Plain).await;
    let app = App::with(&fresh, |settings| {
        by(&server)(settings);
        let url = server
            .url()
            .replace("127.0.0.1", "post:word@localhost")
            .replace("?tls=none", "");
        settings.mail.smtp = Some(url.parse().unwrap());
    })
    .await;
    queue(&app, &person(&app, "ana").await, Letter::PasswordChanged).await;
    turn(&app).await;
    assert_eq!((server.got().len(), app.count("mails").await), (0, 1));
    let plain = server.told_in_plain();
    assert!(
        !plain.is_empty()
            && plain
                .iter()
                .all(|line| !line.starts_with("AUTH") && !line.starts_with("MAIL")),
        "{plain:?}"
    );
    assert_eq!(app.services.degraded.list(), ["mail_server"]);
}

#[tokio::test]
async fn sec_153_a_server_that_nobody_vouches_for_is_told_nothing() {
    for way in [Way::Tls, Way::StartTls] {
        let fresh = FreshDb::sqlite().await;
        let server = MailServer::start(way).await;
        let app = App::with(&fresh, |settings| {
            by(&server)(settings);
            settings.outbound.extra_ca = None;
        })
        .await;
        queue(&app, &person(&app, "ana").await, Letter::PasswordChanged).await;
        turn(&app).await;
        assert_eq!((server.got().len(), app.count("mails").await), (0, 1), "{way:?}");
        assert_eq!(app.services.degraded.list(), ["mail_server"], "{way:?}");
    }
}

#[tokio::test]
async fn a_password_that_the_server_does_not_take_is_the_servers_trouble_and_in_no_log() {
    let log = Log::listen();
    let fresh = FreshDb::sqlite().await;
    let server = MailServer::start(Way::Tls).await;
    let app = App::with(&fresh, by(&server)).await;
    server.is(Manner::Distrusts);
    queue(&app, &person(&app, "ana").await, Letter::PasswordChanged).await;
    turn(&app).await;
    assert_eq!(app.services.degraded.list(), ["mail_server"]);
    assert!(log.text().contains("535"), "{}", log.text());
    assert!(
        !log.text().contains("pass word") && !log.text().contains("home.example"),
        "{}",
        log.text()
    );
    server.is(Manner::Takes);
    turn_after(&app, Duration::from_mins(1)).await;
    assert_eq!(server.got().len(), 1);
}

#[tokio::test]
async fn mail_lies_in_a_folder_where_there_is_no_server() {
    let fresh = FreshDb::sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    let mails = folder.path().join("mail");
    let app = App::with(&fresh, |settings| {
        settings.mail.folder = Some(mails.clone());
        settings.mail.from = Some("post@brand.example".parse().unwrap());
    })
    .await;
    let link = Link::web("https://id.example.test/recover?token=abc").unwrap();
    queue(
        &app,
        &person(&app, "ana").await,
        Letter::Recover {
            link: &link,
            minutes: 20,
        },
    )
    .await;
    turn(&app).await;
    let files: Vec<_> = std::fs::read_dir(&mails)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    assert!(files[0].extension().is_some_and(|ending| ending == "eml"));
    assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&files[0]).unwrap();
    assert!(text.contains("To: ana@home.example\r\n"), "{text}");
    assert!(
        text.contains("https://id.example.test/recover?token=3Dabc") || text.contains("recover?token=abc"),
        "{text}"
    );
    assert_eq!(app.count("mails").await, 0);
}

/// The brand's name is the one value of a mail that somebody types.
#[tokio::test]
async fn sec_080_no_name_of_a_brand_adds_to_a_mail_in_any_language() {
    let fresh = FreshDb::sqlite().await;
    let server = MailServer::start(Way::Plain).await;
    let app = App::with(&fresh, by(&server)).await;
    let ana = person(&app, "ana").await;
    let names = [
        "Acme",
        "\"><script>alert(1)</script>",
        "Acme\r\nBcc: eve@evil.example\r\n\r\nHello",
        "Acme\" <eve@evil.example>, \"",
        "</title><img src=x onerror=alert(1)>",
        "\u{202e}emcA",
    ];
    for (at, name) in names.iter().enumerate() {
        app.change_account(&app.brand, |row| {
            row.settings.display_name = (*name).to_owned();
            row.updated_at = row.updated_at + Duration::from_millis(1);
        })
        .await;
        for locale in pages::Locale::ALL {
            let reads = Consumer {
                claims: ana
                    .claims
                    .clone()
                    .into_iter()
                    .chain([("locale".to_owned(), locale.tag().into())])
                    .collect(),
                ..ana.clone()
            };
            queue(&app, &reads, Letter::AddressChanged).await;
        }
        turn(&app).await;
        let got = server.got();
        assert_eq!(got.len(), (at + 1) * pages::Locale::ALL.len(), "{name:?}");
        for mail in got.iter().skip(at * pages::Locale::ALL.len()) {
            let (head, body) = mail.text.split_once("\r\n\r\n").unwrap();
            let headers = head.lines().filter(|line| !line.starts_with([' ', '\t'])).count();
            assert_eq!(headers, 8, "{name:?} {head}");
            assert!(!head.contains("\nBcc"), "{head}");
            let (_, html) = body.split_once("text/html").unwrap();
            let html = html.replace("=\r\n", "");
            assert!(
                !html.contains("<script") && !html.contains("<img"),
                "{name:?} {html}"
            );
            assert_eq!(mail.to, "ana@home.example");
        }
    }
}
