//! The messaging platform's own keys: with what it signs the tokens that it gives to consumers' windows and to programs, and
//! what brands encrypt to. They are nobody's ring: no account has a part in them.

use std::sync::Arc;

use jose::{Algorithm, DecryptionKey, PrivateKey, RsaBits, Signer};
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

use super::{Place, Sealer};
use crate::base::Clock;
use crate::store::{self, Db, server_secrets};

/// The `kid` of what the platform signs for consumers (section 5.3 of the platform contract).
const CONSUMERS_KID: &str = "00001";

/// A key by what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// Signs what consumers get.
    Consumers,
    /// Signs what programs get.
    Apps,
    /// Decrypts what brands have encrypted.
    Encryption,
}

impl Purpose {
    /// Its name among the server's secrets.
    const fn name(self) -> &'static str {
        match self {
            Self::Consumers => "gateway.consumers",
            Self::Apps => "gateway.apps",
            Self::Encryption => "gateway.encryption",
        }
    }

    const fn place(self) -> Place<'static> {
        Place {
            table: "server_secrets",
            column: "secret",
            row: self.name(),
            account: None,
        }
    }
}

/// Why a key can't be had.
#[derive(Debug, thiserror::Error)]
pub enum PlatformKeyError {
    /// The database can't be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A key can't be made, or what was stored is none.
    #[error("a key of the platform's can't be made or read: {0}")]
    Key(#[from] jose::KeyError),
    /// It can't be sealed, or what is stored can't be opened. Nothing takes its place (SEC-150).
    #[error("the platform's key {0} can't be opened")]
    Sealed(&'static str),
    /// It was to be made, and the server is stopping.
    #[error("the server is stopping")]
    Stopping,
}

/// The keys, each made at its first use, sealed at rest, the same on every node, and parsed once.
#[derive(Debug)]
pub struct PlatformKeys {
    db: Db,
    sealer: Arc<Sealer>,
    clock: Clock,
    consumers: OnceCell<Signer>,
    apps: OnceCell<Signer>,
    encryption: OnceCell<DecryptionKey>,
}

/// A key as it rests: its id, a NUL, and PKCS#8.
struct Stored {
    kid: String,
    pkcs8: Zeroizing<Vec<u8>>,
}

impl Stored {
    fn signer(self) -> Result<Signer, PlatformKeyError> {
        let key = PrivateKey::from_pkcs8_der(Algorithm::RS256, &self.pkcs8)?;
        Ok(Signer::new(key.with_kid(self.kid)))
    }

    fn decryption(self) -> Result<DecryptionKey, PlatformKeyError> {
        Ok(DecryptionKey::from_pkcs8_der(&self.pkcs8)?.with_kid(self.kid))
    }
}

impl PlatformKeys {
    /// None is made yet.
    pub fn new(db: Db, sealer: Arc<Sealer>, clock: Clock) -> Self {
        Self {
            db,
            sealer,
            clock,
            consumers: OnceCell::new(),
            apps: OnceCell::new(),
            encryption: OnceCell::new(),
        }
    }

    /// What signs consumers' tokens.
    pub async fn consumers(&self) -> Result<&Signer, PlatformKeyError> {
        self.consumers
            .get_or_try_init(|| self.signer(Purpose::Consumers))
            .await
    }

    /// What signs programs' tokens.
    pub async fn apps(&self) -> Result<&Signer, PlatformKeyError> {
        self.apps.get_or_try_init(|| self.signer(Purpose::Apps)).await
    }

    /// What decrypts brands' tokens.
    pub async fn encryption(&self) -> Result<&DecryptionKey, PlatformKeyError> {
        self.encryption
            .get_or_try_init(|| async { self.load(Purpose::Encryption).await?.decryption() })
            .await
    }

    /// The same, where it has been made: whoever only looks makes none.
    pub async fn encryption_if_made(&self) -> Result<Option<&DecryptionKey>, PlatformKeyError> {
        if let Some(key) = self.encryption.get() {
            return Ok(Some(key));
        }
        let Some(stored) = self.find(Purpose::Encryption).await? else {
            return Ok(None);
        };
        let parsed = async || stored.decryption();
        self.encryption.get_or_try_init(parsed).await.map(Some)
    }

    /// What hinders each of those keys that have been made and can't be used. None is made.
    pub async fn unusable(&self) -> store::Result<Vec<PlatformKeyError>> {
        let mut found = Vec::new();
        for purpose in [Purpose::Consumers, Purpose::Apps, Purpose::Encryption] {
            let opened = match self.find(purpose).await {
                Ok(Some(stored)) if purpose == Purpose::Encryption => stored.decryption().map(|_| ()),
                Ok(Some(stored)) => stored.signer().map(|_| ()),
                Ok(None) => Ok(()),
                Err(error) => Err(error),
            };
            match opened {
                Ok(()) => {}
                Err(PlatformKeyError::Store(error)) => return Err(error),
                Err(error) => found.push(error),
            }
        }
        Ok(found)
    }

    async fn signer(&self, purpose: Purpose) -> Result<Signer, PlatformKeyError> {
        self.load(purpose).await?.signer()
    }

    async fn load(&self, purpose: Purpose) -> Result<Stored, PlatformKeyError> {
        if let Some(stored) = self.find(purpose).await? {
            return Ok(stored);
        }
        self.make(purpose).await?;
        let made = self.find(purpose).await?;
        made.ok_or(PlatformKeyError::Sealed(purpose.name()))
    }

    async fn find(&self, purpose: Purpose) -> Result<Option<Stored>, PlatformKeyError> {
        let unusable = PlatformKeyError::Sealed(purpose.name());
        let Some(sealed) = server_secrets::find(&self.db, purpose.name()).await? else {
            return Ok(None);
        };
        self.sealer.meet(&self.db, [&sealed]).await;
        let Ok(plain) = self.sealer.open(&purpose.place(), &sealed) else {
            tracing::error!(
                target: "audit", event = "storage.decrypt_failed", key = purpose.name(),
                "a key of the platform's can't be opened"
            );
            return Err(unusable);
        };
        let end = plain.iter().position(|byte| *byte == 0);
        let parts = end.and_then(|end| plain.split_at_checked(end));
        let stored = parts.and_then(|(kid, rest)| {
            Some(Stored {
                kid: std::str::from_utf8(kid).ok()?.to_owned(),
                pkcs8: Zeroizing::new(rest.get(1..)?.to_vec()),
            })
        });
        stored.map(Some).ok_or(unusable)
    }

    /// Makes the key and stores it, unless another node was first.
    async fn make(&self, purpose: Purpose) -> Result<(), PlatformKeyError> {
        let made = tokio::task::spawn_blocking(|| PrivateKey::generate(Algorithm::RS256, RsaBits::Rsa2048));
        let key = made.await.map_err(|_| PlatformKeyError::Stopping)??;
        let now = self.clock.now();
        let kid = match purpose {
            Purpose::Consumers => CONSUMERS_KID.to_owned(),
            Purpose::Apps => format!("appjwt-{}", now.to_short_day()),
            Purpose::Encryption => key.kid().to_owned(),
        };
        let der = key.to_pkcs8_der()?;
        let mut plain = Zeroizing::new(Vec::with_capacity(kid.len() + 1 + der.len()));
        plain.extend_from_slice(kid.as_bytes());
        plain.push(0);
        plain.extend_from_slice(&der);
        let sealed = self.sealer.seal(&purpose.place(), &plain);
        let sealed = sealed.map_err(|_| PlatformKeyError::Sealed(purpose.name()))?;
        self.db
            .transaction(move |tx| {
                Box::pin(async move { server_secrets::insert(tx, purpose.name(), sealed, now).await })
            })
            .await?;
        tracing::info!(target: "audit", event = "key.generated", key = purpose.name(), kid, "a key of the platform's");
        Ok(())
    }
}
