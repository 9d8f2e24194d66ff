//! One line in the log and one figure for each request. Never its query, never what it carried (SEC-161).

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use http::Method;

use crate::http::{Caller, PrivateDetail};

/// A request that is being answered.
pub(super) struct Access {
    method: &'static str,
    route: Option<MatchedPath>,
    ip: IpAddr,
    request_id: Arc<str>,
    began: Instant,
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long something took, not what time it is"
)]
fn now() -> Instant {
    Instant::now()
}

impl Access {
    pub(super) fn begin(request: &Request, caller: &Caller) -> Self {
        Self {
            method: method(request.method()),
            route: super::route(request),
            ip: caller.ip,
            request_id: Arc::clone(&caller.request_id),
            began: now(),
        }
    }

    pub(super) fn end(self, response: &Response) {
        let took = now().duration_since(self.began);
        let status = response.status().as_u16();
        // The route as it was declared, not the path as it was asked: a closed set, without identifiers.
        let route = self.route.as_ref().map_or("unmatched", MatchedPath::as_str);
        super::super::metrics::request(self.method, route, status, took);

        let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let detail = response
            .extensions()
            .get::<PrivateDetail>()
            .map(|detail| detail.0.as_ref());
        let (method, ip, request_id) = (self.method, self.ip, self.request_id);
        // A macro of levels: `tracing` wants them constant.
        macro_rules! line {
            ($level:ident) => {
                tracing::event!(
                    target: "signet::access",
                    tracing::Level::$level,
                    method,
                    route,
                    status,
                    microseconds,
                    %ip,
                    %request_id,
                    detail,
                    "request"
                )
            };
        }
        if status >= 500 {
            line!(ERROR);
        } else if super::host::is_probe(route) {
            line!(DEBUG);
        } else {
            line!(INFO);
        }
    }
}

/// The method, out of a closed set.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}
