//! Several consumers who are signed in in one browser (SEC-143).

use std::time::Duration;

use pages::ErrorKind;
use serde_json::{Map, Value};
use signet::model::Consumer;

use super::login::enter;
use crate::support::answer::{Answer, Sent};
use crate::support::app::{App, PASSWORD};
use crate::support::browser::Browser;
use crate::support::client::{NewClient, TestClient};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::together::together;
use crate::support::tokens::verified;

/// Signs one after the other in, on the login page.
async fn signing_in<'a>(app: &'a App, consumers: &[&Consumer]) -> Browser<'a> {
    let mut browser = app.browser();
    for consumer in consumers {
        sign_in(&mut browser, consumer).await;
    }
    browser
}

async fn sign_in(browser: &mut Browser<'_>, consumer: &Consumer) {
    let answer = enter(browser, consumer.username.as_deref().unwrap(), PASSWORD, &[]).await;
    assert!(answer.location().ends_with("/me"), "{answer:?}");
}

/// The claims of what was sent to the client.
async fn claims(app: &App, client: &TestClient, sent: &Sent) -> Map<String, Value> {
    let tokens = client.redeem(&sent.code()).send(app).await.json();
    verified(app, tokens["id_token"].as_str().unwrap(), &client.client_id).await
}

/// About whom a client gets an answer that nobody sees.
async fn silently(app: &App, browser: &mut Browser<'_>, client: &TestClient) -> Result<String, String> {
    let sent = browser.ask(&client.ask().with("prompt", "none")).await.sent();
    match sent.get("error") {
        Some(error) => Err(error.to_owned()),
        None => Ok(claims(app, client, &sent).await["sub"]
            .as_str()
            .unwrap()
            .to_owned()),
    }
}

/// The usernames on the page of choice, in its order.
fn listed(page: &Answer) -> Vec<String> {
    let buttons = page.body.split("id=\"choose-continue").skip(1);
    let names = buttons.filter_map(|button| {
        button
            .split("<bdi>")
            .nth(2)?
            .split("</bdi>")
            .next()
            .map(str::to_owned)
    });
    names.collect()
}

/// A form of a page, filled in.
fn filled(page: &Answer, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let hidden = ["csrf", "interaction"].map(|name| (name.to_owned(), page.hidden(name)));
    let more = more
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    hidden.into_iter().chain(more).collect()
}

async fn send(browser: &mut Browser<'_>, path: &str, form: &[(String, String)]) -> Answer {
    let form: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.post(path, &form).await
}

