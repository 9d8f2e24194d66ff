//! A connector, to be read, pasted and checked.

use axum::response::Response;
use pages::console::{Checked, ConnectorPage, Notice, Pasted, Section};

use super::{FORM, fault, named, row};
use crate::admin::visit::Visit;
use crate::admin::{Administrator, Chosen};
use crate::base::id::ClientId;
use crate::directory::connector;
use crate::directory::doctor::{Check, Verdict};
use crate::http::PageError;
use crate::http::input::{Form, Query};
use crate::model::connector::{Connector, ConnectorKind, JwtValidationType};

/// `GET /admin/connectors/show?connector=…`
pub(in crate::admin) async fn get(
    visit: Visit,
    administrator: Administrator,
    chosen: Chosen,
    Query(query): Query,
) -> Result<Response, PageError> {
    let found = named(&visit, &chosen, &query).await?;
    let done = match query.get("done") {
        Some("saved") => "The connector is saved.",
        Some("switched") => {
            "The connector is saved, and the account’s type with it: change the brand’s page and its mobile apps, too."
        }
        _ => "",
    };
    page(&visit, &administrator, &chosen, &found, done, None).await
}

/// `POST /admin/connectors/check`: looks at it as the platform does.
pub(in crate::admin) async fn check(
    visit: Visit,
    administrator: Administrator,
    chosen: Chosen,
    Form(form): Form,
) -> Result<Response, PageError> {
    visit.demand_form(&administrator, FORM, &form)?;
    let found = named(&visit, &chosen, &form).await?;
    let checks = connector::check(&visit.services, &found).await.map_err(fault)?;
    page(&visit, &administrator, &chosen, &found, "", Some(&checks)).await
}

async fn page(
    visit: &Visit,
    administrator: &Administrator,
    chosen: &Chosen,
    found: &Connector,
    done: &str,
    checks: Option<&[Check]>,
) -> Result<Response, PageError> {
    let mut warnings = connector::warnings(&visit.services, found).await.map_err(fault)?;
    if !done.is_empty() {
        let keys = Box::pin(connector::unreadable_keys(&visit.services, found));
        warnings.extend(keys.await.map_err(fault)?);
    }
    let notice = Notice {
        good: !done.is_empty() || warnings.is_empty(),
        text: if done.is_empty() { "Look at this:" } else { done },
        lines: &warnings,
        force: None,
    };
    let key = pasted_key(visit, chosen, found).await?;
    let fields = fields(found, &key);
    let fields: Vec<Pasted<'_>> = fields
        .iter()
        .map(|(label, value, hint, copy)| Pasted {
            label,
            value,
            hint,
            copy: *copy,
        })
        .collect();
    let findings: Vec<Vec<(&str, &str, &str)>> = checks
        .unwrap_or_default()
        .iter()
        .map(|check| {
            let parts = check.findings.iter();
            parts
                .map(|it| (it.place.as_str(), it.problem.as_str(), it.mend.as_str()))
                .collect()
        })
        .collect();
    let checked: Vec<Checked<'_>> = checks
        .unwrap_or_default()
        .iter()
        .zip(&findings)
        .map(|(check, findings)| Checked {
            name: title(check.name),
            verdict: verdict(check.verdict),
            findings,
            notes: &check.notes,
        })
        .collect();
    let framed = visit.framed(administrator, Some(chosen));
    let view = ConnectorPage {
        shell: framed.shell(Section::Connectors),
        csrf: &visit.form_token(administrator, FORM),
        notice: (!done.is_empty() || !warnings.is_empty()).then_some(&notice),
        connector: row(found),
        fields: &fields,
        checks: checks.map(|_| checked.as_slice()),
    };
    Ok(framed.show(view.render()))
}

const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "ok",
        Verdict::Warning => "warning",
        Verdict::Wrong => "wrong",
        Verdict::Unchecked => "unchecked",
    }
}

