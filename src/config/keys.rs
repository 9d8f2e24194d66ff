use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Complaints, Period, PublicUrl, SealSource};

/// The sealing key, and the rotation of signing keys. Private signing keys rest encrypted in the database; the key
/// that they are encrypted with never lies there.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Keys {
    /// The folder of the sealing key.
    pub dir: PathBuf,
    /// Where the sealing key is, if not in the folder: a file's path, or `env:NAME` for an environment variable.
    pub seal: Option<SealSource>,
    /// Automatic rotation of signing keys.
    pub rotation: Rotation,
}

/// Automatic rotation of signing keys.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Rotation {
    /// How old an active key grows before the next one takes over: `90d`. `0s`, the default, rotates by hand alone:
    /// where a platform's key field was pasted, a new key must be pasted at the same time.
    pub every: Period,
    /// How long a key is published before it signs (SEC-013): at least `2h`, an hour more than readers may cache; on a
    /// loopback address, where rotations are tried out, at least `1s`.
    pub publish_ahead: Period,
    /// How long a key stays published after it signed last: at least an hour more than a token lives.
    pub keep_after: Period,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            dir: PathBuf::from("keys"),
            seal: None,
            rotation: Rotation::default(),
        }
    }
}

impl Default for Rotation {
    fn default() -> Self {
        Self {
            every: Period::ZERO,
            publish_ahead: Period::hours(24),
            keep_after: Period::hours(48),
        }
    }
}

impl Keys {
    /// The file of the sealing key: the one that `keys.seal` names, else `sealing.key` in `keys.dir`.
    pub fn sealing_file(&self) -> PathBuf {
        match &self.seal {
            Some(SealSource::File(path)) => path.clone(),
            _ => self.dir.join("sealing.key"),
        }
    }

    /// The shortest `publish_ahead`: two hours, and a second on a loopback address, where rotations are tried out.
    pub fn shortest_publish_ahead(&self, public_url: &PublicUrl) -> Period {
        if public_url.is_loopback() {
            Period::seconds(1)
        } else {
            Period::hours(2)
        }
    }

    pub(super) fn check(&self, public_url: &PublicUrl, complaints: &mut Complaints) {
        let Rotation {
            every, publish_ahead, ..
        } = self.rotation;
        complaints.within(
            "keys.rotation.publish_ahead",
            publish_ahead,
            self.shortest_publish_ahead(public_url),
            Period::days(365),
        );
        complaints.unless(
            every.is_zero() || every >= publish_ahead,
            "keys.rotation.every",
            format!("0s (by hand), or at least keys.rotation.publish_ahead, which is {publish_ahead}"),
        );
    }
}
