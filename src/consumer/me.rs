//! Who is signed in.

use axum::response::Response;
use pages::{ErrorKind, Link};

use crate::http::{PageError, Visit};

/// `GET /me`
pub(super) async fn get(visit: Visit) -> Result<Response, PageError> {
    let Some(known) = visit.signed_in().await? else {
        return visit.send_to("login");
    };
    let pages = visit.pages();
    let user = known.consumer.shown_name();
    let logout = Link::local(&visit.path("logout"))
        .ok_or_else(|| PageError::with_detail(ErrorKind::Internal, "the issuer's path can't be linked to"))?;
    let view = pages::SignedIn {
        frame: pages.frame(),
        user,
        username: known
            .consumer
            .username
            .as_deref()
            .filter(|username| *username != user),
        logout: &logout,
    };
    Ok(pages.show(view.render(pages.locale())))
}
