//! From settings to an open house, for every command that works on the database.

use anyhow::Context as _;

use crate::base::{Clock, Entropy};
use crate::config::Settings;
use crate::context::Services;
use crate::keys::open_sealer;
use crate::login::PasswordRules;
use crate::store::{self, Connect, Db};

/// Opens the database, and brings its schema to this version; where `database.migrate` is off, it must be there already.
pub(crate) async fn open_database(settings: &Settings) -> anyhow::Result<Db> {
    let db = connect(settings).await?;
    if settings.database.migrate {
        store::migrate(&db).await?;
    } else {
        store::verify_schema(&db).await?;
    }
    Ok(db)
}

/// Opens the database, whatever its schema.
pub(crate) async fn connect(settings: &Settings) -> anyhow::Result<Db> {
    let database = &settings.database;
    let connect = Connect {
        url: database.url.expose().to_owned(),
        connections: database.connections,
    };
    Db::connect(&connect)
        .await
        .with_context(|| format!("database.url {}", database.url))
}

/// Opens the database and the sealing key, and builds what commands and requests share; what else the settings name must
/// be there and be usable.
pub(crate) async fn open_services(settings: Settings) -> anyhow::Result<Services> {
    if let Some(list) = PasswordRules::new(&settings.login).breached() {
        let told = || format!("login.passwords.breached {}", list.path().display());
        list.check().with_context(told)?;
    }
    let db = open_database(&settings).await?;
    let (clock, entropy) = (Clock::default(), Entropy::default());
    let sealer = open_sealer(settings.keys.seal_sources(), &db, &clock, &entropy).await?;
    Ok(Services::new(db, clock, entropy, settings, sealer))
}
