//! Who works in the brand's account: an agent, an administrator, somebody whose password is too old, and a bot.

use secrecy::SecretString;

use crate::context::Services;
use crate::demo::manifest::{Bot, GatewayUser};
use crate::directory::user::{self, Changer, Draft, Wanted};
use crate::directory::{self, By, Error};
use crate::model::user::UserType;
use crate::model::{Account, RoleType, UserProfile};

/// Who was made.
#[derive(Debug)]
pub(in crate::demo) struct Users {
    pub(in crate::demo) agent: GatewayUser,
    pub(in crate::demo) admin: GatewayUser,
    pub(in crate::demo) expired: GatewayUser,
    pub(in crate::demo) bot: Bot,
}

pub(super) async fn seed(services: &Services, account: &Account) -> directory::Result<Users> {
    let user = async |name: &str, full_name: &str, role, must_change| {
        let password = super::password::<16>(&services.entropy);
        let draft = draft(name, full_name, role, must_change);
        made(services, account, draft, Some(password.as_str().into())).await?;
        Ok::<_, Error>(GatewayUser {
            username: name.to_owned(),
            password,
        })
    };
    let agent = user("agent", "Alex Morgan", RoleType::Agent, false).await?;
    let admin = user("manager", "Robin Vega", RoleType::Admin, false).await?;
    let expired = user("newcomer", "Sam Okafor", RoleType::Agent, true).await?;
    let bot = Draft {
        kind: UserType::Bot,
        ..draft("bot1", "Bot One", RoleType::Agent, false)
    };
    made(services, account, bot, None).await?;
    Ok(Users {
        agent,
        admin,
        expired,
        bot: Bot {
            username: "bot1".to_owned(),
        },
    })
}

/// Makes a user; one whom an earlier demo left is as it was made then, with another password.
async fn made(
    services: &Services,
    account: &Account,
    draft: Draft,
    password: Option<SecretString>,
) -> directory::Result<()> {
    let changer = Changer::unlimited(By::system());
    match user::find_named(services, &account.account_id, &draft.login_name).await {
        Ok(left) => {
            let wanted = Wanted::new(draft, password);
            user::update_all(services, &changer, account, vec![(left, wanted)]).await?;
        }
        Err(Error::NotFound { .. }) => {
            user::create(services, &By::system(), account, Wanted::new(draft, password)).await?;
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

fn draft(name: &str, full_name: &str, role: RoleType, must_change_password: bool) -> Draft {
    Draft {
        login_name: name.to_owned(),
        full_name: full_name.to_owned(),
        must_change_password,
        profile: UserProfile {
            nickname: name.to_owned(),
            email: format!("{name}@brand.example"),
            max_chats: 4,
            profile_ids: vec![role.number()],
            ..UserProfile::default()
        },
        ..Draft::default()
    }
}