on_both_databases! {
    async fn sec_143_another_signs_in_beside_and_both_are_listed(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let (ana, ben, cleo) = (app.consumer("ana").await, app.consumer("ben").await, app.consumer("cleo").await);
        let _elsewhere = app.signed_in(&cleo).await;
        let mut browser = signing_in(&app, &[&ana]).await;
        let ask = client.ask().with("prompt", "select_account");
        let first = claims(&app, &client, &browser.ask(&client.ask()).await.sent()).await;
        let sent = browser.ask(&ask).await;
        let login = browser.choose(&sent, "other").await;
        let page = browser.get(login.location()).await;
        assert!(page.body.contains("id=\"username\"") && !page.body.contains("value=\"ana\""), "{}", page.body);
        let as_ben = browser.sign_in(&ben, &login).await.sent();
        assert_eq!(claims(&app, &client, &as_ben).await["sub"], "sub-ben");

        let sent = browser.ask(&ask).await;
        let page = browser.get(sent.location()).await;
        assert_eq!(listed(&page), ["ben", "ana"], "{}", page.body);
        let before: Vec<String> = browser.session_ids().into_iter().map(str::to_owned).collect();
        assert_eq!(before.len(), 2);
        let again = claims(&app, &client, &browser.choose(&sent, ">ana<").await.sent()).await;
        assert_eq!((&again["sub"], &again["sid"]), (&first["sub"], &first["sid"]), "her session went on");
        // SEC-069: a switch of the user gives new ids, and the former ones stop working.
        app.services.sessions.forget();
        for id in &before {
            let mut thief = app.browser();
            thief.take_session(&app.brand, id);
            assert_eq!(thief.get("/me").await.status, 303);
        }
        assert_eq!(browser.session_ids().len(), 2);
        assert_eq!(listed(&{ let sent = browser.ask(&ask).await; browser.get(sent.location()).await }), ["ana", "ben"]);
    }

    async fn sec_143_nothing_is_issued_before_one_of_several_was_chosen(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (web, shop) = (NewClient::web("web").on(&app).await, NewClient::web("shop").on(&app).await);
        let (ana, ben) = (app.consumer("ana").await, app.consumer("ben").await);
        let mut browser = signing_in(&app, &[&ana, &ben]).await;
        for client in [&web, &shop] {
            assert_eq!(silently(&app, &mut browser, client).await, Err("account_selection_required".to_owned()));
        }
        // Each client gets whom it was told to, in whichever order, silently and not.
        let sent = browser.ask(&web.ask()).await;
        assert_eq!(claims(&app, &web, &browser.choose(&sent, ">ana<").await.sent()).await["sub"], "sub-ana");
        let sent = browser.ask(&shop.ask()).await;
        assert_eq!(claims(&app, &shop, &browser.choose(&sent, ">ben<").await.sent()).await["sub"], "sub-ben");
        for _ in 0..2 {
            assert_eq!(silently(&app, &mut browser, &web).await.unwrap(), "sub-ana");
            assert_eq!(silently(&app, &mut browser, &shop).await.unwrap(), "sub-ben");
            assert_eq!(claims(&app, &web, &browser.ask(&web.ask()).await.sent()).await["sub"], "sub-ana");
        }
        // A later choice takes the place of the one before.
        let sent = browser.ask(&web.ask().with("prompt", "select_account")).await;
        browser.choose(&sent, ">ben<").await.sent().code();
        assert_eq!(silently(&app, &mut browser, &web).await.unwrap(), "sub-ben");
    }

    async fn sec_143_a_client_keeps_whom_it_had_when_another_signs_in_later(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (web, shop, blog) = (NewClient::web("web").on(&app).await, NewClient::web("shop").on(&app).await, NewClient::web("blog").on(&app).await);
        let (ana, ben) = (app.consumer("ana").await, app.consumer("ben").await);
        let mut browser = app.browser();
        let login = browser.ask(&web.ask()).await;
        browser.sign_in(&ana, &login).await.sent().code();
        // Ben signs in beside her, for another client.
        let login = browser.ask(&shop.ask().with("prompt", "login")).await;
        let as_ben = browser.sign_in(&ben, &login).await;
        assert_eq!(claims(&app, &shop, &as_ben.sent()).await["sub"], "sub-ben");
        for _ in 0..2 {
            assert_eq!(silently(&app, &mut browser, &web).await.unwrap(), "sub-ana");
            assert_eq!(silently(&app, &mut browser, &shop).await.unwrap(), "sub-ben");
        }
        // Where nobody has signed in for a client, it isn't given anybody unasked.
        assert_eq!(silently(&app, &mut browser, &blog).await, Err("account_selection_required".to_owned()));
        // Whoever signs in for it later takes the place of the one before.
        let login = browser.ask(&web.ask().with("prompt", "login")).await;
        browser.sign_in(&ben, &login).await.sent().code();
        assert_eq!(silently(&app, &mut browser, &web).await.unwrap(), "sub-ben");
    }

    async fn sec_143_hints_choose_among_those_who_are_here(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut hints = Vec::new();
        let names = ["ana", "ben", "cleo"];
        for name in names {
            let consumer = app.consumer(name).await;
            let mut alone = app.signed_in(&consumer).await;
            let tokens = client.redeem(&alone.ask(&client.ask()).await.sent().code()).send(&app).await.json();
            hints.push((consumer, tokens["id_token"].as_str().unwrap().to_owned()));
        }
        let mut browser = signing_in(&app, &[&hints[0].0, &hints[1].0]).await;
        for (nth, name) in names.iter().enumerate().take(2) {
            let sub = format!("sub-{name}");
            let named = format!("{{\"id_token\":{{\"sub\":{{\"value\":\"{sub}\"}}}}}}");
            for (parameter, value) in [("id_token_hint", hints[nth].1.as_str()), ("login_hint", name), ("claims", &named)] {
                let ask = client.ask().with("prompt", "none").with(parameter, value);
                let sent = browser.ask(&ask).await.sent();
                assert_eq!(sent.get("error"), None, "{parameter} {name}");
                assert_eq!(claims(&app, &client, &sent).await["sub"], sub.as_str(), "{parameter}");
            }
        }
        // Cleo isn't here: nobody else is answered about in her place.
        let none = client.ask().with("prompt", "none");
        assert_eq!(browser.ask(&none.clone().with("id_token_hint", &hints[2].1)).await.sent_error(), "login_required");
        assert_eq!(browser.ask(&none.with("login_hint", "cleo")).await.sent_error(), "account_selection_required");
        let sent = browser.ask(&client.ask().with("id_token_hint", &hints[2].1)).await;
        let as_cleo = browser.sign_in(&hints[2].0, &sent).await.sent();
        assert_eq!(claims(&app, &client, &as_cleo).await["sub"], "sub-cleo");
    }

    async fn sec_143_consent_is_the_chosen_ones(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::third_party("shop").on(&app).await;
        let (ana, ben) = (app.consumer("ana").await, app.consumer("ben").await);
        let mut browser = signing_in(&app, &[&ana, &ben]).await;
        let sent = browser.ask(&client.ask()).await;
        let on_consent = browser.choose(&sent, ">ana<").await;
        // In another tab Ben is chosen, also as the current one.
        let other = browser.ask(&client.ask().with("prompt", "select_account")).await;
        let other = browser.choose(&other, ">ben<").await;
        let (anas, bens) = (browser.get(on_consent.location()).await, browser.get(other.location()).await);
        // Neither form serves the other's request.
        let mut forged = filled(&bens, &[("decision", "allow")]);
        forged[1].1 = anas.hidden("interaction");
        assert_eq!(send(&mut browser, "/consent", &forged).await.page_error(), ErrorKind::Csrf);
        let allowed = send(&mut browser, "/consent", &filled(&anas, &[("decision", "allow")])).await;
        let sent = browser.follow(allowed).await.sent();
        assert_eq!(claims(&app, &client, &sent).await["sub"], "sub-ana");
        assert_eq!(app.count("grants").await, 1);
        let denied = send(&mut browser, "/consent", &filled(&bens, &[("decision", "deny")])).await;
        assert_eq!(browser.follow(denied).await.sent_error(), "access_denied");
        assert_eq!(app.count("grants").await, 1, "Ben has allowed nothing");
    }

    async fn sec_143_tabs_neither_overwrite_nor_complete_each_other(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let (ana, ben, cleo) = (app.consumer("ana").await, app.consumer("ben").await, app.consumer("cleo").await);
        let mut browser = signing_in(&app, &[&ana]).await;
        // Two tabs send their forms at the same moment, each with the cookies of before.
        let (mut one, mut two) = (browser.on(&app), browser.on(&app));
        let ask = client.ask().with("prompt", "login");
        let (first, second) = (one.ask(&ask.clone().with("state", "one")).await, two.ask(&ask.with("state", "two")).await);
        let answers = together(vec![
            one.enter(&first, ben.username.as_deref().unwrap(), PASSWORD),
            two.enter(&second, cleo.username.as_deref().unwrap(), PASSWORD),
        ])
        .await;
        browser.take_from(&[&one, &two]);
        assert_eq!(browser.session_ids().len(), 3, "{:?}", browser.jar);
        for (answer, sub, state) in [(&answers[0], "sub-ben", "one"), (&answers[1], "sub-cleo", "two")] {
            let sent = browser.get(answer.location()).await.sent();
            assert_eq!(sent.get("state"), Some(state));
            assert_eq!(claims(&app, &client, &sent).await["sub"], sub);
        }
        // All three are still there.
        let sent = browser.ask(&client.ask().with("prompt", "select_account")).await;
        let mut names = listed(&browser.get(sent.location()).await);
        names.sort();
        assert_eq!(names, ["ana", "ben", "cleo"]);
    }

    async fn sec_143_the_same_consumer_may_sign_in_twice_at_once(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let browser = signing_in(&app, &[&ana]).await;
        let (mut one, mut two) = (browser.on(&app), browser.on(&app));
        let answers = together(vec![enter(&mut one, "ana", PASSWORD, &[]), enter(&mut two, "ana", PASSWORD, &[])]).await;
        assert!(answers.iter().all(|answer| answer.status == 303), "{answers:?}");
        app.services.sessions.forget();
        // Whether one replaced the other or came beside it: there is one of her, and one session once she signs in again.
        let mut both = browser.on(&app);
        both.take_from(&[&one, &two]);
        assert_eq!(both.get("/me").await.status, 200);
        sign_in(&mut both, &ana).await;
        assert_eq!(both.session_ids().len(), 1);
        let alive = signet::store::sessions::list_of_subject(app.db(), &app.brand, &ana.sub, app.clock.now()).await.unwrap();
        assert_eq!(alive.len(), 1);
    }

    async fn sec_143_signing_out_ends_the_one_that_is_meant(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let (ana, ben) = (app.consumer("ana").await, app.consumer("ben").await);
        let mut browser = signing_in(&app, &[&ana]).await;
        let sent = browser.ask(&client.ask()).await.sent();
        let hint = client.redeem(&sent.code()).send(&app).await.json()["id_token"].as_str().unwrap().to_owned();
        sign_in(&mut browser, &ben).await;
        // The page in one tab asks about Ben; Ana is chosen in another.
        let about_ben = browser.get("/logout").await;
        assert!(about_ben.body.contains("id=\"logout-all\""));
        let sent = browser.ask(&client.ask()).await;
        browser.choose(&sent, ">ana<").await.sent().code();
        let done = send(&mut browser, "/logout", &filled(&about_ben, &[("decision", "logout")])).await;
        assert!(done.body.contains("id=\"logout-done\""));
        assert_eq!(silently(&app, &mut browser, &client).await.unwrap(), "sub-ana");
        assert_eq!(browser.session_ids().len(), 1);

        // By a hint, silently, whoever is the current one.
        sign_in(&mut browser, &ben).await;
        let answer = browser.get(&format!("/end_session?id_token_hint={hint}")).await;
        assert!(answer.body.contains("id=\"logout-done\""));
        assert_eq!(silently(&app, &mut browser, &client).await.unwrap(), "sub-ben");
        // Once more with it: she is gone, and Ben is asked first.
        let asked = browser.get(&format!("/end_session?id_token_hint={hint}")).await;
        assert!(asked.body.contains("id=\"logout-confirm\""));
        assert_eq!(silently(&app, &mut browser, &client).await.unwrap(), "sub-ben");

        sign_in(&mut browser, &ana).await;
        let page = browser.get("/logout").await;
        send(&mut browser, "/logout", &filled(&page, &[("decision", "all")])).await;
        assert!(browser.session_ids().is_empty());
        assert_eq!(silently(&app, &mut browser, &client).await, Err("login_required".to_owned()));
    }

    async fn sec_143_a_browser_keeps_five_and_ends_who_was_chosen_longest_ago(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut browser = app.browser();
        let mut first = None;
        for name in ["ana", "ben", "cleo", "dan", "eve", "finn", "gus"] {
            sign_in(&mut browser, &app.consumer(name).await).await;
            first.get_or_insert_with(|| browser.jar.clone());
            assert!(browser.session_ids().len() <= 5);
        }
        let sent = browser.get("/select-account").await;
        assert_eq!(listed(&sent), ["gus", "finn", "eve", "dan", "cleo"]);
        app.services.sessions.forget();
        browser.jar = first.unwrap();
        assert!(browser.get("/me").await.location().ends_with("/login"), "Ana's has ended");
        // However many cookies somebody plants, no more than ten are looked up.
        let planted: Vec<String> = (0..200).map(|nth| format!("__Host-signet-session-brand.{nth:08x}=x{nth}.{nth}")).collect();
        let mut crowded = app.browser().with_header("cookie", &planted.join("; "));
        assert_eq!(crowded.get("/me").await.status, 303);
    }

    async fn sec_143_our_own_pages_act_for_whoever_was_chosen(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (ana, ben) = (app.consumer("ana").await, app.consumer("ben").await);
        let mut browser = signing_in(&app, &[&ana, &ben]).await;
        let username = |page: &Answer| page.body.split("<bdi>").filter(|rest| rest.starts_with("ana<") || rest.starts_with("ben<")).map(|rest| rest[..3].to_owned()).next();
        let bens = browser.get("/me").await;
        assert_eq!(username(&bens).as_deref(), Some("ben"));
        assert!(bens.body.contains("href=\"/select-account\""));
        let page = browser.get("/select-account?onward=device&user_code=BCDFGHJK").await;
        let sid = page.body.split("id=\"choose-continue-2\"").nth(1).unwrap().split("value=\"").nth(1).unwrap().split('"').next().unwrap();
        let chosen = send(&mut browser, &page.form_action("choose-form"), &filled(&page, &[("decision", sid)])).await;
        assert!(chosen.location().ends_with("/device?user_code=BCDFGHJK"), "{chosen:?}");
        assert_eq!(username(&browser.get("/me").await).as_deref(), Some("ana"));
        // Ben's form in the other tab is still his own.
        let mut form = filled(&bens, &[("what", "session")]);
        let own = bens.hidden_fields().into_iter().find(|(name, _)| name == "which").unwrap();
        form.push(own);
        assert!(send(&mut browser, "/me", &form).await.body.contains("id=\"logout-done\""));
        assert_eq!(username(&browser.get("/me").await).as_deref(), Some("ana"));
        // Another signs in on the way to a page of ours.
        let page = browser.get("/select-account?onward=device").await;
        let other = send(&mut browser, &page.form_action("choose-form"), &filled(&page, &[("decision", "other")])).await;
        assert!(browser.get(other.location()).await.body.contains("id=\"login-form\""));
        let nobody = send(&mut browser, &page.form_action("choose-form"), &filled(&page, &[("decision", "sid-of-somebody")])).await;
        assert!(nobody.location().ends_with("/select-account?onward=device"), "{nobody:?}");
    }

    async fn sec_143_a_cookie_stays_as_long_as_its_consumer_wanted(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.consumer("ana").await;
        let ben = app.consumer("ben").await;
        let mut browser = app.browser();
        enter(&mut browser, "ana", PASSWORD, &[("remember", "on")]).await;
        app.clock.advance(Duration::from_hours(1));
        let kept = |answer: &Answer| {
            let cookies = answer.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap().to_owned());
            let sessions: Vec<String> = cookies.filter(|it| it.contains("signet-session")).collect();
            sessions.iter().map(|it| it.split("; Max-Age=").nth(1).map(str::to_owned)).collect::<Vec<_>>()
        };
        let answer = enter(&mut browser, ben.username.as_deref().unwrap(), PASSWORD, &[]).await;
        let left = (30 * 24 - 1) * 3600;
        assert_eq!(kept(&answer), [None, Some(left.to_string())], "his, and hers under a new id");
        let page = browser.get("/select-account").await;
        let sid = page.body.split("id=\"choose-continue-2\"").nth(1).unwrap().split("value=\"").nth(1).unwrap().split('"').next().unwrap();
        let answer = send(&mut browser, "/select-account", &filled(&page, &[("decision", sid)])).await;
        assert_eq!(kept(&answer), [None, Some(left.to_string())]);
    }
}
