//! What a login is answered with (section 7.2 of the platform contract).

use serde::Serialize;

use crate::config::{TimeDiff, TimeZone};
use crate::context::Context;
use crate::directory::user::LoggedIn;
use crate::gateway::domain;
use crate::gateway::{Error, OfAccount};
use crate::model::account_entity::{EntityKind, MAIN_GROUP};
use crate::model::user::random_number;
use crate::model::{RoleType, ServiceHost};
use crate::store;

/// The body, in the platform's order: the bearer is last.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    csrf: String,
    wsuk: String,
    config: Config,
    csds_collection_response: Hosts,
    account_data: AccountData,
    #[serde(rename = "sessionTTl")]
    session_ttl: String,
    bearer: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    login_name: String,
    user_id: String,
    user_privileges: Vec<i64>,
    server_current_time: i64,
    time_diff: i64,
    server_time_zone_name: String,
    #[serde(rename = "serverTimeGMTDiff")]
    server_time_gmt_diff: i64,
    #[serde(rename = "isLPA")]
    is_lpa: bool,
    is_admin: bool,
    account_time_zone_id: String,
}

#[derive(Serialize)]
struct Hosts {
    #[serde(rename = "baseURIs")]
    base_uris: Vec<ServiceHost>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AccountData {
    agent_groups_data: Groups,
}

#[derive(Serialize)]
struct Groups {
    items: Vec<Group>,
    revision: i64,
}

#[derive(Serialize)]
struct Group {
    id: i64,
    deleted: bool,
    name: String,
}

/// Of accounts that say nothing else.
const ACCOUNT_ZONE: &str = "UTC";

impl Answer {
    pub(super) async fn of(account: &OfAccount, logged_in: &LoggedIn) -> Result<Self, Error> {
        let context: &Context = account;
        let (user, values) = (&logged_in.user, &logged_in.values);
        let account_id = &user.account_id;
        let groups =
            store::account_entities::list(context.db(), account_id, EntityKind::AgentGroup, false).await?;
        let revision = store::users::revision(context.db(), account_id).await?;
        let main = Group {
            id: MAIN_GROUP,
            deleted: false,
            name: "Main Group".to_owned(),
        };
        let own = groups.into_iter().map(|group| Group {
            id: group.entity_id,
            deleted: false,
            name: group.name,
        });
        let gateway = &context.services.settings.gateway;
        let server_zone = &gateway.time_zone;
        let account_zone = context.tenant.account.settings.time_zone.as_deref();
        let ahead = server_zone.ahead_of_utc(context.now);
        // A name from before names were looked up may be none: then nothing is known of its clocks.
        let account_ahead = account_zone
            .unwrap_or(ACCOUNT_ZONE)
            .parse()
            .map_or(ahead, |zone: TimeZone| zone.ahead_of_utc(context.now));
        let lasts = context.services.user_sessions.lasts();
        Ok(Self {
            csrf: values.csrf.expose().to_owned(),
            wsuk: random_number(&context.services.entropy).to_string(),
            config: Config {
                login_name: user.login_name.clone(),
                user_id: user.user_id.to_string(),
                user_privileges: logged_in.privileges.numbers(),
                server_current_time: context.now.millis(),
                time_diff: match gateway.time_diff {
                    TimeDiff::None => 0,
                    TimeDiff::Zones => account_ahead - ahead,
                },
                server_time_zone_name: server_zone.to_string(),
                server_time_gmt_diff: ahead,
                is_lpa: user.profile.profile_ids.contains(&RoleType::Lpa.number()),
                is_admin: logged_in.is_admin,
                account_time_zone_id: account_zone.unwrap_or(ACCOUNT_ZONE).to_owned(),
            },
            csds_collection_response: Hosts {
                base_uris: domain::hosts(account),
            },
            account_data: AccountData {
                agent_groups_data: Groups {
                    items: std::iter::once(main).chain(own).collect(),
                    revision,
                },
            },
            session_ttl: lasts.as_millis().to_string(),
            bearer: values.bearer.expose().to_owned(),
        })
    }
}
