//! Who can sign in: the first has everything that there is to have.

use anyhow::{anyhow, bail};
use passwords::Password;
use serde::Deserialize;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::base::Entropy;
use crate::base::id::{AccountId, Subject};
use crate::context::Services;
use crate::demo::manifest;
use crate::model::{Consumer, Draft, Identifier};
use crate::store;
use crate::store::consumers::Written;

const PEOPLE: &str = include_str!("people.json");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Person {
    username: String,
    claims: Map<String, Value>,
    customer_info: Value,
    personal_info: Value,
}

pub(super) async fn seed(
    services: &Services,
    account: &AccountId,
) -> anyhow::Result<Vec<manifest::Consumer>> {
    let people: Vec<Person> = serde_json::from_str(PEOPLE)?;
    let mut seeded = Vec::with_capacity(people.len());
    for person in people {
        let name = person
            .claims
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let username = person.username.clone();
        let password = password(&services.entropy);
        let sub = match find(services, account, &username).await? {
            Some(former) => former,
            None => insert(services, account, person).await?,
        };
        set_password(services, account, &sub, &password).await?;
        seeded.push(manifest::Consumer {
            name,
            username,
            password,
            sub: sub.to_string(),
        });
    }
    services.forget();
    Ok(seeded)
}

/// Whom an earlier demo left.
async fn find(services: &Services, account: &AccountId, username: &str) -> anyhow::Result<Option<Subject>> {
    let identifier = Identifier::parse(username)?;
    let found = store::consumers::find_by_identifier(&services.db, account, &identifier).await?;
    Ok(found.map(|consumer| consumer.sub))
}

async fn insert(services: &Services, account: &AccountId, person: Person) -> anyhow::Result<Subject> {
    let draft = Draft {
        username: Some(person.username),
        claims: person.claims,
        customer_info: Some(person.customer_info),
        personal_info: Some(person.personal_info),
        ..Draft::default()
    };
    let profile = draft.check().map_err(|refusals| anyhow!("{refusals:?}"))?;
    let now = services.clock.now();
    let consumer = Consumer {
        account_id: account.clone(),
        sub: Subject::fresh(&services.entropy),
        status: profile.status,
        username: profile.username,
        claims: profile.claims,
        customer_info: profile.customer_info,
        personal_info: profile.personal_info,
        created_at: now,
        updated_at: now,
    };
    let sub = consumer.sub.clone();
    let identifiers = profile.identifiers;
    let written = services
        .db
        .transaction(move |tx| {
            Box::pin(async move { store::consumers::insert(tx, &consumer, &identifiers).await })
        })
        .await?;
    match written {
        Written::Done => Ok(sub),
        other => bail!("{other:?}"),
    }
}

async fn set_password(
    services: &Services,
    account: &AccountId,
    sub: &Subject,
    password: &str,
) -> anyhow::Result<()> {
    let (typed, salt) = (Zeroizing::new(password.to_owned()), services.entropy.bytes());
    let hash = services
        .passwords
        .pool()
        .run(move |hasher| anyhow::Ok(hasher.hash(Password::new(typed.as_bytes())?, salt)?))
        .await??;
    let (owner, sub, hash, now) = (
        account.clone(),
        sub.clone(),
        hash.to_string(),
        services.clock.now(),
    );
    services
        .db
        .transaction(move |tx| {
            Box::pin(async move { store::consumers::set_password(tx, &owner, &sub, &hash, now).await })
        })
        .await?;
    Ok(())
}

/// Twelve letters and digits out of 32 that can't be taken for each other: 60 random bits, to be typed by people.
fn password(entropy: &Entropy) -> String {
    const LETTERS: [char; 32] = [
        'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'u', 'v',
        'w', 'x', 'y', 'z', '2', '3', '4', '5', '6', '7', '8', '9',
    ];
    let mut password = String::with_capacity(14);
    for (place, byte) in entropy.bytes::<12>().into_iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            password.push('-');
        }
        password.extend(LETTERS.get(usize::from(byte & 31)));
    }
    password
}
