//! Which sealing keys a process must hold, and whether those that it finds are the right ones (SEC-150).

use std::path::PathBuf;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::seal::SealingKey;
use super::sealer::Held;
use super::{Place, Sealer, sealing_source};
use crate::base::{Clock, Entropy};
use crate::config::{SealSource, SealSources};
use crate::model::{Sealed, SealingKeyId, SealingKeyState};
use crate::store::sealing_checks::{self, SealingCheck};
use crate::store::{self, Db, server_secrets};

/// Why start-up stops. Nothing is ever regenerated in place of a key that is missing or wrong.
#[derive(Debug, thiserror::Error)]
pub enum SealingKeyError {
    /// The file is gone, and the database holds values that it sealed.
    #[error(
        "the sealing key {} is missing; the database holds values sealed under it. Restore it from its backup", .0.display()
    )]
    Missing(PathBuf),
    /// A setting holds what it should only point at.
    #[error("a setting says where the sealing key is; what stands there looks like the key itself")]
    KeyItself,
    /// The variable isn't set.
    #[error("the sealing key should be in the environment variable {0}, which isn't set")]
    Unset(String),
    /// Others can read it.
    #[error("the sealing key {path} can be read by others (mode {mode:o}); run: chmod 600 {path}", path = .0.display(), mode = .1)]
    Readable(PathBuf, u32),
    /// The program that should print it didn't.
    #[error("the command that prints the sealing key: {0}")]
    Command(String),
    /// Not a sealing key.
    #[error("{0} is not a sealing key: expected one line, 32 bytes in base64")]
    Malformed(String),
    /// Another key sealed what the database holds.
    #[error("{0} is not the key that sealed this database (key {1}); restore the right one")]
    Wrong(String, String),
    /// A key that is being changed isn't where the next one should be.
    #[error(
        "the sealing key is being changed, and the key {0} that is needed too isn't {1}; keys.seal_next says where it is"
    )]
    Absent(SealingKeyId, String),
    /// The secret that other keys are derived from is damaged.
    #[error(
        "the root secret in the database (server_secrets) can't be opened; restore the database from its backup"
    )]
    Root,
    /// The file can't be read or written.
    #[error("the sealing key {path}: {error}", path = .0.display(), error = .1)]
    Io(PathBuf, std::io::Error),
    /// The database can't be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

const CHECK: &[u8] = b"signet sealing check";
/// The name of the server's secret that keys for other purposes are derived from.
pub const ROOT: &str = "root";

/// Opens the sealing key where it should be. For a database that holds nothing sealed yet, a file is made (mode 0600)
/// where there is none. Then the key is proved against the database.
pub async fn open_sealer(
    sources: SealSources,
    db: &Db,
    clock: &Clock,
    entropy: &Entropy,
) -> Result<Sealer, SealingKeyError> {
    let mut checks = sealing_checks::list(db).await?;
    if checks.is_empty() {
        Box::pin(begin(&sources.current, db, clock, entropy)).await?;
        checks = sealing_checks::list(db).await?;
    }
    let held = find(&sources, &checks, None)
        .await
        .inspect_err(|error| {
            tracing::error!(target: "audit", event = "storage.master_key", %error, "no start without the sealing key");
        })?;
    let root = root(&held, db, clock).await?;
    Ok(Sealer::holding(held, root, Some(sources)))
}

/// Writes the first check and the root secret. Where another node is first, its key is the one, and so is its secret.
async fn begin(
    source: &SealSource,
    db: &Db,
    clock: &Clock,
    entropy: &Entropy,
) -> Result<(), SealingKeyError> {
    if let SealSource::File(path) = source {
        sealing_source::make(path, entropy)?;
    }
    let key = sealing_source::read(source).await?;
    let check = check(&key)?;
    let secret = seal_root(&key, &entropy.bytes())?;
    let now = clock.now();
    db.transaction(move |tx| {
        Box::pin(async move {
            if sealing_checks::insert(tx, &check, now).await? {
                server_secrets::insert(tx, ROOT, secret, now).await?;
            }
            Ok(())
        })
    })
    .await?;
    Ok(())
}

/// The secret that other keys are derived from. A database from before there was one goes on with what was derived from
/// its sealing key.
async fn root(held: &Held, db: &Db, clock: &Clock) -> Result<Zeroizing<[u8; 32]>, SealingKeyError> {
    let mut stored = server_secrets::find(db, ROOT).await?;
    if stored.is_none() {
        let secret = seal_root(&held.sealing, held.sealing.extracted())?;
        let now = clock.now();
        db.transaction(move |tx| {
            Box::pin(async move { server_secrets::insert(tx, ROOT, secret, now).await })
        })
        .await?;
        stored = server_secrets::find(db, ROOT).await?;
    }
    let stored = stored.ok_or(SealingKeyError::Root)?;
    let key = stored.key_id().and_then(|id| held.find(id));
    let plain = key
        .and_then(|key| key.open(&ROOT_PLACE, &stored).ok())
        .ok_or(SealingKeyError::Root)?;
    let plain = plain.as_slice().try_into().map_err(|_| SealingKeyError::Root)?;
    Ok(Zeroizing::new(plain))
}

