//! Who can sign in: the first has everything that there is to have.

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::base::id::AccountId;
use crate::context::Services;
use crate::demo::manifest;
use crate::directory::consumer::{self, NewPassword};
use crate::directory::{By, Error, account};
use crate::model::Draft;

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
    let account = account::find(services, Some(account)).await?;
    let by = By::system();
    let mut seeded = Vec::with_capacity(people.len());
    for person in people {
        let name = person
            .claims
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let username = person.username.clone();
        let password = super::password::<12>(&services.entropy);
        let plain = Some(NewPassword::Plain(SecretString::from(password.as_str())));
        let saved = match consumer::find(services, &account.account_id, &username).await {
            // Whom an earlier demo left gets a new password.
            Ok(former) => consumer::update(services, &by, &account, &former.sub, |_| Ok(()), plain).await?,
            Err(Error::NotFound { .. }) => {
                consumer::create(services, &by, &account, person.draft(), plain).await?
            }
            Err(error) => return Err(error.into()),
        };
        let sub = saved.consumer.sub.to_string();
        seeded.push(manifest::Consumer {
            name,
            username,
            password,
            sub,
        });
    }
    Ok(seeded)
}

impl Person {
    fn draft(self) -> Draft {
        Draft {
            username: Some(self.username),
            claims: self.claims,
            customer_info: Some(self.customer_info),
            personal_info: Some(self.personal_info),
            ..Draft::default()
        }
    }
}
