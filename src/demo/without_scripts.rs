//! The chat's ways without scripts: a form begins each, redirects do what the chat's window does, and a page of the platform's tells
//! what came of it.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawForm, RawQuery};
use axum::response::Response;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};
use oauth::{CodeChallenge, CodeVerifier, Parameters};
use pages::ErrorKind;
use pages::demo::{Connector, Connectors, Talk, Way, Who};
use url::Url;
use zeroize::Zeroizing;

use super::conversation::Conversation;
use super::platform::{carry_on, find, fresh_id, new_verifier};
use super::room::Room;
use super::{BACK, SHOP};
use crate::base::id::ConnectorId;
use crate::gateway::consumer_identity::Presented;
use crate::http::cookies::{Kept, SameSite};
use crate::http::page::Pages;
use crate::http::redirect::see_other;
use crate::http::{Caller, PageError};

/// Somebody who is on their way to the sign-in page and back.
pub(super) struct Errand {
    way: Way,
    connector: ConnectorId,
    verifier: Option<CodeVerifier>,
    /// The conversation without a name that is to go on.
    conversation: Option<String>,
}

/// `POST /demo/ways`: begins a chat in one of the ways.
pub(super) async fn begin(
    Extension(room): Extension<Arc<Room>>,
    caller: Caller,
    RawForm(form): RawForm,
) -> Response {
    let begun = async {
        let form = parameters(&form)?;
        let way = form
            .get("way")
            .and_then(Way::of)
            .ok_or_else(|| refused("no way"))?;
        let settings = settings(&room.config.connectors, way);
        let earlier = form.get("conversation").filter(|id| !id.is_empty());
        match (way, earlier) {
            (Way::Anonymous | Way::StepUp, None) => {
                let connector = known(&room, &room.config.connectors.anonymous.connector_id).await?;
                let conversation = carry_on(&room, &connector, None, None, Vec::new()).await;
                arrive(&conversation, way)
            }
            _ => leave(&room, way, settings, earlier, form.get("language")),
        }
    };
    answer(&caller, Box::pin(begun).await)
}

/// `GET` and `POST /demo/ways/back`: back from the sign-in page.
pub(super) async fn back(
    Extension(room): Extension<Arc<Room>>,
    caller: Caller,
    headers: HeaderMap,
    RawForm(form): RawForm,
) -> Response {
    let returned = async {
        let form = parameters(&form)?;
        let state = form.get("state").unwrap_or_default();
        // In another browser it would let somebody chat as somebody else.
        let went = !state.is_empty() && cookie(&room).read(&headers) == Some(state);
        let errand = room.errands.remove(&state.to_owned()).filter(|_| went);
        let errand = errand.ok_or_else(|| refused("nobody waits for this state"))?;
        if form.get("iss").is_some_and(|iss| iss != room.config.issuer) {
            return Err(refused("the answer of another issuer"));
        }
        let code = |code: &str| Presented::Code {
            code: Zeroizing::new(code.to_owned()),
            redirect_uri: Some(come_back(&room)),
            code_verifier: errand.verifier.clone(),
        };
        let presented = match (form.get("code"), form.get("id_token")) {
            (Some(given), _) => code(given),
            (None, Some(token)) => Presented::IdToken(token.to_owned()),
            // They said no.
            (None, None) => return see_other(SHOP),
        };
        let connector = known(&room, errand.connector.as_str()).await?;
        let earlier = errand
            .conversation
            .as_ref()
            .and_then(|id| room.conversations.get(id));
        let conversation = carry_on(&room, &connector, Some(presented), earlier, Vec::new()).await;
        arrive(&conversation, errand.way)
    };
    answer(&caller, Box::pin(returned).await)
}

/// `GET /demo/talk/{id}`: what came of it.
pub(super) async fn talk(
    Extension(room): Extension<Arc<Room>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    caller: Caller,
    headers: HeaderMap,
) -> Response {
    let context = match room.context(&caller).await {
        Ok(context) => context,
        Err(error) => return Pages::bare(&caller.request_id).error(&error),
    };
    let pages = Pages::new(&context, &headers, &[]);
    let Some(conversation) = room.conversations.get(&id) else {
        return pages.error(&PageError::new(ErrorKind::NotFound));
    };
    let who = if conversation.is_verified() {
        Who::Verified(&conversation.first_name)
    } else if conversation.is_anonymous() {
        Who::Nameless
    } else {
        Who::Refused
    };
    let view = Talk {
        frame: pages.frame(),
        conversation: &conversation.id,
        who,
        steps_up: conversation.is_anonymous() && query.as_deref() == Some("way=step_up"),
    };
    pages.show(view.render())
}

