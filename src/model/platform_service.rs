use serde::Serialize;

use super::Account;

/// A service of the messaging platform that is served here, by the name that the Domain API knows it by (section 6 of the
/// platform contract). The names are case-sensitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlatformService {
    /// The Login Service of users.
    AgentVep,
    /// The API of users, skills, profiles, agent groups and connectors, to read.
    AccountConfigReadOnly,
    /// The same, to write.
    AccountConfigReadWrite,
    /// The authentication of consumers.
    Idp,
    /// Tokens of applications.
    Sentinel,
    /// The messaging socket and the Send API.
    AsyncMessagingEnt,
    /// The management of API keys.
    AppKeyManagement,
}

super::text_enum!(PlatformService {
    AgentVep = "agentVep",
    AccountConfigReadOnly = "accountConfigReadOnly",
    AccountConfigReadWrite = "accountConfigReadWrite",
    Idp = "idp",
    Sentinel = "sentinel",
    AsyncMessagingEnt = "asyncMessagingEnt",
    AppKeyManagement = "appKeyManagement",
});

/// Where a service of an account is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceHost {
    /// The service's name.
    pub service: String,
    /// The account's id.
    pub account: String,
    /// Its host, with the port where that isn't 443; neither scheme nor path.
    #[serde(rename = "baseURI")]
    pub base_uri: String,
}

impl ServiceHost {
    /// Where all of an account's services are: those that it names where it says, the others on `host`, the server's own.
    pub fn all(account: &Account, host: &str) -> Vec<Self> {
        let named = &account.settings.services;
        let at = |service: &str, base_uri: &str| Self {
            service: service.to_owned(),
            account: account.account_id.to_string(),
            base_uri: base_uri.to_owned(),
        };
        let served = PlatformService::ALL.iter().map(|service| service.as_str());
        let ours = served
            .filter(|service| !named.contains_key(*service))
            .map(|service| at(service, host));
        let theirs = named.iter().map(|(service, host)| at(service, host));
        ours.chain(theirs).collect()
    }
}
