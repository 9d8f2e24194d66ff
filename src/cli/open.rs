//! From settings to an open house, for every command that works on the database.

use anyhow::{Context as _, bail};
use secrecy::ExposeSecret;

use crate::base::{Clock, Entropy};
use crate::config::{SealSource, Settings};
use crate::context::Services;
use crate::keys::{Sealer, open_sealing_key};
use crate::login::PasswordRules;
use crate::store::{self, Connect, Db};

/// Opens the database, and brings its schema to this version unless `database.migrate` is off.
pub(crate) async fn open_database(settings: &Settings) -> anyhow::Result<Db> {
    let database = &settings.database;
    let connect = Connect {
        url: database.url.expose().to_owned(),
        connections: database.connections,
    };
    let db = Db::connect(&connect)
        .await
        .with_context(|| format!("database.url {}", database.url))?;
    if database.migrate {
        store::migrate(&db).await?;
    }
    Ok(db)
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
    let sealer = open_sealer(&settings, &db, &clock, &entropy).await?;
    Ok(Services::new(db, clock, entropy, settings, sealer))
}

async fn open_sealer(
    settings: &Settings,
    db: &Db,
    clock: &Clock,
    entropy: &Entropy,
) -> anyhow::Result<Sealer> {
    let given = settings.keys.seal.as_ref().and_then(SealSource::from_environment);
    if let (Some(source @ SealSource::Environment(_)), None) = (&settings.keys.seal, &given) {
        bail!("keys.seal is {source}, and that variable isn't set");
    }
    let given = given.as_ref().map(ExposeSecret::expose_secret);
    Ok(open_sealing_key(&settings.keys.sealing_file(), given, db, clock, entropy).await?)
}
