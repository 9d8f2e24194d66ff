//! A relying party: the library, and the app in place of a network.

use std::convert::Infallible;

use axum::body::Body;
use chrono::{DateTime, Utc};
use http::Request;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreResponseType,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthType, AuthenticationFlow, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IdToken, IdTokenFields,
    IdTokenVerifier, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    StandardErrorResponse, StandardTokenResponse,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use signet::model::Consumer;

use crate::support::answer::Sent;
use crate::support::app::{App, ISSUER};
use crate::support::client::TestClient;

/// What we say about a consumer beside the standard claims.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Engagement {
    pub(crate) lp_sdes: Option<Vec<Value>>,
}

impl AdditionalClaims for Engagement {}

/// An id_token of ours.
pub(crate) type Token =
    IdToken<Engagement, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

type Fields = IdTokenFields<
    Engagement,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

/// The token endpoint's answer.
pub(crate) type Tokens = StandardTokenResponse<Fields, CoreTokenType>;

/// The library's client, as discovery makes it.
type Library = openidconnect::Client<
    Engagement,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// One client at the app.
pub(crate) struct Party<'a> {
    pub(crate) app: &'a App,
    pub(crate) library: Library,
}

/// What one authorization request was made with, and what came back.
pub(crate) struct Authorized {
    pub(crate) sent: Sent,
    pub(crate) nonce: Nonce,
    pub(crate) verifier: PkceCodeVerifier,
}

impl<'a> Party<'a> {
    /// Knows the issuer and its own registration, and discovers the rest.
    pub(crate) async fn discover(app: &'a App, client: &TestClient, auth_type: AuthType) -> Self {
        let issuer = IssuerUrl::new(ISSUER.to_owned()).unwrap();
        let metadata = CoreProviderMetadata::discover_async(issuer, &network(app))
            .await
            .unwrap();
        let secret = (!client.secret.is_empty()).then(|| ClientSecret::new(client.secret.clone()));
        let id = ClientId::new(client.client_id.clone());
        let library = Library::from_provider_metadata(metadata, id, secret)
            .set_auth_type(auth_type)
            .set_redirect_uri(RedirectUrl::new(client.redirect_uri.clone()).unwrap());
        Self { app, library }
    }

    /// Sends a browser to the provider, where this consumer fills in the login form.
    pub(crate) async fn authorize(
        &self,
        consumer: &Consumer,
        flow: AuthenticationFlow<CoreResponseType>,
        response_mode: &str,
    ) -> Authorized {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let has_code = !matches!(flow, AuthenticationFlow::Implicit(_));
        let mut request = self
            .library
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_extra_param("response_mode", response_mode);
        for scope in ["profile", "email", "phone", "address", "lp_sdes"] {
            request = request.add_scope(Scope::new(scope.to_owned()));
        }
        if has_code {
            request = request.set_pkce_challenge(challenge);
        }
        let (url, state, nonce) = request.url();

        let mut browser = self.app.browser();
        let asked = browser.get(url.as_str()).await;
        let sent = browser.sign_in(consumer, &asked).await.sent();
        assert_eq!(sent.mode, response_mode);
        assert_eq!(sent.get("state"), Some(state.secret().as_str()));
        Authorized {
            sent,
            nonce,
            verifier,
        }
    }

    /// The library's verifier, which takes its time from the app's clock.
    pub(crate) fn verifier(&self) -> IdTokenVerifier<'_, CoreJsonWebKey> {
        let now = DateTime::<Utc>::from_timestamp(self.app.clock.now().seconds(), 0).unwrap();
        self.library.id_token_verifier().set_time_fn(move || now)
    }
}

/// A network that ends at the app.
pub(crate) fn network<'a>(app: &'a App) -> impl Fn(HttpRequest) -> NetworkCall<'a> {
    move |request| {
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let url = parts.uri.clone();
            assert_eq!(
                format!("{}://{}", url.scheme_str().unwrap(), url.authority().unwrap()),
                ISSUER
            );
            parts.uri = url.path_and_query().unwrap().as_str().parse().unwrap();
            let host = url.authority().unwrap().as_str().parse().unwrap();
            parts.headers.insert(http::header::HOST, host);
            let answer = app.send(Request::from_parts(parts, Body::from(body))).await;
            let mut response = HttpResponse::new(answer.body.into_bytes());
            *response.status_mut() = answer.status;
            *response.headers_mut() = answer.headers;
            Ok(response)
        })
    }
}

type NetworkCall<'a> = std::pin::Pin<Box<dyn Future<Output = Result<HttpResponse, Infallible>> + 'a>>;
