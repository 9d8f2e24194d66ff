//! A form of the console that changes whom others believe.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse as _, Response};
use oauth::Parameters;

use super::login::once_more;
use super::visit::Visit;
use super::{Chosen, Operator};
use crate::base::id::AccountId;
use crate::context::Services;
use crate::http::input::Form;
use crate::http::{PageError, Problem};

/// A page, or several, whose forms do such things.
pub(super) trait Desk: 'static {
    /// The name that binds its forms.
    const FORM: &'static str;
    /// Where whoever must sign in first comes back to.
    const PLACE: &'static str;
    /// The field that names what the form is about, which that page wants to know, too; empty where it is about none.
    const ABOUT: &'static str = "";
    /// Who may work at it.
    type Who: FromRequestParts<Arc<Services>, Rejection = Problem> + AsRef<Operator> + Send;
}

/// What was sent: by our own page (SEC-074), and by somebody who has signed in a moment ago. Others are sent to sign in, and
/// nothing is done (SEC-130).
pub(super) struct Deed<D: Desk> {
    pub(super) visit: Visit,
    pub(super) who: D::Who,
    pub(super) chosen: Chosen,
    pub(super) form: Parameters,
}

impl<D: Desk> FromRequest<Arc<Services>> for Deed<D> {
    type Rejection = Response;

    async fn from_request(request: Request, services: &Arc<Services>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, services).await;
        let visit = visit.map_err(PageError::into_response)?;
        let who = D::Who::from_request_parts(&mut parts, services).await;
        let who = who.map_err(Problem::into_response)?;
        let chosen = Chosen::from_request_parts(&mut parts, services).await?;
        let form = Form::from_request(Request::from_parts(parts, body), services).await;
        let Form(form) = form.map_err(PageError::into_response)?;
        let operator: &Operator = who.as_ref();
        let ours = visit.demand_form(operator, D::FORM, &form);
        ours.map_err(PageError::into_response)?;
        let back = place::<D>(&chosen.account.account_id, &form);
        match once_more(&visit, operator, &back) {
            Some(away) => Err(away.unwrap_or_else(PageError::into_response)),
            None => Ok(Self {
                visit,
                who,
                chosen,
                form,
            }),
        }
    }
}

fn place<D: Desk>(account: &AccountId, form: &Parameters) -> String {
    let (place, about) = (D::PLACE, D::ABOUT);
    match form.get(about).filter(|named| !named.is_empty()) {
        None => format!("{place}?account={account}"),
        Some(named) => {
            let named: String = form_urlencoded::byte_serialize(named.as_bytes()).collect();
            format!("{place}?account={account}&{about}={named}")
        }
    }
}
