//! Who signs in, and where to: the same at both contestants.

use serde_json::{Map, Value, json};

use crate::target::{Client, Consumer};

/// As many as there are connections by default, so that nobody's rows are hotter than in earnest.
pub(crate) const CONSUMERS: usize = 32;

/// The password of all of them.
const PASSWORD: &str = "correct horse battery staple";

/// Where the code goes; nobody needs to listen there.
pub(crate) const CODE_REDIRECT: &str = "https://platform.example/code";
/// Where the ID token of the implicit flow goes.
pub(crate) const IMPLICIT_REDIRECT: &str = "https://platform.example/implicit";

/// Where the app's code goes.
pub(crate) const APP_REDIRECT: &str = "https://app.example/code";
/// An API whose tokens are JWTs, signed by RS256.
pub(crate) const RS256_RESOURCE: &str = "https://api.example/rs256";
/// The same with ES256.
pub(crate) const ES256_RESOURCE: &str = "https://api.example/es256";

/// Somebody with the claims that a brand would send to the platform.
#[derive(Debug)]
pub(crate) struct Person {
    /// How to sign in.
    pub(crate) login: Consumer,
    /// `profile` and `email` claims of OpenID Connect.
    pub(crate) claims: Map<String, Value>,
    /// The platform's customerInfo, without its `type`.
    pub(crate) customer_info: Value,
    /// The platform's personalInfo, without its `type`.
    pub(crate) personal_info: Value,
}

/// Makes them.
pub(crate) fn people() -> Vec<Person> {
    (1..=CONSUMERS).map(person).collect()
}

fn person(number: usize) -> Person {
    let email = format!("ana{number}@example.test");
    let claims = json!({
        "name": "Ana Ejemplo", "given_name": "Ana", "family_name": "Ejemplo", "locale": "es-ES", "zoneinfo": "Europe/Madrid",
        "email": email, "email_verified": true,
    });
    Person {
        login: Consumer {
            username: email.clone(),
            password: PASSWORD.to_owned(),
        },
        claims: claims.as_object().cloned().unwrap_or_default(),
        customer_info: json!({
            "customerId": format!("c-{number:06}"), "ctype": "gold", "balance": 12.5, "currency": "EUR", "role": "owner",
        }),
        personal_info: json!({
            "firstname": "Ana", "lastname": "Ejemplo", "language": "es-ES",
            "contacts": [{"email": email, "phone": "+34600000000"}],
        }),
    }
}

/// The clients, without the secrets of those that have one.
#[derive(Debug)]
pub(crate) struct Clients {
    /// Of the code flow.
    pub(crate) code: Client,
    /// Of the implicit flow.
    pub(crate) implicit: Client,
    /// Public, with refresh tokens.
    pub(crate) app: Client,
    /// A program with opaque tokens.
    pub(crate) backend: Client,
    /// A program with JWTs signed by RS256.
    pub(crate) rs256: Client,
    /// A program with JWTs signed by ES256.
    pub(crate) es256: Client,
}

/// Makes them.
pub(crate) fn clients() -> Clients {
    let client = |id: &str, redirect_uri: &str, resource: Option<&str>| Client {
        id: id.to_owned(),
        secret: String::new(),
        redirect_uri: redirect_uri.to_owned(),
        resource: resource.map(str::to_owned),
    };
    Clients {
        code: client("bench-code", CODE_REDIRECT, None),
        implicit: client("bench-implicit", IMPLICIT_REDIRECT, None),
        app: client("bench-app", APP_REDIRECT, None),
        backend: client("bench-backend", "", None),
        rs256: client("bench-rs256", "", Some(RS256_RESOURCE)),
        es256: client("bench-es256", "", Some(ES256_RESOURCE)),
    }
}
