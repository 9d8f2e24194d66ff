//! The services of the house, without a server around them.

use signet::base::Clock;
use signet::config::Settings;
use signet::context::Services;
use signet::keys::open_sealer;
use signet::store::Db;

use super::seed::entropy;

/// Services on a database, under a sealing key that is thrown away.
pub(crate) async fn services(db: &Db, clock: &Clock) -> Services {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::default();
    settings.keys.dir = folder.path().to_path_buf();
    let sealer = open_sealer(settings.keys.seal_sources(), db, clock, &entropy())
        .await
        .unwrap();
    Services::new(db.clone(), clock.clone(), entropy(), settings, sealer)
}
