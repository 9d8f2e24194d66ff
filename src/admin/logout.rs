//! Signing out of the console.

use axum::response::Response;

use super::visit::Visit;
use super::{Administrator, cookies};
use crate::directory::{Error, administrator};
use crate::http::PageError;
use crate::http::input::Form;
use crate::http::redirect::see_other;
use crate::http::visit::add_cookie;

/// `POST /admin/logout`
pub(super) async fn post(
    visit: Visit,
    administrator: Administrator,
    Form(form): Form,
) -> Result<Response, PageError> {
    visit.demand_form(&administrator, "sign-out", &form)?;
    let services = &visit.services;
    let by = administrator.by();
    administrator::sign_out(services, &by, &administrator.who, administrator.session)
        .await
        .map_err(|error| match error {
            Error::Store(error) => error.into(),
            error => PageError::with_detail(pages::ErrorKind::Internal, error.to_string()),
        })?;
    let mut response = see_other("/admin/login")?;
    add_cookie(&mut response, &cookies::session(&services.settings).clear());
    Ok(response)
}
