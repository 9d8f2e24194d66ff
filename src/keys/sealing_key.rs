//! Where the sealing key comes from, and whether it is the right one (SEC-150).

use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::{Place, Sealer};
use crate::base::{Clock, Entropy};
use crate::store::{self, Db};

/// Why start-up stops. Nothing is ever regenerated in place of a key that is missing or wrong.
#[derive(Debug, thiserror::Error)]
pub enum SealingKeyError {
    /// The file is gone, and the database holds values that it sealed.
    #[error(
        "the sealing key {0} is missing; the database holds values sealed under it. Restore it from its backup"
    )]
    Missing(PathBuf),
    /// Others can read it.
    #[error("the sealing key {0} can be read by others (mode {1:o}); run: chmod 600 {0}")]
    Readable(PathBuf, u32),
    /// Not a sealing key.
    #[error("{0} is not a sealing key: expected one line, 32 bytes in base64")]
    Malformed(String),
    /// Another key sealed what the database holds.
    #[error("{0} is not the key that sealed this database (key {1}); restore the right one")]
    Wrong(String, String),
    /// The file can't be read or written.
    #[error("the sealing key {0}: {1}")]
    Io(PathBuf, std::io::Error),
    /// The database can't be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

const CHECK: &[u8] = b"signet sealing check";

const fn place(row: &str) -> Place<'_> {
    Place {
        table: "sealing_checks",
        column: "sealed",
        row,
        account: None,
    }
}

/// Opens the sealing key: `given` from the environment, else the file at `path`, which is made (mode 0600) for a
/// database that holds nothing sealed yet. Then proves it against the database.
pub async fn open_sealing_key(
    path: &Path,
    given: Option<&str>,
    db: &Db,
    clock: &Clock,
    entropy: &Entropy,
) -> Result<Sealer, SealingKeyError> {
    let checks = store::sealing_checks::list(db).await?;
    let (origin, text) = match given {
        Some(text) => (
            "the sealing key from the environment".to_owned(),
            Zeroizing::new(text.to_owned()),
        ),
        None => (
            path.display().to_string(),
            from_file(path, checks.is_empty(), entropy)?,
        ),
    };
    let secret = decode(&text).ok_or_else(|| SealingKeyError::Malformed(origin.clone()))?;
    let sealer = Sealer::new(secret).map_err(|_| SealingKeyError::Malformed(origin.clone()))?;
    let id = sealer.id();
    match checks.iter().find(|(key_id, _)| *key_id == id) {
        Some((_, sealed)) => match sealer.open(&place(&id), sealed) {
            Ok(plain) if plain.as_slice() == CHECK => Ok(sealer),
            _ => Err(SealingKeyError::Wrong(origin, id)),
        },
        None if checks.is_empty() => {
            let sealed = sealer
                .seal(&place(&id), CHECK)
                .map_err(|_| SealingKeyError::Malformed(origin.clone()))?;
            store::sealing_checks::insert(db, &id, sealed, clock.now()).await?;
            Ok(sealer)
        }
        None => {
            let expected: Vec<&str> = checks.iter().map(|(key_id, _)| key_id.as_str()).collect();
            Err(SealingKeyError::Wrong(origin, expected.join(", ")))
        }
    }
}

fn decode(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let bytes = Zeroizing::new(STANDARD.decode(text.trim()).ok()?);
    Some(Zeroizing::new(bytes.as_slice().try_into().ok()?))
}

fn from_file(path: &Path, may_make: bool, entropy: &Entropy) -> Result<Zeroizing<String>, SealingKeyError> {
    let io = |error| SealingKeyError::Io(path.to_path_buf(), error);
    let mut file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound && may_make => {
            return make(path, entropy).map_err(io);
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(SealingKeyError::Missing(path.to_path_buf()));
        }
        Err(error) => return Err(io(error)),
    };
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().map_err(io)?.permissions());
        if mode & 0o077 != 0 {
            return Err(SealingKeyError::Readable(path.to_path_buf(), mode & 0o777));
        }
    }
    let mut text = Zeroizing::new(String::new());
    file.read_to_string(&mut text).map_err(io)?;
    Ok(text)
}

/// Makes the key whole or not at all: written beside, then linked to its name, which fails where another node was
/// first; that one's key is then read.
fn make(path: &Path, entropy: &Entropy) -> std::io::Result<Zeroizing<String>> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let text = Zeroizing::new(STANDARD.encode(Zeroizing::new(entropy.bytes::<32>()).as_slice()));
    let beside = folder.join(format!(".sealing.key.{}", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&beside, path);
    std::fs::remove_file(&beside)?;
    match linked {
        Ok(()) => Ok(text),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Ok(Zeroizing::new(std::fs::read_to_string(path)?))
        }
        Err(error) => Err(error),
    }
}
