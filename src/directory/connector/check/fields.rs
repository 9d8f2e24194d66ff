//! The fields by themselves, and beside the account's other connectors.

use crate::context::Services;
use crate::directory::connector::{Draft, rules, warnings};
use crate::directory::doctor::Check;
use crate::directory::error::Problems;
use crate::directory::{Error, Result};
use crate::model::connector::{Connector, ConnectorKind};

pub(super) async fn check(services: &Services, connector: &Connector) -> Result<Check> {
    let mut check = Check::new("connector");
    let id = &connector.connector_id;
    let update = format!("signet connector update {id}");
    let mut problems = Problems::default();
    let draft = Draft::from(connector);
    rules::check(&draft, services, connector.secret.is_some(), &mut problems);
    if let Err(Error::Invalid(problems)) = problems.finish() {
        for problem in problems {
            let found = problem.found.unwrap_or_else(|| "what is there".to_owned());
            check.wrong(
                format!("{id}: {}", problem.key),
                format!("{found} can't be used"),
                format!("{update}; allowed: {}", problem.allowed),
            );
        }
    }
    if connector.deleted {
        check.wrong(
            id.as_str(),
            "it is deleted",
            "signet connector create makes another one",
        );
    } else if !connector.enabled {
        check.wrong(
            id.as_str(),
            "it is disabled: everybody is refused (F-37)",
            format!("{update} --enabled true"),
        );
    }
    for warning in warnings(services, connector).await? {
        check.warn(id.as_str(), warning, update.as_str());
    }
    let fields = &connector.configuration;
    if connector.kind == ConnectorKind::Anonymous {
        check.note("Anonymous: nobody is asked, and nothing is fetched.");
        return Ok(check);
    }
    if !fields.preferred && !fields.is_delegation() {
        check.note("Not the first choice of its type: it is used where its id is named.");
    }
    if fields.authorization_endpoint.is_none() {
        check.warn(
            format!("{id}: authorizationEndpoint"),
            "there is none: external windows and pop-ups can't log anybody in, and the platform's form may insist on one",
            format!("{update} --authorization-endpoint URL"),
        );
    }
    check.note(format!(
        "An embedded window calls {} in the page, and no endpoint; an external window opens the authentication endpoint \
         (F-13, F-14).",
        method(connector)
    ));
    if !fields.rfc_compliance {
        check.note("The old openID dialect: response_type=token, and no state (F-11).");
    }
    Ok(check)
}

/// The method as the page's script would name it.
pub(super) fn method(connector: &Connector) -> String {
    let fields = &connector.configuration;
    match fields.js_context.as_str() {
        "" | "window" => fields.js_method_name.clone(),
        context => format!("{context}.{}", fields.js_method_name),
    }
}
