//! Where the link leads that proves an address (SEC-092): whoever opens it need not be signed in.

use axum::response::Response;
use pages::{ErrorKind, FormTokens, Link, Tell, Told};

use super::failed;
use super::recover::demand_mail;
use crate::base::OneTime;
use crate::directory::By;
use crate::directory::consumer;
use crate::http::csrf::{self, Purpose};
use crate::http::input::{Form, Query};
use crate::http::{PageError, Visit, rate};
use crate::model::Identifier;
use crate::model::challenge::AddressProof;

/// `GET /verify-address?token=…`: a button, since mail is looked through by programs (SEC-075).
pub(super) async fn get(visit: Visit, Query(query): Query) -> Result<Response, PageError> {
    demand_mail(&visit)?;
    let link = OneTime::<AddressProof>::presented(query.get("token").unwrap_or_default());
    let context = &visit.context;
    let consumer = consumer::proven(&context.services, &context.tenant.account, &link)
        .await
        .map_err(failed::page)?
        .ok_or_else(|| PageError::new(ErrorKind::ExpiredLink))?;
    let email = consumer.address();
    let pages = visit.pages();
    let view = pages::ConfirmAddress {
        frame: pages.frame(),
        action: &visit.path("verify-address"),
        tokens: FormTokens {
            csrf: &csrf::token(&visit, Purpose::Challenge, link.expose()),
            interaction: "",
        },
        token: link.expose(),
        email: email.as_ref().map(Identifier::as_str).unwrap_or_default(),
    };
    Ok(pages.show(view.render(pages.locale())))
}

/// `POST /verify-address`
pub(super) async fn post(visit: Visit, Form(form): Form) -> Result<Response, PageError> {
    demand_mail(&visit)?;
    let link = OneTime::<AddressProof>::presented(form.get("token").unwrap_or_default());
    csrf::demand(&visit, Purpose::Challenge, link.expose(), &form)?;
    visit.count(rate::Purpose::Recovery)?;
    let context = &visit.context;
    let by = By::consumer(&context.request_id, context.ip);
    consumer::prove(&context.services, &by, &context.tenant.account, &link)
        .await
        .map_err(failed::page)?
        .ok_or_else(|| PageError::new(ErrorKind::ExpiredLink))?;
    let pages = visit.pages();
    let onward = Link::local(&visit.path("me"));
    let view = Told {
        frame: pages.frame(),
        what: Tell::AddressProved,
        onward: onward.as_ref(),
    };
    Ok(pages.show(view.render(pages.locale())))
}
