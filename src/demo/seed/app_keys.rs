//! The brand's API keys: one for its users and their sign-ins, and one that only lets bots sign in.

use std::time::Duration;

use crate::base::id::AccountId;
use crate::context::Services;
use crate::directory::app_key::{self, Draft, Values};
use crate::directory::{self, By};
use crate::model::app_key::{AppKeySettings, Permission, Privilege};

/// The keys' values.
#[derive(Debug)]
pub(in crate::demo) struct AppKeys {
    pub(in crate::demo) whole: Values,
    pub(in crate::demo) limited: Values,
}

pub(super) async fn seed(services: &Services, account: &AccountId) -> anyhow::Result<AppKeys> {
    let login = Permission::all(Privilege::UserLogin);
    let whole = vec![login, Permission::all(Privilege::Users)];
    Ok(AppKeys {
        whole: make(services, account, "Demo", whole).await?,
        limited: make(services, account, "Demo bots", vec![login]).await?,
    })
}

/// Makes a key. No key is ever deleted: the one that an earlier demo may have left gets new values.
async fn make(
    services: &Services,
    account: &AccountId,
    name: &str,
    privileges: Vec<Permission>,
) -> directory::Result<Values> {
    let by = By::system();
    let settings = AppKeySettings {
        application_name: name.to_owned(),
        developer_name: "Signet".to_owned(),
        privileges,
        ..AppKeySettings::default()
    };
    let draft = Draft {
        enabled: true,
        settings,
    };
    let keys = app_key::list(services, account).await?;
    let former = keys.into_iter().find(|key| key.settings.application_name == name);
    let made = match former {
        None => app_key::create(services, &by, account, draft).await?,
        Some(key) => {
            app_key::update(services, &by, account, &key.app_key, |former| {
                *former = draft;
                Ok(())
            })
            .await?;
            app_key::rotate(services, &by, account, &key.app_key, Duration::ZERO).await?
        }
    };
    Ok(made.values)
}
