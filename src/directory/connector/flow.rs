//! One authentication type for web and in-app messaging (section 3.1 of the platform contract, F-28): the account's flow,
//! of which one connector is the first choice.

use super::Draft;
use crate::directory::error::Problems;
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
