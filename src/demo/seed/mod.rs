//! The brand that the demo shows: an account with consumers, clients and connectors. Secrets are random at each start.
//!
//! On a database that is kept (`--config`), what an earlier demo left is taken over: the account and the consumers stay,
//! clients are made anew under their ids, and passwords are set again.

mod administrator;
mod app_keys;
mod clients;
mod connectors;
mod consumers;
mod keys;
mod users;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context as _;
use jose::Jwk;
use oauth::{DetailsSchema, GrantType, ResponseType};
use pages::demo::Shop;

use super::manifest;
use crate::base::id::AccountId;
use crate::base::{Entropy, OneTime};
use crate::context::Services;
use crate::directory::{self, By, account, registration};
use crate::model::account::{Features, Flow, Registration};
use crate::model::registration::InitialAccessToken;
use crate::model::{Account, AccountSettings, ClientPolicy};

pub(super) use clients::{Clients, Made, RESOURCES};
pub(super) use connectors::Connectors;
pub(super) use users::Users;

/// The account's id: the platform's are numbers.
const ACCOUNT: &str = "12345678";
/// What its clients may ask for in detail (RFC 9396).
pub(super) const DETAILS: &str = "payment_initiation";
/// 160 by 160 pixels.
const LOGO: &[u8] = include_bytes!("logo.png");

/// What was made.
#[derive(Debug)]
pub(super) struct Seeded {
    pub(super) account: Account,
    pub(super) administrator: administrator::Seeded,
    pub(super) consumers: Vec<manifest::Consumer>,
    pub(super) clients: Clients,
    pub(super) connectors: Connectors,
    pub(super) users: Users,
    pub(super) encryption_key: Jwk,
    pub(super) app_keys: app_keys::AppKeys,
    pub(super) initial_access_token: OneTime<InitialAccessToken>,
}

pub(super) async fn seed(services: &Services) -> anyhow::Result<Seeded> {
    let account = account(services).await.context("the demo's account")?;
    let administrator = administrator::seed(services)
        .await
        .context("the demo's administrator")?;
    keys::seed(services, &account.account_id)
        .await
        .context("the demo's keys")?;
    let consumers = consumers::seed(services, &account.account_id)
        .await
        .context("the demo's consumers")?;
    let clients = Box::pin(clients::seed(services, &account))
        .await
        .context("the demo's clients")?;
    let connectors = Box::pin(connectors::seed(services, &account, &clients))
        .await
        .context("the demo's connectors")?;
    let users = users::seed(services, &account)
        .await
        .context("the demo's users")?;
    let encryption_key = services.platform_keys.encryption().await?.public().to_jwk();
    let app_keys = Box::pin(app_keys::seed(services, &account.account_id))
        .await
        .context("the demo's API keys")?;
    let until = services.clock.now() + Duration::from_hours(30 * 24);
    let by = By::system();
    let initial_access_token = registration::allow(services, &by, &account.account_id, 1_000_000, until)
        .await
        .context("the demo's initial access token")?;
    Ok(Seeded {
        account,
        administrator,
        consumers,
        clients,
        connectors,
        users,
        encryption_key,
        app_keys,
        initial_access_token,
    })
}

async fn account(services: &Services) -> directory::Result<Account> {
    let draft = account::Draft {
        settings: AccountSettings {
            display_name: Shop::BRAND.to_owned(),
            logo: directory::logo(LOGO).ok(),
            colour: Some(Shop::COLOUR.to_owned()),
            registration: Registration::Open,
            registration_response_types: ResponseType::OPENID.to_vec(),
            registration_grant_types: GrantType::ALL.to_vec(),
            registration_policy: ClientPolicy::Certified,
            flow: Some(Flow::Code),
            features: Features {
                anonymous: true,
                bots: true,
                sign_up: true,
                encrypted_request_objects: true,
            },
            authorization_details_types: BTreeMap::from([(DETAILS.to_owned(), payment())]),
            ..AccountSettings::default()
        },
        ..account::Draft::default()
    };
    let Ok(id) = AccountId::parse(ACCOUNT) else {
        unreachable!("a constant");
    };
    match account::create(services, &By::system(), id.clone(), draft).await {
        Ok(created) => Ok(created.account),
        Err(directory::Error::Taken { .. }) => account::find(services, Some(&id)).await,
        Err(error) => Err(error),
    }
}

/// What may be asked for in detail at the demo.
fn payment() -> DetailsSchema {
    let titled = |title: &str| DetailsSchema {
        title: Some(title.to_owned()),
        ..DetailsSchema::default()
    };
    DetailsSchema {
        title: Some("Pay somebody".to_owned()),
        properties: BTreeMap::from([
            ("instructedAmount".to_owned(), titled("Amount")),
            ("creditorName".to_owned(), titled("Payee")),
        ]),
        required: vec!["instructedAmount".to_owned()],
        ..DetailsSchema::default()
    }
}

/// Letters and digits out of 32 that can't be taken for each other, five random bits each, in fours, to be typed by people.
fn password<const LETTERS: usize>(entropy: &Entropy) -> String {
    const ALPHABET: [char; 32] = [
        'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'u', 'v',
        'w', 'x', 'y', 'z', '2', '3', '4', '5', '6', '7', '8', '9',
    ];
    let mut password = String::with_capacity(2 * LETTERS);
    for (place, byte) in entropy.bytes::<LETTERS>().into_iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            password.push('-');
        }
        password.extend(ALPHABET.get(usize::from(byte & 31)));
    }
    password
}
