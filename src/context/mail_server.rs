use std::path::{Path, PathBuf};
use std::sync::{OnceLock, PoisonError, RwLock};

use crate::base::Timestamp;
use crate::config::{Settings, SmtpUrl};

/// How many times as long as another call one step of handing a mail over may take, and all of them: mail servers look at
/// what they are given before they answer.
const STEP: u32 = 4;
const WHOLE: u32 = 12;

/// The one way out for mail. It is made when it is first needed, as [`Outbound`](super::Outbound) is.
#[derive(Debug)]
pub struct MailServer {
    settings: Settings,
    sender: OnceLock<smtp::Sender>,
    /// Since when it can't be reached.
    down: RwLock<Option<Timestamp>>,
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The operator's to mend.
    #[error("{0}")]
    Setup(String),
    /// The folder takes no file.
    #[error("mail.folder: {0}")]
    Folder(#[from] std::io::Error),
    /// The mail server.
    #[error(transparent)]
    Server(#[from] smtp::Error),
}

impl MailError {
    /// Whether no other mail would be sent either.
    pub const fn is_of_the_server(&self) -> bool {
        match self {
            Self::Setup(_) | Self::Folder(_) => true,
            Self::Server(error) => error.is_of_the_server(),
        }
    }

    /// Whether this mail never will be.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Server(smtp::Error::Refused(_)))
    }
}

impl MailServer {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            settings: settings.clone(),
            sender: OnceLock::new(),
            down: RwLock::new(None),
        }
    }

    /// Hands a mail over, or writes it into the folder under its id.
    pub async fn send(&self, id: &str, to: &smtp::Address, message: &smtp::Message) -> Result<(), MailError> {
        let Some(from) = &self.settings.mail.from else {
            return Err(MailError::Setup("mail.from isn't set".to_owned()));
        };
        if let Some(folder) = self.settings.mail.folder.clone() {
            let (path, text) = (folder.join(format!("{id}.eml")), message.as_str().to_owned());
            let written = tokio::task::spawn_blocking(move || write(&folder, &path, &text)).await;
            return Ok(written.map_err(std::io::Error::other)??);
        }
        Ok(self.sender()?.send(from.get(), to, message).await?)
    }

    /// Whether it can't be reached, as far as is known; then since when it has not been looked at.
    pub fn down(&self) -> Option<Timestamp> {
        *self.down.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes whether it could be reached.
    pub fn note(&self, reached: bool, now: Timestamp) {
        *self.down.write().unwrap_or_else(PoisonError::into_inner) = (!reached).then_some(now);
    }

    /// Whether it can be reached now. Nothing is sent.
    pub async fn is_there(&self) -> bool {
        if let Some(folder) = &self.settings.mail.folder {
            return folder.is_dir();
        }
        match self.sender() {
            Ok(sender) => sender.is_there().await,
            Err(_) => false,
        }
    }

    fn sender(&self) -> Result<&smtp::Sender, MailError> {
        if let Some(sender) = self.sender.get() {
            return Ok(sender);
        }
        let sender = self.make()?;
        Ok(self.sender.get_or_init(|| sender))
    }

    fn make(&self) -> Result<smtp::Sender, MailError> {
        let parts = self.settings.mail.smtp.as_ref().and_then(SmtpUrl::parts);
        let parts = parts.ok_or_else(|| MailError::Setup("mail.smtp isn't set".to_owned()))?;
        let extra_ca = self.settings.outbound.extra_ca.as_ref();
        let extra_ca = extra_ca
            .map(|path| {
                std::fs::read(path).map_err(|error| {
                    MailError::Setup(format!("outbound.extra_ca: {}: {error}", path.display()))
                })
            })
            .transpose()?;
        let timeout = self.settings.outbound.timeout.get();
        smtp::Sender::new(&smtp::Server {
            host: parts.host,
            port: parts.port,
            security: parts.security,
            credentials: parts.credentials,
            extra_ca,
            hello: self.settings.server.public_url.host().to_owned(),
            step: timeout * STEP,
            whole: timeout * WHOLE,
        })
        .map_err(|error| MailError::Setup(error.to_string()))
    }
}

/// Writes a file that nobody else may read, whole or not at all.
fn write(folder: &Path, path: &PathBuf, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;

    std::fs::create_dir_all(folder)?;
    let unfinished = path.with_extension("part");
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&unfinished)?;
    file.write_all(text.as_bytes())?;
    std::fs::rename(&unfinished, path)
}
