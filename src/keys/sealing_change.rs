//! What a change of the sealing key needs of the sealing keys themselves (docs/decisions/0010).

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::seal::{CannotOpen, SealingKey};
use super::{Place, Sealer, SealingKeyError, sealing_key, sealing_source};
use crate::base::Entropy;
use crate::config::{SealSource, SealSources};
use crate::model::{Sealed, SealingKeyId};
use crate::store::sealing_checks::SealingCheck;

/// A key that is there to seal next.
#[derive(Debug)]
pub struct NextKey(SealingKey);

impl NextKey {
    /// Its id.
    pub const fn id(&self) -> SealingKeyId {
        self.0.id()
    }

    /// What the database is to know of it once it seals.
    pub fn check(&self) -> Result<SealingCheck, SealingKeyError> {
        sealing_key::check(&self.0)
    }
}

impl Sealer {
    /// Where the next key is looked for; none where nobody said.
    pub fn next_source(&self) -> Option<&SealSource> {
        self.sources()?.next.as_ref()
    }

    /// The key that is there; none where there is none yet.
    pub async fn next_key(&self) -> Result<Option<NextKey>, SealingKeyError> {
        let Some(next) = self.next_source() else {
            return Ok(None);
        };
        match sealing_source::read(next).await {
            Ok(key) if self.is_mistaken(&key) => Err(SealingKeyError::Wrong(
                sealing_source::name(next),
                key.id().to_string(),
            )),
            Ok(key) => Ok(Some(NextKey(key))),
            Err(SealingKeyError::Missing(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether it is another key than the one that is held under its id, which is short.
    fn is_mistaken(&self, key: &SealingKey) -> bool {
        self.held(key.id())
            .is_some_and(|held| held.extracted() != key.extracted())
    }

    /// Makes the next key, where its place is a file.
    pub fn make_next_key(&self, entropy: &Entropy) -> Result<(), SealingKeyError> {
        match self.next_source() {
            Some(SealSource::File(path)) => sealing_source::make(path, entropy),
            _ => Ok(()),
        }
    }

    /// A value under that key, whichever it was under.
    pub fn reseal(
        &self,
        place: &Place<'_>,
        sealed: &Sealed,
        key: SealingKeyId,
    ) -> Result<Sealed, CannotOpen> {
        let plain = self.open(place, sealed)?;
        self.held(key).ok_or(CannotOpen)?.seal(place, &plain)
    }

    /// A root secret that was never there, for the database.
    pub fn seal_new_root(&self, entropy: &Entropy) -> Result<Sealed, SealingKeyError> {
        self.with_sealing(|key| sealing_key::seal_root(key, &Zeroizing::new(entropy.bytes())))
    }

    /// The file that keeps a former key, after a change among files; none where the key comes from elsewhere, or there
    /// was no change.
    pub fn former_file(&self) -> Option<PathBuf> {
        let (current, _) = self.files()?;
        Some(sealing_source::former(current)).filter(|former| former.exists())
    }

    /// Puts the file of the key that seals in the place of the former one's, unless it is there.
    pub async fn put_in_place(&self) -> Result<(), SealingKeyError> {
        let (Some((current, next)), Some(found)) = (self.files(), self.next_key().await?) else {
            return Ok(());
        };
        if found.id() == self.id() {
            sealing_source::put_in_place(current, next)?;
        }
        Ok(())
    }

    /// Whether the key that seals is where settings look first.
    pub async fn is_in_place(&self) -> bool {
        match self.sources() {
            Some(sources) => sealing_source::read(&sources.current)
                .await
                .is_ok_and(|key| key.id() == self.id()),
            None => true,
        }
    }

    /// The files of the current key and of the next one, where this lies beside that and takes its place.
    fn files(&self) -> Option<(&Path, &Path)> {
        match self.sources()? {
            SealSources {
                current: SealSource::File(current),
                next: Some(SealSource::File(next)),
            } if *next == sealing_source::beside(current) => Some((current, next)),
            _ => None,
        }
    }
}
