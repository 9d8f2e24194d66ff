//! One authentication type for web and in-app messaging (section 3.1 of the platform contract, F-28): the account's flow,
//! of which one connector is the first choice.

use super::Draft;
use crate::context::Services;
use crate::directory::Result;
use crate::directory::error::Problems;
use crate::model::Account;
use crate::model::account::Flow;
use crate::model::connector::{Connector, ConnectorKind};
use crate::store::accounts::AccountRow;

/// The flow of an account: what it is set to, or what its first choice is.
fn of(owner: &AccountRow, others: &[Connector]) -> Option<Flow> {
    let mut chosen = others.iter().filter(|other| other.configuration.preferred);
    owner
        .settings
        .flow
        .or_else(|| chosen.find_map(|other| other.kind.flow()))
}

/// Whether a new connector, which isn't said to be preferred, is it all the same, since there is no other one.
pub(super) fn is_first(draft: &Draft, owner: &AccountRow, others: &[Connector]) -> bool {
    let has_one = others
        .iter()
        .any(|other| other.kind == draft.kind && other.configuration.preferred);
    let fits = match (draft.kind.flow(), of(owner, others)) {
        (Some(kind), Some(flow)) => kind == flow,
        (Some(_) | None, None) | (None, Some(_)) => true,
    };
    draft.enabled && !has_one && fits && !draft.configuration.is_delegation()
}

/// Notes what breaks the rule of one type, and of one first choice; the flow that the account's becomes, where it does.
pub(super) fn check(
    draft: &Draft,
    former: Option<&Connector>,
    owner: &AccountRow,
    others: &[Connector],
    problems: &mut Problems,
) -> Option<Flow> {
    let preferred = draft.configuration.preferred;
    let gives_up = former
        .is_some_and(|former| former.configuration.preferred && former.kind == draft.kind && !preferred);
    if gives_up {
        problems.push(
            "preferred",
            None,
            "true, until another connector of its type is preferred: there is always a first choice",
        );
    }
    problems.unless(
        !(preferred && draft.configuration.is_delegation()),
        "preferred",
        true,
        "false for consumer delegation, which verifies nobody",
    );
    let kind = draft.kind.flow().filter(|_| preferred)?;
    let flow = of(owner, others).filter(|flow| *flow != kind)?;
    if draft.switch_flow {
        return Some(kind);
    }
    problems.unless(
        false,
        "preferred",
        true,
        format!(
            "false, since the account's one type for web and apps is {}; with switchFlow it becomes {}, and the apps must \
             change too (F-28)",
            flow.as_str(),
            kind.as_str()
        ),
    );
    None
}

/// What else changes with a change of the type.
pub(super) fn changes(former: &Connector, changed: &Connector, follows: Option<Flow>) -> Vec<String> {
    let apps = |what: String| {
        format!(
            "{what}: the brand's page and its mobile apps must hand over the same kind, so change them too (F-28)."
        )
    };
    match follows {
        Some(flow) => vec![apps(format!("The account's flow is {} now", flow.as_str()))],
        None if former.kind != changed.kind && changed.kind != ConnectorKind::Anonymous => {
            vec![apps(format!("The connector's type is {} now", changed.kind))]
        }
        None => Vec::new(),
    }
}

/// What no longer fits once an account's flow was set by itself, and not by a connector that takes its others along.
pub async fn left_behind(services: &Services, account: &Account) -> Result<Vec<String>> {
    let Some(flow) = account.settings.flow else {
        return Ok(vec![
            "The account has no one type any more: where no connector is named, a code's first choice is taken before an id_token's \
             (F-28)."
                .to_owned(),
        ]);
    };
    let (id, name) = (&account.account_id, flow.as_str());
    let mut told = vec![format!(
        "The account's flow is {name} now: the brand's page and its mobile apps must hand over the same kind, so change them too \
         (F-28)."
    )];
    let connectors = super::all(services, id).await?;
    let verifies = |it: &&Connector| it.enabled && !it.configuration.is_delegation();
    let (same, others): (Vec<_>, Vec<_>) = connectors
        .iter()
        .filter(verifies)
        .filter(|it| it.kind.flow().is_some())
        .partition(|it| it.kind.flow() == Some(flow));
    for other in others {
        told.push(format!(
            "Connector {} carries {}: {} from now on.",
            other.connector_id,
            other.kind,
            if other.configuration.preferred {
                "it was the first choice, and is used where its id is named alone"
            } else {
                "it is used where its id is named alone"
            }
        ));
    }
    match same.as_slice() {
        [] if !connectors.is_empty() => told.push(format!(
            "There is no connector of the type {name}: logins that name no connector fail until signet connector create, or signet \
             connector update --type, makes one."
        )),
        [_, _, ..] if !same.iter().any(|it| it.configuration.preferred) => told.push(format!(
            "Of the connectors of the type {name} none is the first choice: logins that name no connector fail until signet connector \
             update ID --preferred."
        )),
        _ => {}
    }
    for client in services.clients.platform(id).await?.iter() {
        let asks = client.settings.response_types.iter().any(|kind| match flow {
            Flow::Code => kind.has_code(),
            Flow::Implicit => kind.is_front_channel(),
        });
        if client.enabled
            && !asks
            && !(flow == Flow::Implicit && client.settings.leniency.token_means_id_token)
        {
            told.push(format!(
                "The platform's client {} may not ask for it: signet client update {} --response-type.",
                client.client_id, client.client_id
            ));
        }
    }
    Ok(told)
}
