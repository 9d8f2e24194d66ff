//! A key of every algorithm, so that a client may ask for any of them.

use jose::Algorithm;

use crate::base::id::AccountId;
use crate::context::Services;
use crate::directory::{self, By, key};
use crate::model::signing_key::KeyState;

/// Makes those that are missing. Nobody has read the key set yet, so that none waits for its readers.
pub(super) async fn seed(services: &Services, account: &AccountId) -> directory::Result<()> {
    let keys = key::overview(services, account).await?;
    let signs = |algorithm| {
        keys.iter()
            .any(|it| it.key.alg == algorithm && it.key.state == KeyState::Active)
    };
    for algorithm in Algorithm::ALL.into_iter().filter(|algorithm| !signs(*algorithm)) {
        key::rotate(services, &By::system(), account, Some(algorithm), true).await?;
    }
    Ok(())
}
