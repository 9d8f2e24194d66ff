//! A browser's visit to the console.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use axum::Extension;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::request::Parts;
use pages::ErrorKind;
use pages::console::{Account, Section, Shell};

use super::operator::Operator;
use super::{Chosen, cookies, csrf};
use crate::base::{Digest, OneTime};
use crate::context::Services;
use crate::http::devices::Marks;
use crate::http::extract::is_for_an_accounts_host;
use crate::http::page::Pages;
use crate::http::visit::add_cookie;
use crate::http::{Caller, PageError, Purpose, RateLimits, RetryAfter};
use crate::model::interaction::BrowserCookie;

/// A request of a browser. Handlers of pages take one, and answer `Result<Response, PageError>`.
#[derive(Clone)]
pub struct Visit(Arc<Arrived>);

/// What came.
pub struct Arrived {
    /// The services.
    pub services: Arc<Services>,
    /// From whom.
    pub caller: Caller,
    /// What the browser said.
    pub headers: HeaderMap,
    limits: Arc<RateLimits>,
    /// The browser's secret, where it had none and needed one.
    given: OnceLock<OneTime<BrowserCookie>>,
}

impl Deref for Visit {
    type Target = Arrived;

    fn deref(&self) -> &Arrived {
        &self.0
    }
}

impl Arrived {
    /// Makes the console's pages.
    pub fn pages(&self) -> Pages<'_> {
        Pages::of_server(&self.services.entropy, &self.caller.request_id)
    }

    /// The token of a form on a page of the console: `form` is its name.
    pub fn form_token(&self, operator: &Operator, form: &str) -> String {
        csrf::token(self, form, operator.session_bytes())
    }

    /// Demands that a form came from such a page.
    pub fn demand_form(
        &self,
        operator: &Operator,
        form: &str,
        sent: &oauth::Parameters,
    ) -> Result<(), PageError> {
        csrf::demand(self, form, operator.session_bytes(), sent)
    }

    /// Counts one more of these by the visitor's address; an error once it is one too many.
    pub(super) fn count(&self, purpose: Purpose) -> Result<(), RetryAfter> {
        self.limits.check(purpose, &self.caller)
    }

    /// By whom this browser is known.
    pub(super) fn devices(&self) -> Marks<'_> {
        Marks::of(
            &self.services,
            cookies::devices(&self.services.settings),
            &self.headers,
        )
    }

    /// What binds forms to this browser. Where it has nothing yet, it is given a secret with the answer.
    pub(super) fn browser(&self) -> Digest<BrowserCookie> {
        self.known_browser().unwrap_or_else(|| {
            self.given
                .get_or_init(|| OneTime::fresh(&self.services.entropy))
                .digest()
        })
    }

    /// The same, if the browser had brought it along.
    pub(super) fn known_browser(&self) -> Option<Digest<BrowserCookie>> {
        cookies::browser(&self.services.settings)
            .read(&self.headers)
            .map(Digest::of)
    }

    fn finish(&self, mut response: Response) -> Response {
        if let Some(error) = response.extensions_mut().remove::<PageError>() {
            let marked = std::mem::replace(&mut response, self.pages().error(&error));
            for (name, value) in marked.headers() {
                response
                    .headers_mut()
                    .entry(name)
                    .or_insert_with(|| value.clone());
            }
        }
        if let Some(secret) = self.given.get() {
            let cookie = cookies::browser(&self.services.settings).set(secret.expose(), None);
            add_cookie(&mut response, &cookie);
        }
        response
    }
}

/// The frame of the console around a page, with what it borrows from.
pub struct Framed<'v> {
    pages: Pages<'v>,
    csrf: String,
    operator: &'v Operator,
    sections: Vec<Section>,
    chosen: Option<&'v Chosen>,
}

impl Visit {
    /// The frame for a page of a section: about one account, or about none.
    pub fn framed<'v>(&'v self, operator: &'v Operator, chosen: Option<&'v Chosen>) -> Framed<'v> {
        Framed {
            pages: self.pages(),
            csrf: self.form_token(operator, "sign-out"),
            sections: operator.sections(),
            operator,
            chosen,
        }
    }
}

impl Framed<'_> {
    /// The frame.
    pub fn shell(&self, section: Section) -> Shell<'_> {
        Shell {
            frame: self.pages.frame(),
            user: self.operator.name(),
            csrf: &self.csrf,
            section,
            account: self.chosen.map(|chosen| Account {
                id: chosen.account.account_id.as_str(),
                name: &chosen.account.settings.display_name,
            }),
            sections: &self.sections,
            chooses: self.operator.own_account().is_none(),
            own_factor: !self.operator.is_user(),
        }
    }

    /// Answers with the page.
    pub fn show(&self, html: String) -> Response {
        self.pages.show(html)
    }

    /// What answers with a page of this frame: its policy names the page's nonce.
    pub const fn pages(&self) -> &Pages<'_> {
        &self.pages
    }
}

/// The layer around the console's pages: the visit on the way in, the error page on the way out. The console is the
/// server's, and isn't found on the hosts of accounts.
pub(super) async fn receive(
    State(services): State<Arc<Services>>,
    Extension(limits): Extension<Arc<RateLimits>>,
    caller: Caller,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let visit = Visit(Arc::new(Arrived {
        headers: parts.headers.clone(),
        services,
        caller,
        limits,
        given: OnceLock::new(),
    }));
    match is_for_an_accounts_host(&parts, &visit.services).await {
        Ok(false) => {}
        Ok(true) => return visit.pages().error(&PageError::new(ErrorKind::NotFound)),
        Err(refused) => return visit.pages().error(&refused.into()),
    }
    parts.extensions.insert(visit.clone());
    let response = next.run(Request::from_parts(parts, body)).await;
    visit.finish(response)
}

/// Nothing is there.
pub(super) async fn not_found() -> PageError {
    PageError::new(ErrorKind::NotFound)
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        let missing =
            || PageError::with_detail(ErrorKind::Internal, "a page outside the layer of the console");
        parts.extensions.get::<Self>().cloned().ok_or_else(missing)
    }
}
