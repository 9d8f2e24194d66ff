//! The peer: node-oidc-provider, as `benches/peer` sets it up.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use jose::{Algorithm, PrivateKey, RsaBits};
use serde_json::{Value, json};

use crate::contestant::Prepared;
use crate::people::{Clients, ES256_RESOURCE, RS256_RESOURCE, clients, people};
use crate::process::{Launch, free_port};
use crate::target::{Client, Setup};

/// Writes its settings into `folder`; `home` is `benches/peer` with what it depends on installed.
pub(crate) fn prepare(home: &Path, folder: &Path) -> Result<Prepared> {
    let home = home.canonicalize()?;
    let library = home.join("node_modules/oidc-provider/package.json");
    ensure!(library.exists(), "run `npm ci` in {} first", home.display());
    let library: Value = serde_json::from_str(&fs::read_to_string(library)?)?;
    let version = library.get("version").and_then(Value::as_str).unwrap_or_default();

    let port = free_port()?;
    let issuer = format!("http://localhost:{port}");
    let Clients {
        mut code,
        implicit,
        app,
        mut backend,
        mut rs256,
        mut es256,
    } = clients();
    for client in [&mut code, &mut backend, &mut rs256, &mut es256] {
        "a-secret-that-only-the-benchmark-knows".clone_into(&mut client.secret);
    }
    let program = |client: &Client| {
        json!({
            "client_id": client.id, "client_secret": client.secret, "redirect_uris": [], "response_types": [],
            "grant_types": ["client_credentials"], "token_endpoint_auth_method": "client_secret_basic",
        })
    };
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
    let key = |algorithm| {
        anyhow::Ok(
            PrivateKey::generate(algorithm, RsaBits::Rsa2048)?
                .to_pkcs8_pem()?
                .to_string(),
        )
    };
    let settings = json!({
        "issuer": issuer,
        "port": port,
        "signing_keys": {"RS256": key(Algorithm::RS256)?, "ES256": key(Algorithm::ES256)?},
        "resources": {RS256_RESOURCE: "RS256", ES256_RESOURCE: "ES256"},
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
        }, {
            "client_id": app.id,
            "redirect_uris": [app.redirect_uri],
            "response_types": ["code"],
            "grant_types": ["authorization_code", "refresh_token"],
            "id_token_signed_response_alg": "ES256",
            "token_endpoint_auth_method": "none",
        }, program(&backend), program(&rs256), program(&es256)],
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
            app,
            backend,
            rs256,
            es256,
            consumers: people.into_iter().map(|person| person.login).collect(),
        },
    })
}
