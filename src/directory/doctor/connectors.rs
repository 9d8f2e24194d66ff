//! The connectors of all accounts, as far as nobody has to be asked: `signet doctor --connector ID` asks.

use super::Check;
use crate::context::Services;
use crate::directory::{Result, connector};
use crate::model::Account;
use crate::model::account::Flow;
use crate::model::connector::ConnectorKind;

pub(super) async fn check(services: &Services, accounts: &[Account]) -> Result<Check> {
    let mut check = Check::new("connectors");
    let mut seen = 0;
    for account in accounts {
        let id = &account.account_id;
        let connectors = connector::all(services, id).await?;
        seen += connectors.len();
        for connector in &connectors {
            for found in connector::check_here(services, connector).await? {
                check.take(found, id.as_str());
            }
        }
        let wanted = account.settings.flow.map(|flow| match flow {
            Flow::Implicit => ConnectorKind::Implicit,
            Flow::Code => ConnectorKind::Code,
        });
        // One by itself needs no choice.
        if let Some(kind) = wanted
            && connectors
                .iter()
                .filter(|it| it.kind == kind && it.enabled && !it.configuration.is_delegation())
                .count()
                > 1
            && !connectors
                .iter()
                .any(|it| it.kind == kind && it.configuration.preferred)
        {
            check.warn(
                id.as_str(),
                format!("its type is {kind}, and no connector of it is the first choice: logins that name no connector fail (F-28)"),
                "signet connector update ID --preferred",
            );
        }
    }
    if seen == 0 {
        return Ok(Check::unchecked("connectors", "there is no connector"));
    }
    check.note(format!(
        "{seen} looked at; signet doctor --connector ID asks the brand, too: F-01 to F-03, F-05 to F-08, F-10, F-17 to \
         F-20; with --page URL its page and the page's own script files: F-05, F-12, F-13, F-21 to F-24, F-26 to F-28; with \
         --token-file FILE a token of its: F-01, F-04, F-05, F-08, F-18 to F-20, F-26, F-27"
    ));
    Ok(check)
}
