//! Where sealing keys are read from: files, environment variables, and programs that know.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use super::seal::SealingKey;
use super::{SealingKeyError, sealing_command};
use crate::base::{Entropy, hex};
use crate::config::{SealSource, SealSources};

/// No key is longer; what is longer is not read.
pub(super) const LONGEST: usize = 4096;
/// How the names of files end in which keys are being made.
const MAKING: &str = ".making-";

/// A source for people: of a program its name alone.
pub(super) fn name(source: &SealSource) -> String {
    match source {
        SealSource::File(path) => path.display().to_string(),
        SealSource::Environment(name) => format!("what the environment variable {name} holds"),
        SealSource::Command(parts) => {
            let program = parts.first().map_or("", String::as_str);
            format!("what the command {program} prints")
        }
    }
}

/// Reads the key that is there.
pub(super) async fn read(source: &SealSource) -> Result<SealingKey, SealingKeyError> {
    let text = match source {
        SealSource::File(path) => from_file(path)?,
        SealSource::Environment(name) => {
            let value = SealSource::variable(name).ok_or_else(|| SealingKeyError::Unset(name.clone()))?;
            Zeroizing::new(value.expose_secret().to_owned())
        }
        SealSource::Command(parts) => {
            Box::pin(sealing_command::run(parts, sealing_command::PATIENCE)).await?
        }
    };
    decode(&text)
        .and_then(|secret| SealingKey::new(&secret).ok())
        .ok_or_else(|| SealingKeyError::Malformed(name(source)))
}

fn decode(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let bytes = Zeroizing::new(STANDARD.decode(text.trim()).ok()?);
    Some(Zeroizing::new(bytes.as_slice().try_into().ok()?))
}

fn from_file(path: &Path) -> Result<Zeroizing<String>, SealingKeyError> {
    let io = |error| SealingKeyError::Io(path.to_path_buf(), error);
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound if path.to_str().and_then(decode).is_some() => SealingKeyError::KeyItself,
        ErrorKind::NotFound => SealingKeyError::Missing(path.to_path_buf()),
        _ => io(error),
    })?;
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().map_err(io)?.permissions());
        if mode & 0o077 != 0 {
            return Err(SealingKeyError::Readable(path.to_path_buf(), mode & 0o777));
        }
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(256));
    file.take(LONGEST as u64).read_to_end(&mut bytes).map_err(io)?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err(SealingKeyError::Malformed(path.display().to_string())),
    }
}

/// Makes a new key in a file, unless there is one: whole or not at all, however often this is begun at once or killed.
pub(super) fn make(path: &Path, entropy: &Entropy) -> Result<(), SealingKeyError> {
    make_whole(path, entropy).map_err(|error| SealingKeyError::Io(path.to_path_buf(), error))
}

fn make_whole(path: &Path, entropy: &Entropy) -> std::io::Result<()> {
    let folder = folder(path);
    std::fs::create_dir_all(folder)?;
    if !path.exists() {
        // Written beside, then linked to its name, which fails where another was first.
        let random = hex(&entropy.bytes::<8>());
        let beside = with_ending(path, &format!("{MAKING}{random}"));
        let text = Zeroizing::new(STANDARD.encode(Zeroizing::new(entropy.bytes::<32>()).as_slice()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        std::fs::hard_link(&beside, path).or_else(|error| if path.exists() { Ok(()) } else { Err(error) })?;
        File::open(folder)?.sync_all()?;
    }
    sweep(path)
}

/// Removes what makers of this key left beside it. Those that are at it come too late anyway.
fn sweep(path: &Path) -> std::io::Result<()> {
    let beginning = with_ending(path, MAKING);
    for entry in std::fs::read_dir(folder(path))? {
        let left = entry?.path();
        let is_ours = left
            .file_name()
            .zip(beginning.file_name())
            .is_some_and(|(name, beginning)| {
                name.as_encoded_bytes().starts_with(beginning.as_encoded_bytes())
            });
        if is_ours {
            unless(std::fs::remove_file(left), ErrorKind::NotFound)?;
        }
    }
    Ok(())
}

/// Puts the key at `next` in the place of the one at `current`, which is kept under another name. At every instant each
/// of the two keys has a name that is looked at; and whoever else does it at the same moment is no obstacle.
pub(super) fn put_in_place(current: &Path, next: &Path) -> Result<(), SealingKeyError> {
    let failed = |path: &Path| {
        let path = path.to_path_buf();
        |error| SealingKeyError::Io(path, error)
    };
    let former = former(current);
    match std::fs::hard_link(current, &former) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let is_kept = contents(&former).is_some_and(|kept| contents(current) == Some(kept));
            // Otherwise it was done a moment ago, or what lies there is another key.
            if !is_kept && next.exists() {
                return Err(failed(&former)(error));
            }
        }
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(current)(error)),
        _ => {}
    }
    unless(std::fs::rename(next, current), ErrorKind::NotFound)
        .and_then(|()| sweep(next))
        .and_then(|()| File::open(folder(current))?.sync_all())
        .map_err(failed(current))
}

fn contents(path: &Path) -> Option<Zeroizing<Vec<u8>>> {
    std::fs::read(path).ok().map(Zeroizing::new)
}

/// Where the next key is made, for one in a file.
pub(super) fn beside(current: &Path) -> PathBuf {
    with_ending(current, SealSources::NEXT)
}

/// Where a former key is kept, for one in a file.
pub(super) fn former(current: &Path) -> PathBuf {
    with_ending(current, ".old")
}

/// Takes for done what somebody else did at the same moment.
fn unless(done: std::io::Result<()>, by_another: ErrorKind) -> std::io::Result<()> {
    done.or_else(|error| {
        if error.kind() == by_another {
            Ok(())
        } else {
            Err(error)
        }
    })
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn folder(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}
