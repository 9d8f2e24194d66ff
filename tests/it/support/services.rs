//! The services of the house, without a server around them.

use signet::base::Clock;
use signet::config::Settings;
use signet::context::Services;
use signet::keys::open_sealing_key;
use signet::store::Db;

use super::seed::entropy;

/// Services on a database, under a sealing key that is thrown away.
pub(crate) async fn services(db: &Db, clock: &Clock) -> Services {
    let folder = tempfile::tempdir().unwrap();
    let sealer = open_sealing_key(&folder.path().join("sealing.key"), None, db, clock, &entropy())
        .await
        .unwrap();
    Services::new(db.clone(), clock.clone(), entropy(), Settings::default(), sealer)
}
