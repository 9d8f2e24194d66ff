//! Mail: queued with what it tells of, and sent by whichever node gets to it.

mod notices;
mod queue;
mod ways;

use std::time::Duration;

use signet::config::Settings;
use signet::jobs::mail;
use signet::mail::{Letter, Mails, Recipient};
use signet::model::Consumer;
use signet::store;
use tokio_util::sync::CancellationToken;

use crate::support::app::App;
use crate::support::mail_server::MailServer;

/// Settings for mail by that server.
fn by(server: &MailServer) -> impl FnOnce(&mut Settings) + use<> {
    let (url, authority) = (server.url(), server.authority());
    move |settings| {
        settings.mail.smtp = Some(url.parse().unwrap());
        settings.mail.from = Some("post@brand.example".parse().unwrap());
        settings.outbound.extra_ca = Some(authority);
    }
}

/// A consumer with an address.
async fn person(app: &App, name: &str) -> Consumer {
    let made = app.consumer(name).await;
    let email = format!("{name}@home.example");
    app.change_consumer(&made, move |it| {
        it.claims.insert("email".to_owned(), email.into());
    })
    .await;
    store::consumers::find(app.db(), &made.account_id, &made.sub)
        .await
        .unwrap()
        .unwrap()
}

/// Queues a mail, as a change does.
async fn queue(app: &App, person: &Consumer, letter: Letter<'_>) {
    let tenant = app
        .services
        .accounts
        .find(&person.account_id)
        .await
        .unwrap()
        .unwrap();
    let mails = Mails::write(
        &app.services,
        &tenant.account,
        &Recipient::consumer(person),
        letter,
    )
    .unwrap();
    app.db()
        .transaction(move |tx| Box::pin(async move { mails.queue(tx).await }))
        .await
        .unwrap();
}

/// A turn of the job.
async fn turn(app: &App) {
    mail::run(&app.services, &CancellationToken::new()).await.unwrap();
}

/// A turn, a while later.
async fn turn_after(app: &App, pause: Duration) {
    app.clock.advance(pause);
    turn(app).await;
}
