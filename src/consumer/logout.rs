//! Signing out: asked first, so that no other site can do it (SEC-073).

use axum::response::Response;
use pages::FormTokens;

use crate::http::cookies::Cookie;
use crate::http::csrf::{self, Purpose};
use crate::http::input::Form;
use crate::http::visit::add_cookie;
use crate::http::{PageError, Visit};

/// `GET /logout`
pub(super) async fn get(visit: Visit) -> Result<Response, PageError> {
    let Some(session) = visit.session().await? else {
        return Ok(done(&visit));
    };
    let known = visit.signed_in().await?;
    let pages = visit.pages();
    let view = pages::Logout {
        frame: pages.frame(),
        action: &visit.path("logout"),
        tokens: FormTokens {
            csrf: &csrf::token(&visit, Purpose::Logout, session.sid.as_str()),
            interaction: "",
        },
        user: known.as_ref().map(|known| known.consumer.shown_name()),
        client_name: None,
    };
    Ok(pages.show(view.render(pages.locale())))
}

/// `POST /logout`
pub(super) async fn post(visit: Visit, Form(form): Form) -> Result<Response, PageError> {
    let Some(session) = visit.session().await? else {
        return Ok(done(&visit));
    };
    csrf::demand(&visit, Purpose::Logout, session.sid.as_str(), &form)?;
    if form.get("decision") != Some("logout") {
        return visit.send_to("me");
    }
    let context = &visit.context;
    context.services.sessions.end(&session).await?;
    tracing::info!(
        target: "audit", event = "session.terminated", request_id = %context.request_id,
        account = %session.account_id, sub = %session.sub, ip = %context.ip, "signed out"
    );
    let mut response = done(&visit);
    add_cookie(&mut response, &Cookie::Session.clear(context));
    Ok(response)
}

fn done(visit: &Visit) -> Response {
    let pages = visit.pages();
    let view = pages::LoggedOut {
        frame: pages.frame(),
        onward: None,
    };
    pages.show(view.render(pages.locale()))
}
