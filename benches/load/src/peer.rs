//! The peer: node-oidc-provider, as `benches/peer` sets it up.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use jose::{Algorithm, PrivateKey, RsaBits};
use serde_json::{Value, json};

use crate::contestant::Prepared;
use crate::people::{clients, people};
use crate::process::{Launch, free_port};
use crate::target::Setup;

/// Writes its settings into `folder`; `home` is `benches/peer` with what it depends on installed.
pub(crate) fn prepare(home: &Path, folder: &Path) -> Result<Prepared> {
    let home = home.canonicalize()?;
    let library = home.join("node_modules/oidc-provider/package.json");
    ensure!(library.exists(), "run `npm ci` in {} first", home.display());
    let library: Value = serde_json::from_str(&fs::read_to_string(library)?)?;
    let version = library.get("version").and_then(Value::as_str).unwrap_or_default();

    let port = free_port()?;
    let issuer = format!("http://localhost:{port}");
    let (mut code, implicit) = clients();
    "a-secret-that-only-the-benchmark-knows".clone_into(&mut code.secret);
    let people = people();
    let accounts: Vec<Value> = people
        .iter()
        .enumerate()
        .map(|(number, person)| {
            let mut claims = person.claims.clone();
            claims.insert("sub".into(), format!("f81d4fae7dec11d0a765{number:012}").into());
            claims.insert(
                "lp_sdes".into(),
                json!([
                    {"type": "ctmrinfo", "info": person.customer_info},
                    {"type": "personal", "personal": person.personal_info},
                ]),
            );
            json!({"username": person.login.username, "password": person.login.password, "claims": claims})
        })
        .collect();
    let key = PrivateKey::generate(Algorithm::RS256, RsaBits::Rsa2048)?;
    let settings = json!({
        "issuer": issuer,
        "port": port,
        "signing_key": key.to_pkcs8_pem()?.as_str(),
        "accounts": accounts,
        "scopes": {
            "openid": ["sub", "lp_sdes"],
            "profile": ["name", "given_name", "family_name", "locale", "zoneinfo"],
            "email": ["email", "email_verified"],
        },
        "clients": [{
            "client_id": code.id,
            "client_secret": code.secret,
            "redirect_uris": [code.redirect_uri],
            "response_types": ["code"],
            "grant_types": ["authorization_code"],
            "token_endpoint_auth_method": "client_secret_basic",
        }, {
            "client_id": implicit.id,
            "redirect_uris": [implicit.redirect_uri],
            "response_types": ["id_token"],
            "grant_types": ["implicit"],
            "token_endpoint_auth_method": "none",
        }],
    });
    let file = folder.join("peer.json");
    fs::write(&file, settings.to_string()).context("cannot write the peer's settings")?;
    Ok(Prepared {
        name: format!("node-oidc-provider {version}"),
        launch: Launch {
            program: "node".into(),
            arguments: vec!["server.mjs".into(), file.into()],
            folder: home,
            environment: vec![("NODE_ENV", "production")],
            log: folder.join("peer.log"),
            port,
        },
        setup: Setup {
            issuer,
            port,
            code,
            implicit,
            consumers: people.into_iter().map(|person| person.login).collect(),
        },
    })
}
