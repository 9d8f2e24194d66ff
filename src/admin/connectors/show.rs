//! A connector, to be read, pasted and checked.

use axum::response::Response;
use pages::console::{Checked, ConnectorPage, Notice, Pasted, Section};

use super::{FORM, fault, named, row};
use crate::admin::revision;
use crate::admin::visit::Visit;
use crate::admin::{Chosen, Operator};
use crate::directory::connector;
use crate::directory::doctor::{Check, Verdict};
use crate::http::PageError;
use crate::http::input::{Form, Query};
use crate::model::Client;
use crate::model::connector::{Connector, ConnectorKind, JwtValidationType, delegation_callback};

/// `GET /admin/connectors/show?connector=…`
pub(in crate::admin) async fn get(
    visit: Visit,
    operator: Operator,
    chosen: Chosen,
    Query(query): Query,
) -> Result<Response, PageError> {
    let found = named(&visit, &chosen, &query).await?;
    let done = match query.get("done") {
        Some("saved") => (true, "The connector is saved."),
        Some("switched") => (
            true,
            "The connector is saved, and the account’s type with it: change the brand’s page and its mobile apps, too.",
        ),
        Some("stale") => (
            false,
            "Somebody else changed it meanwhile. Nothing was done: look at it as it is now, and try again.",
        ),
        Some("early") => (
            false,
            "The client got a new secret less than a day ago, and its former one still works: another one now would end it at once. Nothing was changed; try again once it is over.",
        ),
        Some("unfit") => (
            false,
            "A connector for this client breaks a rule, so no new secret was made. Edit and save it first.",
        ),
        _ => (true, ""),
    };
    page(&visit, &operator, &chosen, &found, done, None).await
}

/// `POST /admin/connectors/check`: looks at it as the platform does.
pub(in crate::admin) async fn check(
    visit: Visit,
    operator: Operator,
    chosen: Chosen,
    Form(form): Form,
) -> Result<Response, PageError> {
    visit.demand_form(&operator, FORM, &form)?;
    let found = named(&visit, &chosen, &form).await?;
    let checks = connector::check(&visit.services, &found).await.map_err(fault)?;
    page(&visit, &operator, &chosen, &found, (true, ""), Some(&checks)).await
}

async fn page(
    visit: &Visit,
    operator: &Operator,
    chosen: &Chosen,
    found: &Connector,
    (good, done): (bool, &str),
    checks: Option<&[Check]>,
) -> Result<Response, PageError> {
    let mut warnings = connector::warnings(&visit.services, found).await.map_err(fault)?;
    if !done.is_empty() {
        let keys = Box::pin(connector::unreadable_keys(&visit.services, found));
        warnings.extend(keys.await.map_err(fault)?);
    }
    let notice = Notice {
        good: good && (!done.is_empty() || warnings.is_empty()),
        text: if done.is_empty() { "Look at this:" } else { done },
        lines: &warnings,
        force: None,
    };
    let (services, account) = (&visit.services, &chosen.account);
    let client = connector::own_client(services, account, found)
        .await
        .map_err(fault)?;
    let mut fields = fields(found, &pasted_key(chosen, found, client.as_ref()));
    fields.extend(client.as_ref().map(leniencies));
    let fields: Vec<Pasted<'_>> = fields.iter().map(Field::pasted).collect();
    let at_brand = at_brand(visit, found, client.as_ref()).await?;
    let at_brand: Vec<Pasted<'_>> = at_brand.iter().map(Field::pasted).collect();
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
    let framed = visit.framed(operator, Some(chosen));
    let view = ConnectorPage {
        shell: framed.shell(Section::Connectors),
        csrf: &visit.form_token(operator, FORM),
        read: &revision::of(Some(found.updated_at)),
        notice: (!done.is_empty() || !warnings.is_empty()).then_some(&notice),
        connector: row(found),
        fields: &fields,
        at_brand: &at_brand,
        renews: client.is_some_and(|client| connector::may_renew(found, &client)),
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
        "connector_state" => "The state of external windows",
        other => other,
    }
}

