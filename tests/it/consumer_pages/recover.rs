//! The way back in for consumers who forgot the password (SEC-091).

use std::time::Duration;

use pages::ErrorKind;
use serde_json::json;
use signet::base::{Digest, OneTime};
use signet::config::Settings;
use signet::model::challenge::Recovery;
use signet::model::{Consumer, ConsumerStatus};
use signet::store;

use crate::support::answer::Answer;
use crate::support::app::{App, ISSUER, PASSWORD};
use crate::support::browser::Browser;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, count, on_both_databases};
use crate::support::log::Log;
use crate::support::mailbox::mails;
use crate::support::seed::{NOON, set};
use crate::support::together::together;
use crate::support::tokens::{userinfo, verified};

const GOOD: &str = "a horse called Battery 93";

pub(super) fn with_mail(settings: &mut Settings) {
    settings.mail.folder = Some("unused".into());
    settings.mail.from = Some("post@brand.example".parse().unwrap());
}

async fn open(fresh: &FreshDb) -> App {
    App::with(fresh, with_mail).await
}

/// Asks for a link on a page that shows the form.
async fn ask(browser: &mut Browser<'_>, page: &Answer, name: &str) -> Answer {
    let (csrf, interaction) = (page.hidden("csrf"), page.hidden("interaction"));
    let form = [
        ("csrf", csrf.as_str()),
        ("interaction", &interaction),
        ("username", name),
    ];
    browser.post(&page.form_action("recover-form"), &form).await
}

/// The link that somebody of that name gets.
async fn link(app: &App, name: &str) -> String {
    mails(app).await;
    let mut browser = app.browser();
    let page = browser.get("/recover").await;
    assert_eq!(ask(&mut browser, &page, name).await.status, 200);
    let sent = mails(app).await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(sent[0].kind, "recover");
    sent[0].link(app)
}

/// The fields of the form that a link leads to, filled in.
fn filled(page: &Answer, password: &str) -> Vec<(String, String)> {
    let mut form = page.hidden_fields();
    form.push(("password".to_owned(), password.to_owned()));
    form
}

async fn send(browser: &mut Browser<'_>, form: &[(String, String)]) -> Answer {
    let form: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.post("/recover", &form).await
}

/// Opens a link in a browser of its own, and sets the password.
async fn set_password(app: &App, link: &str, password: &str) -> Answer {
    let mut browser = app.browser();
    let page = browser.get(link).await;
    send(&mut browser, &filled(&page, password)).await
}

async fn signs_in(app: &App, name: &str, password: &str) -> bool {
    let mut browser = app.browser();
    let page = browser.get("/login").await;
    let csrf = page.hidden("csrf");
    let form = [
        ("csrf", csrf.as_str()),
        ("interaction", ""),
        ("username", name),
        ("password", password),
    ];
    let answer = browser.post("/login", &form).await;
    assert!(matches!(answer.status.as_u16(), 303 | 422), "{answer:?}");
    answer.status == 303
}

async fn stored(app: &App, consumer: &Consumer) -> Consumer {
    store::consumers::find(app.db(), &consumer.account_id, &consumer.sub)
        .await
        .unwrap()
        .unwrap()
}

