use std::io;
use std::path::{Path, PathBuf};

use crate::base::{Entropy, hex};

/// A folder in the system's place for temporary files, for this user alone; gone with all that is in it when dropped.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn make(entropy: &Entropy) -> io::Result<Self> {
        let path = std::env::temp_dir().join(format!("signet-demo-{}", hex(&entropy.bytes::<6>())));
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path)?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file that only this user can read.
    pub(super) fn write(&self, name: &str, content: &str) -> io::Result<PathBuf> {
        let path = self.0.join(name);
        write_private(&path, content)?;
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(folder = %self.0.display(), %error, "the demo's folder can't be removed");
        }
    }
}

/// Writes a file whole or not at all: beside, then renamed. Only this user can read it.
pub(super) fn write_private(path: &Path, content: &str) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    io::Write::write_all(&mut file, content.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}