/// The line to paste, and the SHA-256 of what it holds: the connector's own, or that of the key that signs here.
fn pasted_key(chosen: &Chosen, found: &Connector, client: Option<&Client>) -> (String, String) {
    if let Some(line) = &found.configuration.jwt_public_key {
        let key = jose::PublicKey::from_spki_line(jose::Algorithm::RS256, line).ok();
        return (line.clone(), key.map(|key| key.fingerprint()).unwrap_or_default());
    }
    let signs = client
        .and_then(|client| chosen.key_for(client))
        .map(|key| key.signer.public());
    signs
        .map(|key| (key.to_spki_line(), key.fingerprint()))
        .unwrap_or_default()
}

/// The platform's fields by their newest names, in its order (section 3.1 of the platform contract): the value, what is
/// good to know of it, and whether the brand pastes it there.
fn fields(connector: &Connector, (line, fingerprint): &(String, String)) -> Vec<Field> {
    let fields = &connector.configuration;
    let is_code = connector.kind == ConnectorKind::Code;
    let by_set = fields.jwt_validation_type == JwtValidationType::JwksEndpoint;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let plain = |label, value: String| Field(label, value, String::new(), false);
    let pasted = |label, value: String, hint: &str| Field(label, value, hint.to_owned(), true);
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
    all.push(Field("JWT Public Key", line.clone(), hint, true));
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

/// What the client at this server may do that the standards don't know: operators see it wherever they look at a connector.
fn leniencies(client: &Client) -> Field {
    let on = client.settings.leniency.switched_on();
    let on = if on.is_empty() {
        "none".to_owned()
    } else {
        on.join(", ")
    };
    let hint = "What the client here accepts for the platform’s sake. Each use is counted.";
    Field("Leniencies", on, hint.to_owned(), false)
}

/// A field as it is shown: its label, its value, what is good to know of it, and whether it is pasted elsewhere.
struct Field(&'static str, String, String, bool);

impl Field {
    fn pasted(&self) -> Pasted<'_> {
        let Self(label, value, hint, copy) = self;
        Pasted {
            label,
            value,
            hint,
            copy: *copy,
        }
    }
}

/// What the brand registers at its own identity provider for the platform (section 1.14 of the platform contract).
async fn at_brand(
    visit: &Visit,
    found: &Connector,
    client: Option<&Client>,
) -> Result<Vec<Field>, PageError> {
    if found.kind == ConnectorKind::Anonymous {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    let popup = "Where an external window waits for its answer.";
    match client.map(connector::popups) {
        Some(uris) if !uris.is_empty() => all.extend(
            uris.into_iter()
                .map(|uri| Field("Pop-up redirect URI", uri.to_owned(), popup.to_owned(), true)),
        ),
        Some(_) => all.push(Field(
            "Pop-up redirect URI",
            String::new(),
            popup.to_owned(),
            false,
        )),
        None => all.push(Field(
            "Pop-up redirect URI",
            String::new(),
            "The address of the external window, which the platform’s people tell you for your region."
                .to_owned(),
            false,
        )),
    }
    if found.kind == ConnectorKind::Code {
        all.push(Field(
            "Redirect URI of embedded windows",
            connector::EMBEDDED.to_owned(),
            "Named with each code whose page says no other.".to_owned(),
            true,
        ));
    }
    let key = connector::encryption_key(&visit.services).await.map_err(fault)?;
    let whose = format!(
        "SHA-256 {}. Of this server’s gateway: another platform has its own.",
        key.fingerprint
    );
    all.push(Field("The platform’s encryption key", key.line, whose, true));
    let kid = "The kid in the header of an encrypted token.".to_owned();
    all.push(Field("Its key ID", key.kid, kid, true));
    if found.kind == ConnectorKind::Code {
        all.push(Field(
            "Delegation callback URI",
            delegation_callback(
                visit.services.settings.server.public_url.as_str(),
                &found.account_id,
            ),
            "For consumer delegation alone.".to_owned(),
            true,
        ));
    }
    Ok(all)
}