/// What a check looks at, for people.
fn title(name: &'static str) -> &'static str {
    match name {
        "connector" => "The fields",
        "connector_issuer" => "The issuer",
        "connector_keys" => "The keys",
        "connector_token_endpoint" => "The token endpoint",
        "connector_client" => "The client and its signing key",
        "connector_clock" => "The clocks",
        other => other,
    }
}

/// The line to paste, and the SHA-256 of what it holds: the connector's own, or that of the key that signs here.
async fn pasted_key(
    visit: &Visit,
    chosen: &Chosen,
    found: &Connector,
) -> Result<(String, String), PageError> {
    let fields = &found.configuration;
    if let Some(line) = &fields.jwt_public_key {
        let key = jose::PublicKey::from_spki_line(jose::Algorithm::RS256, line).ok();
        return Ok((line.clone(), key.map(|key| key.fingerprint()).unwrap_or_default()));
    }
    if fields.issuer != chosen.account.issuer {
        return Ok((String::new(), String::new()));
    }
    let Ok(id) = ClientId::parse(&fields.client_id) else {
        return Ok((String::new(), String::new()));
    };
    let account = &chosen.account.account_id;
    let client = match crate::directory::client::find(&visit.services, account, &id).await {
        Ok(client) => client,
        Err(crate::directory::Error::NotFound { .. }) => return Ok((String::new(), String::new())),
        Err(error) => return Err(fault(error)),
    };
    let signs = chosen.key_for(&client).map(|key| key.signer.public());
    Ok(signs
        .map(|key| (key.to_spki_line(), key.fingerprint()))
        .unwrap_or_default())
}

/// The platform's fields by their newest names, in its order (section 3.1 of the platform contract): the value, what is
/// good to know of it, and whether the brand pastes it there.
fn fields(
    connector: &Connector,
    (line, fingerprint): &(String, String),
) -> Vec<(&'static str, String, String, bool)> {
    let fields = &connector.configuration;
    let is_code = connector.kind == ConnectorKind::Code;
    let by_set = fields.jwt_validation_type == JwtValidationType::JwksEndpoint;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let plain = |label, value: String| (label, value, String::new(), false);
    let pasted = |label, value: String, hint: &str| (label, value, hint.to_owned(), true);
    let sha = if fingerprint.is_empty() {
        String::new()
    } else {
        format!("SHA-256 {fingerprint}")
    };
    if connector.kind == ConnectorKind::Anonymous {
        return vec![plain("Type", "anonymous: nobody logs in".to_owned())];
    }
    let mut all = vec![plain("OAuth 2.0 Authentication Type", connector.kind.to_string())];
    if is_code {
        let pkce = if fields.pkce_enabled { "on" } else { "off" };
        all.push(plain("Authorisation code flow with PKCE", pkce.to_owned()));
    }
    all.push(pasted(
        "Issuer Display Name",
        fields.issuer_display_name.clone(),
        "",
    ));
    all.push(pasted(
        "JWT issuer (iss)",
        fields.issuer.clone(),
        "Byte for byte: the page’s identity function says the same.",
    ));
    all.push(pasted(
        "Authentication Endpoint",
        text(&fields.authorization_endpoint),
        "An external window opens it; an embedded one does not.",
    ));
    if is_code {
        all.push(pasted("Token Endpoint", text(&fields.token_endpoint), ""));
    }
    all.push(pasted("Client ID", fields.client_id.clone(), ""));
    if is_code {
        let kept = if connector.secret.is_some() {
            "kept, and shown to nobody"
        } else {
            ""
        };
        all.push(plain("Client Secret", kept.to_owned()));
    }
    let kind = if by_set { "JWKS endpoint" } else { "JWT public key" };
    all.push(plain("IDP Certificate Type", kind.to_owned()));
    let hint = match (by_set, sha.is_empty()) {
        (_, true) => String::new(),
        (true, false) => format!("{sha}. Only where the platform can’t read the JWKS endpoint."),
        (false, false) => sha,
    };
    all.push(("JWT Public Key", line.clone(), hint, true));
    all.push(pasted("JWKS Endpoint", text(&fields.jwks_endpoint), ""));
    all.push(pasted("JS Method Name", fields.js_method_name.clone(), ""));
    all.push(pasted("JS Context", fields.js_context.clone(), ""));
    all.push(plain(
        "Audience",
        if fields.audience.is_empty() {
            fields.client_id.clone()
        } else {
            fields.audience.join(", ")
        },
    ));
    let dialect = if fields.rfc_compliance {
        "OAuth 2 RFC"
    } else {
        "the old openID dialect"
    };
    all.push(plain("Dialect of external windows", dialect.to_owned()));
    all.push(plain("Levels (acrValues)", fields.acr_values.join(", ")));
    all
}
