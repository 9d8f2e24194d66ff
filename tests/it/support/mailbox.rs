//! What was queued to be sent, and the links in it.

use std::time::Duration;

use signet::mail;
use signet::store;

use super::app::App;

/// A mail that was queued.
#[derive(Debug)]
pub(crate) struct Letter {
    pub(crate) to: String,
    pub(crate) kind: String,
    pub(crate) text: String,
}

impl Letter {
    /// The path and query of the link of ours in it.
    pub(crate) fn link(&self, app: &App) -> String {
        let text = self.text.replace("=\r\n", "").replace("=3D", "=");
        let (_, rest) = text
            .split_once(&format!("{}/", app.issuer))
            .unwrap_or_else(|| panic!("no link: {text}"));
        let end = rest.find(|it: char| it.is_whitespace() || "\"<>".contains(it));
        format!("/{}", &rest[..end.unwrap_or(rest.len())])
    }
}

/// All that waits, oldest first, taken away.
pub(crate) async fn mails(app: &App) -> Vec<Letter> {
    let mut letters = Vec::new();
    loop {
        let now = app.services.clock.now();
        let claimed = store::mails::claim(app.db(), now, now + Duration::from_mins(1))
            .await
            .unwrap();
        if claimed.is_empty() {
            return letters;
        }
        let mut claimed = claimed;
        claimed.sort_by(|one, other| one.mail_id.cmp(&other.mail_id));
        for queued in claimed {
            let (to, message) = mail::open(&app.services, &queued).await.unwrap();
            letters.push(Letter {
                to: to.to_string(),
                kind: queued.letter.clone(),
                text: message.as_str().to_owned(),
            });
            store::mails::delete(app.db(), &queued.account_id, &queued.mail_id)
                .await
                .unwrap();
        }
    }
}
