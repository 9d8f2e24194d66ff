//! What is sent to the Login Service.

use axum::extract::{FromRequest as _, Request};
use bytes::Bytes;
use http::StatusCode;
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::application::ByApplication;
use crate::directory::user;
use crate::gateway::{Error, InternalCode};
use crate::http::input::{JSON, media_type};

/// The bodies of a login, told apart here alone.
pub(super) enum Credentials {
    /// A user, by their password.
    Password(user::Credentials),
    /// A bot, by an API key or a client.
    Application(ByApplication),
    /// A user, by what an identity provider says of them.
    Assertion(SecretString),
    /// A user, by the ticket that their browser brought from single sign-on, which is ours.
    Ticket(SecretString),
}

/// All that a body may hold.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    username: Option<String>,
    password: Option<SecretString>,
    new_password: Option<SecretString>,
    otp: Option<SecretString>,
    app_key: Option<String>,
    secret: Option<SecretString>,
    access_token: Option<SecretString>,
    access_token_secret: Option<SecretString>,
    assertion: Option<SecretString>,
    ticket: Option<SecretString>,
}

/// `{"csrf"}`
#[derive(Deserialize)]
pub(super) struct Csrf {
    pub(super) csrf: SecretString,
}

impl Credentials {
    pub(super) async fn read(request: Request) -> Result<Self, Error> {
        const WRONG: &str = "The body must be a JSON object with username and password, or with username, appKey, secret, accessToken and \
             accessTokenSecret, or with assertion, or with ticket.";
        let body: Body = json(request, WRONG).await?;
        match body {
            // `newPassword` and `otp` are ours.
            Body {
                username: Some(username),
                password: Some(password),
                new_password,
                otp,
                app_key: None,
                secret: None,
                access_token: None,
                access_token_secret: None,
                assertion: None,
                ticket: None,
            } => Ok(Self::Password(user::Credentials {
                name: username,
                password,
                new_password,
                otp,
            })),
            Body {
                username: Some(username),
                password: None,
                new_password: None,
                otp: None,
                app_key: Some(app_key),
                secret: Some(secret),
                access_token: Some(access_token),
                access_token_secret: Some(access_token_secret),
                assertion: None,
                ticket: None,
            } => Ok(Self::Application(ByApplication {
                username,
                app_key,
                secret,
                access_token,
                access_token_secret,
            })),
            // The platform's SDK sends `"jwt": "dummy"` along, which says nothing.
            Body {
                username: None,
                password: None,
                new_password: None,
                otp: None,
                app_key: None,
                secret: None,
                access_token: None,
                access_token_secret: None,
                assertion,
                ticket,
            } => match (assertion, ticket) {
                (Some(assertion), None) => Ok(Self::Assertion(assertion)),
                (None, Some(ticket)) => Ok(Self::Ticket(ticket)),
                (None, None) | (Some(_), Some(_)) => Err(Error::malformed(WRONG)),
            },
            _ => Err(Error::malformed(WRONG)),
        }
    }
}

/// A body of JSON. What is wrong with it isn't told in serde's words, which may quote a password.
pub(super) async fn json<T: DeserializeOwned>(request: Request, wrong: &'static str) -> Result<T, Error> {
    if media_type(request.headers()) != JSON {
        return Err(Error::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            InternalCode::Malformed,
            "The body must be JSON, and Content-Type must say so.",
        ));
    }
    let body = Bytes::from_request(request, &())
        .await
        .map_err(|error| Error::malformed(wrong).because(error.to_string()))?;
    serde_json::from_slice(&body).map_err(|_| Error::malformed(wrong))
}
