//! What is shown of a client.

use jose::{EncryptionKey, Jwk};
use oauth::ResponseType;
use serde_json::Value;

use crate::cli::directory::{facts, shown};
use crate::directory::client::{Written, document};
use crate::model::{Account, Client};

/// A client for people, each leniency with its switch.
pub(super) fn text(client: &Client) -> String {
    let document = document(client);
    let first = ["client_id", "account_id", "client_name", "enabled", "platform"];
    let last = ["jwks", "leniency", "secrets", "created_at", "updated_at"];
    let members: Vec<(&str, &Value)> = document
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value))
        .collect();
    let named = |names: &'static [&'static str]| {
        names
            .iter()
            .filter_map(|name| Some((*name, shown(document.get(*name)?))))
    };
    let between = members
        .iter()
        .filter(|(name, _)| !first.contains(name) && !last.contains(name))
        .map(|(name, value)| (*name, shown(value)));
    let secrets = client.secrets.iter().map(|secret| {
        let end = secret
            .expires_at
            .map(|end| format!(", works until {end}"))
            .unwrap_or_default();
        ("secret", format!("made {}{end}", secret.created_at))
    });
    let keys = client.settings.jwks.iter().flat_map(|set| &set.keys);
    let plain = facts(
        named(&["client_id", "account_id", "client_name", "enabled", "platform"])
            .chain(between)
            .chain(keys.map(|jwk| ("key", key(jwk))))
            .chain(secrets)
            .chain(named(&["created_at", "updated_at"])),
    );
    let switches = document
        .get("leniency")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    let switches = facts(switches.map(|(name, on)| {
        let on = if on == &Value::Bool(true) { "on" } else { "off" };
        (name.as_str(), on.to_owned())
    }));
    format!("{plain}\nLeniencies for the messaging platform\n{switches}")
}

/// One of its public keys: what it is for, and what two people compare who want to know whether it is the same.
fn key(jwk: &Jwk) -> String {
    let kid = jwk.kid.as_deref().unwrap_or("without an id");
    match EncryptionKey::from_jwk(jwk, None) {
        Ok(key) => {
            let bits = key
                .rsa_bits()
                .map(|bits| format!(" of {bits} bits"))
                .unwrap_or_default();
            format!(
                "{kid}: {}{bits}, to encrypt to with {}, SHA-256 {}",
                key.key_type(),
                key.management(),
                key.fingerprint()
            )
        }
        Err(_) => format!(
            "{kid}: {}, for {}",
            jwk.parameters.kty(),
            jwk.key_use.as_deref().unwrap_or("something else")
        ),
    }
}

/// What to do with a client that was just made.
pub(super) fn welcome(account: &Account, written: &Written, ambiguous: bool) -> String {
    let Written { client, secret } = written;
    let secret = secret.as_ref().map(|secret| secret.expose().to_owned());
    let kept = if secret.is_some() {
        "\nThe secret is shown this once; it is kept as a digest alone.\n"
    } else {
        ""
    };
    let name = &client.settings.client_name;
    if !client.platform {
        let places = facts([
            ("client_id", client.client_id.to_string()),
            ("client_secret", secret.unwrap_or_default()),
            ("issuer", account.issuer.clone()),
            (
                "discovery",
                format!("{}/.well-known/openid-configuration", account.issuer),
            ),
        ]);
        return format!("Client {name} is made.\n\n{places}{kept}");
    }
    let warning = if ambiguous {
        "\nAnother client of this account is meant by requests without a client_id as well, so that they mean neither: \
         --set leniency.default_client=false on one of the two.\n"
    } else {
        ""
    };
    format!(
        "Client {name} is made for the messaging platform.\n\n\
         What to type on the platform's page for it (Consumer Identity Provider):\n\n{}{kept}{}{warning}",
        form(account, client, secret),
        hints(account, client)
    )
}

/// The fields of the platform's form, in its order (section 3.1 of the platform contract).
fn form(account: &Account, client: &Client, secret: Option<String>) -> String {
    let issuer = &account.issuer;
    let code = client.settings.response_types.iter().any(|kind| kind.has_code());
    let when_code = |text: String| if code { text } else { String::new() };
    let pkce = if client.settings.require_pkce {
        "on"
    } else {
        "off, or on"
    };
    facts([
        (
            "OAuth 2.0 Authentication Type",
            if code { "code" } else { "implicit" }.to_owned(),
        ),
        ("Authorisation code flow with PKCE", when_code(pkce.to_owned())),
        ("Issuer Display Name", account.settings.display_name.clone()),
        ("JWT issuer (iss)", issuer.clone()),
        ("Authentication Endpoint", format!("{issuer}/authorize")),
        ("Token Endpoint", when_code(format!("{issuer}/token"))),
        ("Client ID", client.client_id.to_string()),
        ("Client Secret", secret.unwrap_or_default()),
        ("IDP Certificate Type", "JWKS endpoint".to_owned()),
        ("JWKS Endpoint", format!("{issuer}/jwks")),
        ("JS Method Name", "lpGetAuthenticationToken".to_owned()),
    ])
}

fn hints(account: &Account, client: &Client) -> String {
    let whose = if account.is_default {
        String::new()
    } else {
        format!(" --account {}", account.account_id)
    };
    let mut hints = format!(
        "\nIf the form takes a pasted key instead (JWT Public Key): signet key export{whose} --format spki-line\n"
    );
    if !client.settings.require_pkce && client.settings.response_types.contains(&ResponseType::Code) {
        hints.extend([
            "Once PKCE is on there, demand it here: signet client update ",
            client.client_id.as_str(),
            &whose,
            " --require-pkce true\n",
        ]);
    }
    hints
}
