//! The sealing key: from where it comes, what stops a start, how it is changed.

mod start;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use signet::base::Entropy;
use signet::config::{Keys, SealSources};
use signet::keys::{Sealer, SealingKeyError, open_sealer};
use signet::store::Db;

use crate::support::seed::noon;

/// A folder of keys.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What a server is told whose keys lie here.
    fn sources(&self) -> SealSources {
        Keys {
            dir: self.0.path().to_path_buf(),
            ..Keys::default()
        }
        .seal_sources()
    }

    /// A key in a file, readable by its owner alone.
    fn write(&self, name: &str, key: [u8; 32]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, format!("{}\n", STANDARD.encode(key))).unwrap();
        mode(&path, 0o600);
        path
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The names of what lies here.
    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

async fn open(sources: SealSources, db: &Db) -> Result<Sealer, SealingKeyError> {
    open_sealer(sources, db, &noon(), &Entropy::default()).await
}