/// What the database is to know of a key that seals.
pub(super) fn check(key: &SealingKey) -> Result<SealingCheck, SealingKeyError> {
    let id = key.id().to_string();
    Ok(SealingCheck {
        key_id: key.id(),
        state: SealingKeyState::Sealing,
        sealed: key.seal(&check_place(&id), CHECK).map_err(|_| unusable(key))?,
    })
}

const fn check_place(row: &str) -> Place<'_> {
    Place {
        table: "sealing_checks",
        column: "sealed",
        row,
        account: None,
    }
}

const ROOT_PLACE: Place<'static> = Place {
    table: "server_secrets",
    column: "secret",
    row: ROOT,
    account: None,
};

/// A root secret, sealed for its place.
pub(super) fn seal_root(key: &SealingKey, root: &[u8; 32]) -> Result<Sealed, SealingKeyError> {
    key.seal(&ROOT_PLACE, root).map_err(|_| unusable(key))
}

fn unusable(key: &SealingKey) -> SealingKeyError {
    SealingKeyError::Malformed(format!("the key {}", key.id()))
}

/// Whether these keys are all that the database knows, and the same one seals.
pub(super) fn holds_all(held: &Held, checks: &[SealingCheck]) -> bool {
    checks.iter().all(|check| match check.state {
        SealingKeyState::Sealing => held.sealing.id() == check.key_id,
        SealingKeyState::Opening => held.find(check.key_id).is_some(),
    })
}

/// Finds every key that the database knows, among those that are held already and where keys are.
pub(super) async fn find(
    sources: &SealSources,
    checks: &[SealingCheck],
    former: Option<&Held>,
) -> Result<Held, SealingKeyError> {
    let held = former.map_or_else(Vec::new, |former| {
        let sealing = std::iter::once(&former.sealing);
        sealing.chain(&former.opening).cloned().collect()
    });
    let mut search = Search {
        checks,
        keys: held,
        failure: None,
    };
    let SealSources { current, next } = sources;
    if search.missing().is_some() {
        match sealing_source::read(current).await {
            Ok(key) => search.take(key, current),
            Err(missing @ SealingKeyError::Missing(_)) => search.failure = Some(missing),
            Err(error) => return Err(error),
        }
    }
    // A next key that nobody needs yet need not be in order.
    if search.missing().is_some()
        && let Some(next) = next
    {
        search.read(next).await;
        // Just now, it may have been put in the place of the former one.
        if search.missing().is_some() && matches!(current, SealSource::File(_)) {
            search.read(current).await;
        }
    }
    search.finish(sources)
}

/// What was found of the keys that the database knows.
struct Search<'c> {
    checks: &'c [SealingCheck],
    keys: Vec<Arc<SealingKey>>,
    /// The first thing that went wrong: it matters if a key is missing in the end.
    failure: Option<SealingKeyError>,
}

impl Search<'_> {
    fn missing(&self) -> Option<SealingKeyId> {
        let had = |id| self.keys.iter().any(|key| key.id() == id);
        let ids = self.checks.iter().map(|check| check.key_id);
        ids.into_iter().find(|&id| !had(id))
    }

    async fn read(&mut self, source: &SealSource) {
        match sealing_source::read(source).await {
            Ok(key) => self.take(key, source),
            Err(error) => self.fail(error),
        }
    }

    fn take(&mut self, key: SealingKey, source: &SealSource) {
        match self.checks.iter().find(|check| check.key_id == key.id()) {
            Some(check) if is_proved(&key, check) => self.keys.push(Arc::new(key)),
            _ => {
                let known: Vec<String> = self.checks.iter().map(|check| check.key_id.to_string()).collect();
                self.fail(SealingKeyError::Wrong(
                    sealing_source::name(source),
                    known.join(", "),
                ));
            }
        }
    }

    fn fail(&mut self, error: SealingKeyError) {
        self.failure.get_or_insert(error);
    }

    fn finish(self, sources: &SealSources) -> Result<Held, SealingKeyError> {
        use SealingKeyError::{Absent, Missing, Unset, Wrong};
        if let Some(id) = self.missing() {
            return Err(match self.failure {
                Some(failure) if self.keys.is_empty() => failure,
                None | Some(Missing(_) | Unset(_) | Wrong(..)) => Absent(
                    id,
                    sources.next.as_ref().map_or_else(
                        || "anywhere".to_owned(),
                        |next| format!("at {}", sealing_source::name(next)),
                    ),
                ),
                Some(failure) => failure,
            });
        }
        let seals = |key: &Arc<SealingKey>| {
            self.checks
                .iter()
                .any(|check| check.key_id == key.id() && check.state == SealingKeyState::Sealing)
        };
        let (mut sealing, opening): (Vec<_>, Vec<_>) = self.keys.into_iter().partition(seals);
        let sealing = sealing
            .pop()
            .ok_or_else(|| store::Error::Corrupt("sealing_checks: no key seals".to_owned()))?;
        Ok(Held { sealing, opening })
    }
}

fn is_proved(key: &SealingKey, check: &SealingCheck) -> bool {
    let id = key.id().to_string();
    key.open(&check_place(&id), &check.sealed)
        .is_ok_and(|plain| plain.as_slice() == CHECK)
}
