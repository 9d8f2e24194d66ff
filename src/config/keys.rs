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
    /// Where the sealing key is, if not `sealing.key` in the folder: a file's path, `env:NAME` for an environment
    /// variable, or a table with the `command` that prints it.
    pub seal: Option<SealSource>,
    /// Where the next sealing key is while it is being changed, in the same forms. Beside a file, one that ends in
    /// `.next` is found without this.
    pub seal_next: Option<SealSource>,
    /// Automatic rotation of signing keys.
    pub rotation: Rotation,
}

/// Where sealing keys are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealSources {
    /// The one that seals.
    pub current: SealSource,
    /// The one that takes its place while it is being changed; none where nobody said.
    pub next: Option<SealSource>,
}

impl SealSources {
    /// How the name of the next key's file ends that lies beside the current one's.
    pub const NEXT: &'static str = ".next";
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
            seal_next: None,
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
    /// Where the sealing key is, and where the next one.
    pub fn seal_sources(&self) -> SealSources {
        let current = self
            .seal
            .clone()
            .unwrap_or_else(|| SealSource::File(self.dir.join("sealing.key")));
        let beside = match &current {
            SealSource::File(path) => {
                let mut name = path.clone().into_os_string();
                name.push(SealSources::NEXT);
                Some(PathBuf::from(name))
            }
            SealSource::Environment(_) | SealSource::Command(_) => None,
        };
        SealSources {
            next: self.seal_next.clone().or(beside.map(SealSource::File)),
            current,
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
            self.seal_next
                .as_ref()
                .is_none_or(|next| *next != self.seal_sources().current),
            "keys.seal_next",
            "another place than keys.seal",
        );
        complaints.unless(
            every.is_zero() || every >= publish_ahead,
            "keys.rotation.every",
            format!("0s (by hand), or at least keys.rotation.publish_ahead, which is {publish_ahead}"),
        );
    }
}