on_both_databases! {
    async fn sec_091_whoever_forgot_the_password_comes_back_to_the_client(fresh: &FreshDb) {
        let app = open(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.browser();
        let sent = browser.ask(&client.ask().with("scope", "openid email").with("login_hint", "ana")).await;
        let login = browser.get(sent.location()).await;
        let path = format!("/recover?interaction={}", sent.interaction());
        assert!(login.body.contains(&format!("href=\"{path}\"")), "{login:?}");
        let page = browser.get(&path).await;
        assert!(page.body.contains("value=\"ana\""));
        let told = ask(&mut browser, &page, "ana").await;
        assert!(told.status == 200 && told.body.contains("id=\"recover-sent\""), "{told:?}");
        let sent_mails = mails(&app).await;
        assert_eq!((sent_mails.len(), sent_mails[0].to.as_str()), (1, "sub-ana@example.test"));
        let page = browser.get(&sent_mails[0].link(&app)).await;
        assert!(page.body.contains("id=\"password-form\"") && page.header("referrer-policy") == Some("no-referrer"));
        assert_eq!(page.header("cache-control"), Some("no-store"));
        let done = send(&mut browser, &filled(&page, GOOD)).await;
        assert!(done.body.contains("id=\"recover-done\""), "{done:?}");
        // It signs nobody in: they sign in where they were.
        assert!(browser.session_cookie().is_none());
        assert!(done.body.contains(&format!("href=\"/login?interaction={}\"", sent.interaction())));
        let answer = browser.enter(&sent, "ana", GOOD).await;
        let resumed = browser.get(answer.location()).await;
        let tokens = client.redeem(&resumed.sent().code()).send(&app).await.json();
        let claims = verified(&app, tokens["id_token"].as_str().unwrap(), "web").await;
        assert_eq!(claims["sub"], ana.sub.as_str());
        // Whoever opened the link has the address.
        let told = userinfo(&app, tokens["access_token"].as_str().unwrap()).await.json();
        assert_eq!(told["email_verified"], json!(true));
        assert!(!signs_in(&app, "ana", PASSWORD).await);
        let kinds: Vec<String> = mails(&app).await.into_iter().map(|mail| mail.kind).collect();
        assert_eq!(kinds, ["password_changed"]);
        for event in ["consumer.recovery_asked", "consumer.password_recovered"] {
            let found = count(app.db(), if event.ends_with("asked") {
                "SELECT COUNT(*) FROM audit WHERE event = 'consumer.recovery_asked' AND outcome = 'done' AND sub = 'sub-ana'"
            } else {
                "SELECT COUNT(*) FROM audit WHERE event = 'consumer.password_recovered' AND outcome = 'done' AND sub = 'sub-ana'"
            }).await;
            assert_eq!(found, 1, "{event}");
        }
    }

    async fn the_link_works_in_another_browser_and_leads_to_a_plain_login_there(fresh: &FreshDb) {
        let app = open(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        app.consumer("ana").await;
        let mut browser = app.browser();
        let sent = browser.ask(&client.ask()).await;
        let page = browser.get(&format!("/recover?interaction={}", sent.interaction())).await;
        ask(&mut browser, &page, "sub-ana@example.test").await;
        let link = mails(&app).await.remove(0).link(&app);
        assert!(link.contains("&interaction="));
        let done = set_password(&app, &link, GOOD).await;
        assert!(done.body.contains("href=\"/login\""), "{done:?}");
        assert!(signs_in(&app, "ana", GOOD).await);
    }

    async fn sec_075_looking_at_the_link_changes_nothing(fresh: &FreshDb) {
        let app = open(fresh).await;
        app.consumer("ana").await;
        let link = link(&app, "ana").await;
        let mut scanner = app.browser();
        for method in ["GET", "HEAD", "GET"] {
            let answer = scanner.send(method, &link, &[], axum::body::Body::empty()).await;
            assert_eq!(answer.status, 200);
        }
        assert!(signs_in(&app, "ana", PASSWORD).await);
        assert_eq!(set_password(&app, &link, GOOD).await.status, 200);
    }

    async fn sec_086_whole_answers_are_the_same_whoever_is_known(fresh: &FreshDb) {
        let app = open(fresh).await;
        app.consumer("ana").await;
        let gone = app.consumer("gon").await;
        app.change_consumer(&gone, |it| it.status = ConsumerStatus::Disabled).await;
        let mute = app.consumer("mut").await;
        app.change_consumer(&mute, |it| { it.claims.remove("email"); }).await;
        let mut answers = Vec::new();
        let rows = async || count(app.db(), "SELECT COUNT(*) FROM audit WHERE event = 'consumer.recovery_asked'").await;
        for name in ["ana", "bea", "gon", "mut", "sub-ana@example.test", "nobody@example.test", "a@b@c", ""] {
            let mut browser = app.browser();
            let page = browser.get("/recover").await;
            let (rows_before, links_before) = (rows().await, count(app.db(), "SELECT COUNT(*) FROM challenges").await);
            answers.push(ask(&mut browser, &page, name).await.whole("no name is on it"));
            assert_eq!(rows().await, rows_before + 1, "{name}: each leaves one row");
            // Hers takes the place of the one before.
            let links = count(app.db(), "SELECT COUNT(*) FROM challenges").await;
            assert_eq!(links, links_before + i64::from(name != "sub-ana@example.test"), "{name}");
        }
        assert!(answers.iter().all(|it| *it == answers[0]), "{answers:#?}");
        assert_eq!(answers[0].0, 200);
        let sent = mails(&app).await;
        assert_eq!(sent.len(), 1, "the one before hers is void, and the others go to nobody: {sent:?}");
        assert_eq!(sent[0].to, "sub-ana@example.test");
        assert_eq!(count(app.db(), "SELECT COUNT(*) FROM mails").await, 0);
    }

    async fn sec_092_mail_goes_to_the_stored_address_however_the_name_was_typed(fresh: &FreshDb) {
        let app = open(fresh).await;
        let ana = app.consumer("ana").await;
        app.change_consumer(&ana, |it| { it.claims.insert("email".to_owned(), "Mike@Example.test".into()); }).await;
        for typed in ["MIKE@EXAMPLE.TEST", "  mike@example.test ", "ＡＮＡ", "m\u{131}ke@example.test"] {
            let mut browser = app.browser();
            let page = browser.get("/recover").await;
            ask(&mut browser, &page, typed).await;
            let sent = mails(&app).await;
            assert_eq!(sent.len(), 1, "{typed}");
            assert_eq!(sent[0].to.to_lowercase(), "mike@example.test");
        }
    }

    async fn sec_091_a_link_works_once_for_half_an_hour_and_not_beside_a_newer_one(fresh: &FreshDb) {
        let app = open(fresh).await;
        app.consumer("ana").await;
        let first = link(&app, "ana").await;
        let second = link(&app, "ana").await;
        assert_eq!(app.browser().get(&first).await.page_error(), ErrorKind::ExpiredLink);
        assert_eq!(set_password(&app, &second, GOOD).await.status, 200);
        assert_eq!(app.browser().get(&second).await.page_error(), ErrorKind::ExpiredLink);
        mails(&app).await;
        let third = link(&app, "ana").await;
        set(&app.clock, NOON + Duration::from_secs(30 * 60 - 1));
        let mut browser = app.browser();
        let page = browser.get(&third).await;
        assert_eq!(page.status, 200);
        set(&app.clock, NOON + Duration::from_mins(30));
        assert_eq!(send(&mut browser, &filled(&page, "another horse, no battery")).await.page_error(), ErrorKind::ExpiredLink);
        assert!(signs_in(&app, "ana", GOOD).await);
        for made_up in ["/recover?token=x", "/recover?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(app.browser().get(made_up).await.page_error(), ErrorKind::ExpiredLink);
        }
    }

    async fn sec_091_a_new_password_another_address_or_a_disabling_voids_the_link(fresh: &FreshDb) {
        let app = open(fresh).await;
        let ana = app.consumer("ana").await;
        let void = async |link: &str| assert_eq!(app.browser().get(link).await.page_error(), ErrorKind::ExpiredLink);
        // Even where the address becomes hers again.
        let sent = link(&app, "ana").await;
        let mut browser = app.browser();
        let page = browser.get(&sent).await;
        for email in ["other@example.test", "sub-ana@example.test"] {
            app.change_consumer(&ana, move |it| { it.claims.insert("email".to_owned(), email.into()); }).await;
            assert_eq!(send(&mut browser, &filled(&page, GOOD)).await.page_error(), ErrorKind::ExpiredLink);
        }
        let sent = link(&app, "ana").await;
        app.change_consumer(&ana, |it| it.status = ConsumerStatus::Disabled).await;
        void(&sent).await;
        app.change_consumer(&ana, |it| it.status = ConsumerStatus::Active).await;
        // A password that an administrator gives.
        set(&app.clock, NOON + Duration::from_hours(2));
        let sent = link(&app, "ana").await;
        let tenant = app.services.accounts.find(&app.brand).await.unwrap().unwrap();
        let password = signet::directory::consumer::NewPassword::Plain("given by an administrator".to_owned().into());
        signet::directory::consumer::update(
            &app.services, &signet::directory::By::command(), &tenant.account, &ana.sub, |_| Ok(()), Some(password),
        ).await.unwrap();
        void(&sent).await;
        // Deleting takes it away.
        let sent = link(&app, "ana").await;
        signet::directory::consumer::delete(&app.services, &signet::directory::By::command(), &app.brand, &ana.sub).await.unwrap();
        void(&sent).await;
        assert_eq!(count(app.db(), "SELECT COUNT(*) FROM challenges WHERE sub = 'sub-ana'").await, 0);
    }

    async fn sec_091_a_new_password_ends_sessions_and_tokens(fresh: &FreshDb) {
        let app = open(fresh).await;
        let client = NewClient::web("web").refreshing().on(&app).await;
        let ana = app.consumer("ana").await;
        let mut there = app.signed_in(&ana).await;
        let ask_for = client.ask().with("scope", "openid offline_access");
        let tokens = client.redeem(&there.ask(&ask_for).await.sent().code()).send(&app).await.json();
        let sent = link(&app, "ana").await;
        assert_eq!(set_password(&app, &sent, GOOD).await.status, 200);
        assert!(there.get("/me").await.location().ends_with("/login"));
        assert_eq!(userinfo(&app, tokens["access_token"].as_str().unwrap()).await.status, 401);
        let refreshed = client.refresh(tokens["refresh_token"].as_str().unwrap()).send(&app).await;
        assert_eq!(refreshed.oauth_error().1, "invalid_grant");
    }

    async fn sec_083_a_weak_password_is_told_why_and_leaves_the_link(fresh: &FreshDb) {
        let app = open(fresh).await;
        let ana = app.consumer("ana").await;
        let sent = link(&app, "ana").await;
        for (weak, why) in [
            ("short", "at least 8 characters"),
            ("password1", "guessed first"),
            ("sub-ana@example.test", "your name"),
            ("abcabcabcabc", "repeat"),
            ("", "at least 8 characters"),
        ] {
            let answer = set_password(&app, &sent, weak).await;
            assert!(answer.status == 422 && answer.body.contains(why), "{weak}: {answer:?}");
            assert!(answer.body.contains("id=\"password-error\""));
            // What was typed is on no page.
            assert!(!answer.body.contains("abcabc") && !answer.body.contains("password1"));
        }
        assert_eq!(stored(&app, &ana).await.claims.get("email_verified"), None);
        assert_eq!(set_password(&app, &sent, GOOD).await.status, 200);
    }

    async fn sec_074_its_forms_are_ours_alone(fresh: &FreshDb) {
        let app = open(fresh).await;
        app.consumer("ana").await;
        let mut browser = app.browser();
        let page = browser.get("/recover").await;
        let csrf = page.hidden("csrf");
        let form = [("csrf", csrf.as_str()), ("interaction", ""), ("username", "ana")];
        let elsewhere = [("origin", "https://evil.example.test"), ("sec-fetch-site", "cross-site")];
        assert_eq!(browser.post_from("/recover", &form, &elsewhere).await.page_error(), ErrorKind::Csrf);
        assert_eq!(browser.post("/recover", &[("csrf", "x"), ("username", "ana")]).await.page_error(), ErrorKind::Csrf);
        assert!(mails(&app).await.is_empty());
        // The token of one link's form is of no use with another link, nor the first form's.
        let sent = link(&app, "ana").await;
        let token = sent.split("token=").nth(1).unwrap();
        let form = [("csrf", csrf.as_str()), ("token", token), ("password", GOOD)];
        assert_eq!(browser.post("/recover", &form).await.page_error(), ErrorKind::Csrf);
        let other = browser.get(&sent).await.hidden("csrf");
        let form = [("csrf", other.as_str()), ("token", "x"), ("password", GOOD)];
        assert_eq!(browser.post("/recover", &form).await.page_error(), ErrorKind::Csrf);
    }

    async fn sec_078_the_link_is_the_issuers_whatever_the_request_named(fresh: &FreshDb) {
        let app = open(fresh).await;
        app.consumer("ana").await;
        let mut browser = app.browser().with_header("x-forwarded-host", "evil.example.test").with_header("forwarded", "host=evil.example.test");
        let page = browser.get("/recover").await;
        ask(&mut browser, &page, "ana").await;
        let sent = mails(&app).await;
        assert!(sent[0].link(&app).starts_with("/recover?token=") && !sent[0].text.contains("evil"), "{}", sent[0].text);
        assert_eq!(app.issuer, ISSUER);
    }

    async fn sec_148_the_database_holds_a_digest_and_no_link(fresh: &FreshDb) {
        let app = open(fresh).await;
        app.consumer("ana").await;
        let sent = link(&app, "ana").await;
        let token = sent.split("token=").nth(1).unwrap();
        let digest: Digest<Recovery> = OneTime::presented(token).digest();
        let found = store::challenges::find(app.db(), &app.brand, digest, NOON).await.unwrap().unwrap();
        assert_eq!(found.sub.as_str(), "sub-ana");
        // A dump of it opens nothing.
        let presented = signet::base::hex(digest.as_bytes());
        assert_eq!(app.browser().get(&format!("/recover?token={presented}")).await.page_error(), ErrorKind::ExpiredLink);
        // Nor does it as the other kind of link.
        assert_eq!(app.browser().get(&format!("/verify-address?token={token}")).await.page_error(), ErrorKind::ExpiredLink);
    }

    async fn where_no_mail_is_set_up_there_is_no_such_page(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut browser = app.browser();
        let login = browser.get("/login").await;
        assert!(!login.body.contains("/recover"));
        for path in ["/recover", "/recover?token=x", "/verify-address?token=x"] {
            assert_eq!(browser.get(path).await.page_error(), ErrorKind::NotFound);
        }
        let form = [("csrf", login.hidden("csrf")), ("username", "ana".to_owned())];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(browser.post("/recover", &form).await.page_error(), ErrorKind::NotFound);
    }

    async fn sec_165_nobodys_mailbox_is_filled_and_nobody_sees_it(fresh: &FreshDb) {
        let app = open(fresh).await;
        app.consumer("ana").await;
        let mut answers = Vec::new();
        let mut sent = 0;
        for _ in 0..4 {
            for name in ["ana", "sub-ana@example.test", "bea"] {
                let mut browser = app.browser();
                let page = browser.get("/recover").await;
                answers.push(ask(&mut browser, &page, name).await.whole("no name is on it"));
                sent += mails(&app).await.len();
            }
        }
        // Her names count together.
        assert_eq!(sent, 4);
        assert!(answers.iter().all(|it| *it == answers[0]), "{answers:#?}");
        assert_eq!(count(app.db(), "SELECT COUNT(*) FROM audit WHERE event = 'consumer.recovery_asked' AND outcome = 'refused' AND detail LIKE '%throttled%'").await, 4);
        // It isn't for good.
        set(&app.clock, NOON + Duration::from_mins(1));
        link(&app, "ana").await;
    }

    async fn sec_165_an_address_asks_only_so_often(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| {
            with_mail(settings);
            settings.limits.per_minute.recovery = 2;
        }).await;
        let mut browser = app.browser();
        let page = browser.get("/recover").await;
        for name in ["a", "b"] {
            assert_eq!(ask(&mut browser, &page, name).await.status, 200);
        }
        let refused = ask(&mut browser, &page, "c").await;
        assert_eq!(refused.page_error(), ErrorKind::RateLimited);
        assert!(refused.header("retry-after").is_some());
    }

    async fn sec_091_of_fifty_uses_on_two_nodes_one_sets_the_password(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| {
            with_mail(settings);
            settings.login.hash_wait = signet::config::Period::seconds(10);
        }).await;
        let other = app.beside_with(fresh, |settings| {
            with_mail(settings);
            settings.login.hash_wait = signet::config::Period::seconds(10);
        }).await;
        app.consumer("ana").await;
        let sent = link(&app, "ana").await;
        let mut browser = app.browser();
        let page = browser.get(&sent).await;
        let tries = (0..50).map(|number| {
            let mut browser = browser.on(if number % 2 == 0 { &app } else { &other });
            let form = filled(&page, &format!("{GOOD} {number}"));
            async move { (number, send(&mut browser, &form).await) }
        });
        let answers = together(tries.collect()).await;
        let done: Vec<i32> = answers.iter().filter(|(_, answer)| answer.status == 200).map(|(number, _)| *number).collect();
        assert_eq!(done.len(), 1, "{answers:?}");
        for (_, answer) in answers.iter().filter(|(_, answer)| answer.status != 200) {
            assert!(matches!(answer.page_error(), ErrorKind::ExpiredLink | ErrorKind::Busy), "{answer:?}");
        }
        assert!(signs_in(&app, "ana", &format!("{GOOD} {}", done[0])).await);
        assert_eq!(count(app.db(), "SELECT COUNT(*) FROM audit WHERE event = 'consumer.password_recovered'").await, 1);
        assert_eq!(mails(&app).await.len(), 1);
    }

    async fn sec_137_a_link_is_of_no_use_at_another_account(fresh: &FreshDb) {
        let app = open(fresh).await;
        app.other_account("foreign").await;
        app.consumer("ana").await;
        let sent = link(&app, "ana").await;
        assert_eq!(app.browser().get(&format!("/a/foreign{sent}")).await.page_error(), ErrorKind::ExpiredLink);
        assert_eq!(app.browser().get(&sent).await.status, 200);
    }
}

#[tokio::test]
async fn sec_161_no_link_is_in_the_log() {
    let fresh = FreshDb::sqlite().await;
    let log = Log::listen();
    let app = open(&fresh).await;
    log.hear_writer(app.db()).await;
    app.consumer("ana").await;
    let sent = link(&app, "ana").await;
    let token = sent.split("token=").nth(1).unwrap().to_owned();
    app.browser().get("/recover?token=planted-value").await;
    assert_eq!(set_password(&app, &sent, GOOD).await.status, 200);
    app.browser().get(&sent).await;
    let text = log.text();
    assert!(text.contains("/recover"), "it hears requests");
    for secret in [token.as_str(), "planted-value", GOOD, "sub-ana@example.test"] {
        assert!(!text.contains(secret), "{secret}");
    }
    fresh.throw_away().await;
}