/// Sends the browser to the sign-in page.
fn leave(
    room: &Room,
    way: Way,
    settings: &Connector,
    earlier: Option<&str>,
    language: Option<&str>,
) -> Result<Response, PageError> {
    let is_nameless = |id: &str| {
        room.conversations
            .get(&id.to_owned())
            .is_some_and(|it| it.is_anonymous())
    };
    if earlier.is_some_and(|id| !is_nameless(id)) {
        return Err(refused("no such conversation without a name"));
    }
    let entropy = &room.services.entropy;
    let internal = |what: &str| PageError::with_detail(ErrorKind::Internal, what.to_owned());
    let verifier = if settings.pkce {
        Some(new_verifier(entropy).ok_or_else(|| internal("43 characters are no verifier"))?)
    } else {
        None
    };
    let (state, nonce) = (fresh_id(entropy), fresh_id(entropy));
    let redirect_uri = come_back(room);
    let mut url = Url::parse(&format!("{}/authorize", room.config.issuer))
        .map_err(|_| internal("the issuer is no URL"))?;
    url.query_pairs_mut().extend_pairs([
        ("client_id", settings.client_id.as_str()),
        ("redirect_uri", &redirect_uri),
        ("response_type", &settings.response_type),
        ("scope", &settings.scope),
        ("state", &state),
        ("nonce", &nonce),
    ]);
    if let Some(verifier) = &verifier {
        let challenge = CodeChallenge::of(verifier);
        let pairs = [
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        url.query_pairs_mut().extend_pairs(pairs);
    }
    // No script could read it behind the #.
    if settings.response_type != "code" {
        url.query_pairs_mut().append_pair("response_mode", "form_post");
    }
    if let Some(language) = language.filter(|it| !it.is_empty()) {
        url.query_pairs_mut().append_pair("ui_locales", language);
    }
    let connector = ConnectorId::parse(&settings.connector_id).map_err(|_| internal("no connector's id"))?;
    let errand = Errand {
        way,
        connector,
        verifier,
        conversation: earlier.map(str::to_owned),
    };
    let mut response = see_other(url.as_str())?;
    let cookie = HeaderValue::from_str(&cookie(room).set(&state, None))
        .map_err(|_| internal("a cookie that is no header value"))?;
    response.headers_mut().append(SET_COOKIE, cookie);
    room.errands.insert(state, Arc::new(errand));
    Ok(response)
}

fn arrive(conversation: &Conversation, way: Way) -> Result<Response, PageError> {
    see_other(&format!("/demo/talk/{}?way={}", conversation.id, way.as_str()))
}

/// What a way is done with.
const fn settings(connectors: &Connectors, way: Way) -> &Connector {
    match way {
        Way::CodePkce => &connectors.code_pkce,
        Way::Code => &connectors.code,
        Way::Implicit => &connectors.implicit,
        Way::Encrypted => &connectors.encrypted,
        Way::Anonymous => &connectors.anonymous,
        Way::StepUp => &connectors.step_up,
        Way::InApp => &connectors.in_app,
    }
}

fn come_back(room: &Room) -> String {
    format!("{}{BACK}", room.services.settings.server.public_url)
}

/// Which errand this browser is on.
fn cookie(room: &Room) -> Kept {
    let is_https = room.services.settings.server.public_url.is_https();
    Kept::new("signet-demo-errand", SameSite::Lax, is_https)
}

async fn known(room: &Room, id: &str) -> Result<crate::model::Connector, PageError> {
    find(room, id)
        .await
        .map_err(|_| PageError::with_detail(ErrorKind::Internal, "the connector is gone".to_owned()))
}

fn parameters(form: &[u8]) -> Result<Parameters, PageError> {
    let text = std::str::from_utf8(form).map_err(|_| refused("no text"))?;
    Ok(Parameters::parse(text)?)
}

fn refused(detail: &str) -> PageError {
    PageError::with_detail(ErrorKind::InvalidRequest, detail.to_owned())
}

fn answer(caller: &Caller, outcome: Result<Response, PageError>) -> Response {
    outcome.unwrap_or_else(|error| Pages::bare(&caller.request_id).error(&error))
}
