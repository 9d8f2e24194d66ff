//! Who can use the console: of the whole server.

use secrecy::SecretString;

use crate::context::Services;
use crate::directory::{By, Error, administrator};
use crate::model::administrator::AdministratorStatus;

const NAME: &str = "admin";

/// The administrator, with their password.
#[derive(Debug)]
pub(in crate::demo) struct Seeded {
    pub(in crate::demo) name: String,
    pub(in crate::demo) password: String,
}

pub(super) async fn seed(services: &Services) -> anyhow::Result<Seeded> {
    let by = By::system();
    let password = super::password::<16>(&services.entropy);
    let secret = || SecretString::from(password.as_str());
    match administrator::create(services, &by, NAME, None, secret()).await {
        Ok(_) => {}
        // Whom an earlier demo left gets a new password.
        Err(Error::Taken { .. }) => {
            administrator::set_password(services, &by, NAME, secret()).await?;
            administrator::set_status(services, &by, NAME, AdministratorStatus::Active).await?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Seeded {
        name: NAME.to_owned(),
        password,
    })
}
