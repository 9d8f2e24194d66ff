use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Complaints, MailAddress, SmtpUrl};

/// Mail to consumers and users. Without `mail.smtp` and `mail.folder` none is sent, and nothing fails for it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// The mail server: `smtps://USER:PASSWORD@HOST` (TLS from the first byte, port 465) or `smtp://USER:PASSWORD@HOST` (port
    /// 587, which must offer STARTTLS). `smtp://localhost:1025?tls=none` speaks in plain, to this machine alone. What is
    /// special in name or password is percent-encoded. The certificate is always checked; `outbound.extra_ca` counts.
    #[schemars(extend("x-secret" = true))]
    pub smtp: Option<SmtpUrl>,
    /// A file that holds the URL, in place of `mail.smtp`: for a password that is mounted as a file.
    pub smtp_file: Option<PathBuf>,
    /// The address that mail is from. The sender's name is the account's `display_name`.
    pub from: Option<MailAddress>,
    /// A folder in which each mail becomes a file, in place of a mail server: for development. Whoever reads it reads every
    /// link that was sent.
    pub folder: Option<PathBuf>,
}

impl Mail {
    /// Whether mail is sent at all.
    pub const fn is_set_up(&self) -> bool {
        self.from.is_some() && (self.smtp.is_some() || self.folder.is_some())
    }

    pub(super) fn check(&self, complaints: &mut Complaints) {
        let has_way = self.smtp.is_some() || self.folder.is_some();
        complaints.unless(
            has_way || self.from.is_none(),
            "mail.from",
            "nothing, or mail.smtp as well",
        );
        complaints.unless(
            !has_way || self.from.is_some(),
            "mail.from",
            "an address, since mail is to be sent",
        );
        complaints.unless(
            self.smtp.is_none() || self.folder.is_none(),
            "mail.folder",
            "nothing, since mail.smtp is set",
        );
    }
}
