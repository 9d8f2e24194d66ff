//! Signing out of the console.

use axum::response::Response;

use super::operator::Operator;
use super::visit::Visit;
use super::{cookies, fault};
use crate::http::PageError;
use crate::http::input::Form;
use crate::http::redirect::see_other;
use crate::http::visit::add_cookie;

/// `POST /admin/logout`
pub(super) async fn post(visit: Visit, operator: Operator, Form(form): Form) -> Result<Response, PageError> {
    visit.demand_form(&operator, "sign-out", &form)?;
    let services = &visit.services;
    operator.sign_out(services).await.map_err(fault)?;
    let again = if operator.is_user() {
        "/admin/login/user"
    } else {
        "/admin/login"
    };
    let mut response = see_other(again)?;
    add_cookie(&mut response, &cookies::session(&services.settings).clear());
    Ok(response)
}
