//! What is written there, and what is told here.

use std::process::ExitCode;

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::Done;
use super::plan::Plan;
use super::platform::Platform;
use crate::cli::{Global, Outcome};

/// The connector in the platform's form (section 3.2 of the platform contract).
pub(super) fn document(plan: &Plan) -> Value {
    let mut configuration = serde_json::to_value(&plan.draft.configuration).unwrap_or_default();
    if let Value::Object(members) = &mut configuration {
        // The platform's own form has no such field: it is said only where the client's tokens are for somebody else.
        if plan.draft.configuration.audience.is_empty() {
            members.remove("audience");
        }
        if plan.draft.switch_flow {
            members.insert("switchFlow".to_owned(), true.into());
        }
        if let Some(secret) = &plan.draft.client_secret {
            members.insert("clientSecret".to_owned(), secret.expose_secret().into());
        }
    }
    json!({
        "name": plan.draft.name,
        "type": plan.draft.kind,
        "enabled": true,
        "configuration": configuration,
    })
}

/// Tells what was done, whether it works, and what is left.
pub(super) fn tell(global: &Global, plan: &Plan, platform: &Platform<'_>, done: &Done) -> Outcome {
    let account = platform.account;
    let remains = remains(plan);
    let verified = match &done.verified {
        None => Value::Null,
        Some(Ok(())) => true.into(),
        Some(Err(_)) => false.into(),
    };
    let why = done.verified.as_ref().and_then(|it| it.as_ref().err());
    let document = json!({
        "account": account,
        "services": platform.domains,
        "connector_id": done.connector_id,
        "created": done.is_new,
        "verified": verified,
        "error": why,
        "warnings": plan.warnings,
        "remains": remains,
    });
    global.output().show(&document, || {
        let written = if done.is_new { "made" } else { "written anew" };
        let tried = match &done.verified {
            None => "No login was tried: name a consumer with --consumer.".to_owned(),
            Some(Ok(())) => "A consumer logged in here, and the platform took what they brought.".to_owned(),
            Some(Err(error)) => format!("The test login failed: {error}"),
        };
        let lines = |all: &[String], mark: &str| {
            let lines: Vec<String> = all.iter().map(|it| format!("  {mark} {it}\n")).collect();
            lines.concat()
        };
        format!(
            "Connector {} is {written} at account {account}.\n{tried}\n{}\nWhat remains to be done by hand:\n\n{}",
            done.connector_id,
            lines(&plan.warnings, "!"),
            lines(&remains, "-")
        )
    })?;
    Ok(if why.is_none() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What no program can do from here.
fn remains(plan: &Plan) -> Vec<String> {
    let fields = &plan.draft.configuration;
    let (issuer, client_id) = (&fields.issuer, &fields.client_id);
    let flow = plan.draft.kind;
    let mut all = vec![
        format!(
            "put <script src=\"{issuer}/sdk/signet.js\" data-client=\"{client_id}\" data-flow=\"{flow}\"></script> on the brand's pages, or define {} there yourself",
            fields.js_method_name
        ),
        "set the engagements of the campaign to authenticated, for the web and for apps".to_owned(),
        format!("hand over the same kind in the mobile apps: {flow} (F-28)"),
    ];
    if let Some((kid, sha)) = &plan.pasted {
        all.push(format!(
            "the platform holds the key {kid} (SHA-256 {sha}): when keys change, run signet key cutover"
        ));
    }
    all
}
