//! Two accounts side by side, and what is told of a call that names the wrong one.

use std::pin::Pin;
use std::sync::Arc;

use signet::base::Timestamp;
use signet::base::id::AccountId;
use signet::model::backchannel::BackchannelRequest;
use signet::model::device::DeviceAuthorization;
use signet::store::{self, Db, Error, Result};

use crate::support::db::FreshDb;
use crate::support::rows::{Rows, own};
use crate::support::seed::account;

/// When the calls are made: after every row, and before the end of any.
pub(super) const NOW: Timestamp = Timestamp::from_millis(1000);
/// Later than that.
pub(super) const LATER: Timestamp = Timestamp::from_millis(2000);

/// What calls are made with: rows of `own`, as they were read.
pub(super) struct House {
    pub(super) db: Db,
    pub(super) client: signet::model::Client,
    pub(super) consumer: signet::model::Consumer,
    pub(super) connector: signet::model::Connector,
    pub(super) entity: signet::model::account_entity::AccountEntity,
    pub(super) app_key: signet::model::AppKey,
    pub(super) sso: signet::model::sso::SsoConnection,
    pub(super) session: signet::model::Session,
    pub(super) grant: signet::model::grant::Grant,
    pub(super) pending: signet::model::signing_key::SigningKey,
    pub(super) reader: signet::model::jwks_reader::JwksReader,
    pub(super) device: DeviceAuthorization,
    pub(super) request: BackchannelRequest,
    pub(super) user: signet::model::User,
    pub(super) factor: signet::model::user_factor::UserFactor,
    pub(super) sign_in: signet::model::user_factor::ConsoleSignIn,
}

impl House {
    async fn of(db: &Db) -> Self {
        let own = &account_id("own");
        Self {
            db: db.clone(),
            client: there(store::clients::find(db, own, &own::client())).await,
            consumer: there(store::consumers::find(db, own, &own::sub())).await,
            connector: there(store::connectors::find(db, own, &own::connector())).await,
            entity: there(store::account_entities::find(db, own, own::SKILL, 5)).await,
            app_key: there(store::app_keys::find(db, own, &own::app_key())).await,
            sso: there(store::sso_connections::find(db, own, &own::sso())).await,
            session: there(store::sessions::find(db, own, own::digest(1))).await,
            grant: there(store::grants::find(db, own, &own::sub(), &own::client())).await,
            pending: there(store::signing_keys::find(db, own, &own::kid("pending"))).await,
            reader: store::jwks_readers::list(db, own).await.unwrap().remove(0),
            device: there(store::devices::find(db, own, own::digest(11))).await,
            request: there(store::backchannel::find(db, own, own::digest(13))).await,
            user: there(store::users::find(db, own, own::USER)).await,
            factor: there(store::user_factors::find_pending(db, own, "pending", NOW)).await,
            sign_in: there(store::console_sign_ins::find(db, own, own::digest(20), NOW)).await,
        }
    }
}

async fn there<T>(find: impl Future<Output = Result<Option<T>>>) -> T {
    find.await.unwrap().unwrap()
}

fn account_id(id: &str) -> AccountId {
    AccountId::parse(id).unwrap()
}

type Made = Pin<Box<dyn Future<Output = Result<bool>> + Send>>;

/// A function of the store, and how it is called: with the rows of `own`, in the name of an account. It tells whether
/// it brought anything to light, or met anything.
pub(super) struct Call {
    pub(super) name: String,
    pub(super) make: Box<dyn Fn(Arc<House>, AccountId) -> Made + Send + Sync>,
}

/// Makes each call in the name of another account, which has nothing, and which has the like of everything: nothing of
/// the first one is brought to light or changed. In the name of its own account each call does something, or it would
/// prove nothing.
pub(super) async fn try_all(fresh: &FreshDb, calls: &[Call]) {
    let (own, foreign) = (
        account(&fresh.db, "own").await,
        account(&fresh.db, "foreign").await,
    );
    let mut rows = Rows::of(fresh).await;
    rows.begin(&["own"]).await;
    rows.has_every_table().await;
    let house = Arc::new(House::of(&fresh.db).await);
    let mut wrong = Vec::new();
    for Call { name, make } in calls {
        rows.begin(&["own", "foreign"]).await;
        let before = rows.of_own().await;
        let _ = make(Arc::clone(&house), foreign.clone()).await;
        if rows.of_own().await != before {
            wrong.push(format!(
                "{name} changes another account's rows beside the like of its own"
            ));
        }
        rows.begin(&["own"]).await;
        match make(Arc::clone(&house), foreign.clone()).await {
            // What the schema refuses brings nothing to light either.
            Ok(false) | Err(Error::Fault(_) | Error::Taken(_)) => {}
            Ok(true) => wrong.push(format!("{name} brings another account's rows to light")),
            Err(error) => wrong.push(format!("{name} in the name of another account: {error}")),
        }
        if rows.of_own().await != before {
            wrong.push(format!("{name} changes another account's rows"));
        }
        match make(Arc::clone(&house), own.clone()).await {
            Ok(true) => {}
            Ok(false) if rows.of_own().await != before => {}
            Ok(false) => wrong.push(format!(
                "{name} does nothing in its own account: the call proves nothing"
            )),
            Err(error) => wrong.push(format!("{name} in its own account: {error}")),
        }
    }
    rows.close().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
