//! What every request goes through before a door sees it, and every answer on its way out.

mod access;
mod answer;
mod body;
mod forwarded;
mod host;
mod path;
mod size;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::Poll;

use axum::Router;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use http::{Method, StatusCode};
use tracing::Instrument as _;

pub use host::KnownHosts;

use crate::base::{Clock, Entropy, Sampled, id};
use crate::config::{Server, Settings};
use crate::http::{Caller, Problem};

/// What the layers must know.
struct Front {
    server: Server,
    limits: crate::config::Limits,
    clock: Clock,
    entropy: Entropy,
    hosts: KnownHosts,
    bad_host: Sampled,
    bad_forwarded: Sampled,
}

/// Puts the layers around a router: to be called last, when all routes are in it.
///
/// A request gets an id and a [`Caller`]; is turned away when it is too big, its path not canonical, its host unknown or
/// its body encoded; and has its body read whole before a door sees it. A panic fails it alone. An answer gets its
/// id, the headers that keep it safe where its door didn't set them, one line in the log, and its figures.
pub fn layers(
    router: Router,
    settings: &Settings,
    clock: &Clock,
    entropy: &Entropy,
    hosts: KnownHosts,
) -> Router {
    let front = Arc::new(Front {
        server: settings.server.clone(),
        limits: settings.limits.clone(),
        clock: clock.clone(),
        entropy: entropy.clone(),
        hosts,
        bad_host: Sampled::new("http.bad_host"),
        bad_forwarded: Sampled::new("http.bad_forwarded"),
    });
    router.layer(from_fn_with_state(front, pass))
}

async fn pass(State(front): State<Arc<Front>>, mut request: Request, next: Next) -> Response {
    let caller = front.identify(&request);
    let access = access::Access::begin(&request, &caller);
    let is_http_1 = request.version() <= http::Version::HTTP_11;
    let span = tracing::info_span!("request", request_id = %caller.request_id);
    request.extensions_mut().insert(caller.clone());

    let response = async {
        match front.admit(request, &caller).await {
            Ok(request) => front.answer(next.run(request)).await,
            Err(problem) => problem.into_response(),
        }
    }
    .instrument(span)
    .await;

    let response = answer::complete(
        response,
        &caller.request_id,
        front.server.public_url.is_https(),
        is_http_1,
    );
    access.end(&response);
    response
}

impl Front {
    fn identify(&self, request: &Request) -> Caller {
        // A request that came through no socket is a test's.
        let peer = request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(peer)| {
                peer.ip().to_canonical()
            });
        let trusted = self.server.trusts(peer);
        let ip = if trusted {
            forwarded::client(peer, request.headers(), &self.server).unwrap_or_else(|| {
                self.bad_forwarded.tell(self.clock.now(), |lost| {
                    tracing::warn!(
                        target: "audit", event = "http.bad_forwarded", ip = %peer, outcome = "refused", lost,
                        "X-Forwarded-For is unreadable"
                    );
                });
                peer
            })
        } else {
            peer
        };
        let given = trusted
            .then(|| forwarded::request_id(request.headers()))
            .flatten();
        let request_id = given.unwrap_or_else(|| id::fresh(&self.clock, &self.entropy).into());
        Caller { ip, request_id }
    }

    /// What a request must pass, in this order.
    async fn admit(&self, request: Request, caller: &Caller) -> Result<Request, Problem> {
        size::line(&request, &self.limits)?;
        size::fields(&request, &self.limits)?;
        path::canonical(request.uri().path())?;
        known_method(&request)?;
        let foreign = host::foreign(&request, &self.server)?;
        self.admit_host(foreign, caller).await?;
        body::plain(&request)?;
        body::whole(request, &self.limits).await
    }

    async fn admit_host(&self, foreign: Option<String>, caller: &Caller) -> Result<(), Problem> {
        let Some(host) = foreign else {
            return Ok(());
        };
        if self.hosts.know(host).await {
            return Ok(());
        }
        self.bad_host.tell(self.clock.now(), |lost| {
            tracing::warn!(
                target: "audit", event = "http.bad_host", request_id = %caller.request_id, ip = %caller.ip,
                outcome = "refused", lost, "a request for a host that isn't ours"
            );
        });
        Err(host::misdirected())
    }

    /// A door's answer, or what takes its place when the door panics or takes too long.
    async fn answer(&self, door: impl Future<Output = Response>) -> Response {
        let mut door = std::pin::pin!(door);
        let caught = std::future::poll_fn(|cx| {
            let polled = std::panic::catch_unwind(AssertUnwindSafe(|| door.as_mut().poll(cx)));
            polled.map_or(Poll::Ready(None), |poll| poll.map(Some))
        });
        match tokio::time::timeout(self.limits.request.get(), caught).await {
            Ok(Some(response)) => response,
            // The panic itself has been logged, by the hook.
            Ok(None) => Problem::internal("a panic").into_response(),
            Err(_) => Problem::busy("the request's time is up").into_response(),
        }
    }
}

/// Methods that nobody declares (SEC-159). Routes refuse the others themselves, and say with either what they allow. Where there
/// is no route, or one for whatever isn't there, nothing is there by any method.
fn known_method(request: &Request) -> Result<(), Problem> {
    let known = matches!(
        *request.method(),
        Method::GET
            | Method::HEAD
            | Method::POST
            | Method::PUT
            | Method::PATCH
            | Method::DELETE
            | Method::OPTIONS
    );
    match route(request) {
        _ if known => Ok(()),
        Some(route) if !route.as_str().contains("{*") => Err(Problem::new(StatusCode::METHOD_NOT_ALLOWED)),
        _ => Err(Problem::not_found()),
    }
}

/// The route that a request was matched with: a closed set, unlike paths.
fn route(request: &Request) -> Option<MatchedPath> {
    request.extensions().get::<MatchedPath>().cloned()
}

/// Whether the answer must end an HTTP/1 connection: what the peer sends next can't be told from the body that was
/// refused.
fn ends_connection(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::URI_TOO_LONG
            | StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
            | StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::REQUEST_TIMEOUT
    )
}
