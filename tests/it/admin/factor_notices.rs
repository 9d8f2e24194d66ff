//! A user is told by mail of a second factor that came or went.

use signet::config::Settings;
use signet::directory::user::{self, Changer};
use signet::directory::{By, account};
use signet::jobs::mail;
use signet::model::RoleType;
use tokio_util::sync::CancellationToken;

use super::people::{PASSWORD, enter, first, show, user as new_user};
use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::mail_server::{MailServer, Way};

const ADDED: &str = "Subject: An authenticator was added to your Acme Shop account\r\n";
const REMOVED: &str = "Subject: An authenticator was removed from your Acme Shop account\r\n";

fn by(server: &MailServer) -> impl FnOnce(&mut Settings) + use<> {
    let url = server.url();
    move |settings| {
        settings.mail.smtp = Some(url.parse().unwrap());
        settings.mail.from = Some("post@brand.example".parse().unwrap());
    }
}

/// All that was sent to the user by now.
async fn sent(app: &App, server: &MailServer) -> Vec<String> {
    mail::run(&app.services, &CancellationToken::new()).await.unwrap();
    let got = server.got();
    assert!(got.iter().all(|mail| mail.to == "robin@example.test"), "{got:?}");
    got.into_iter().map(|mail| mail.text).collect()
}

on_both_databases! {
    async fn sec_098_a_user_is_told_of_a_factor_that_was_added_and_of_one_that_was_removed(fresh: &FreshDb) {
        let server = MailServer::start(Way::Plain).await;
        let app = App::with(fresh, by(&server)).await;
        let robin = new_user(&app, "robin", RoleType::Admin).await;
        new_user(&app, "boss", RoleType::Admin).await;
        let account = account::find(&app.services, Some(&app.brand)).await.unwrap();
        let changer = Changer::unlimited(By::command());
        // Where there is none, none is removed.
        user::reset_factor(&app.services, &changer, &account, robin.user_id).await.unwrap();
        // One that wasn't shown is none yet.
        let mut browser = app.browser();
        enter(&mut browser, "brand", "robin", PASSWORD).await;
        let page = browser.get("/admin/login/factor").await;
        assert_eq!(show(&mut browser, &page, "000000").await.status, 422);
        assert!(sent(&app, &server).await.is_empty());

        let (_, authenticator, _) = first(&app, "robin").await;
        let mails = sent(&app, &server).await;
        assert!(mails.len() == 1 && mails[0].contains(ADDED), "{mails:?}");
        // To sign in with it is no change.
        app.clock.advance(std::time::Duration::from_mins(1));
        enter(&mut browser, "brand", "robin", PASSWORD).await;
        let page = browser.get("/admin/login/factor").await;
        assert_eq!(show(&mut browser, &page, &authenticator.code(&app, 0)).await.status, 303);
        assert_eq!(sent(&app, &server).await.len(), 1);

        user::reset_factor(&app.services, &changer, &account, robin.user_id).await.unwrap();
        let mails = sent(&app, &server).await;
        assert!(mails.len() == 2 && mails[1].contains(REMOVED), "{mails:?}");
    }
}
