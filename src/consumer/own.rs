//! What a consumer changes on their own page: the password, by who knows it (SEC-090), and whether the address is proved
//! (SEC-092).

use axum::response::Response;
use oauth::Parameters;
use pages::{Link, OwnPasswordProblem, Tell, Told};
use secrecy::SecretString;

use super::{failed, me};
use crate::directory::By;
use crate::directory::consumer::{self, NewPassword};
use crate::http::browser_state::BrowserState;
use crate::http::devices::Devices;
use crate::http::{PageError, Visit, rate, refused_login};
use crate::login::{LoginRefusal, Sessions, Source};
use crate::model::session::Amr;
use crate::model::{Identifier, SignedIn};

/// Sets another password. All sessions end, and this browser gets a new one.
pub(super) async fn password(
    visit: &Visit,
    known: &SignedIn,
    form: &Parameters,
) -> Result<Response, PageError> {
    if let Err(refusal) = prove(visit, known, form.get("current").unwrap_or_default()).await {
        let problem = OwnPasswordProblem::Current(refused_login::problem(refusal)?);
        return me::show(visit, known, Some(problem)).await;
    }
    let context = &visit.context;
    let (services, account) = (&context.services, &context.tenant.account);
    let password = SecretString::from(form.get("password").unwrap_or_default().to_owned());
    let weak = consumer::weakness(services, account, &known.consumer, &password).await?;
    if let Some(weak) = weak {
        let problem = OwnPasswordProblem::New(failed::password(weak));
        return me::show(visit, known, Some(problem)).await;
    }
    let by = By::consumer(&context.request_id, context.ip);
    let password = Some(NewPassword::Plain(password));
    consumer::update(services, &by, account, &known.session.sub, |_| Ok(()), password)
        .await
        .map_err(failed::page)?;
    signed_in_anew(visit, known).await
}

/// Whether they know the current password; guesses count as those at the login page do.
async fn prove(visit: &Visit, known: &SignedIn, password: &str) -> Result<(), LoginRefusal> {
    visit
        .count(rate::Purpose::Login)
        .map_err(|wait| LoginRefusal::Throttled(wait.seconds()))?;
    let context = &visit.context;
    let names = known.consumer.identifiers();
    let name = names.first().map(Identifier::as_str).unwrap_or_default();
    let devices = Devices::of(visit);
    let source = Source { ip: context.ip };
    let account = &context.tenant.account.account_id;
    let proved = context
        .services
        .passwords
        .authenticate_on(account, name, password, source, |sub| devices.known_by(sub))
        .await?;
    if proved == known.session.sub {
        Ok(())
    } else {
        Err(LoginRefusal::NoMatch)
    }
}

/// A session in the place of the one that has just ended with all others (SEC-069).
async fn signed_in_anew(visit: &Visit, known: &SignedIn) -> Result<Response, PageError> {
    let context = &visit.context;
    let sub = &known.session.sub;
    let account = &context.tenant.account.account_id;
    let (cookie, session) = context
        .services
        .sessions
        .begin(account, sub, vec![Amr::Pwd], None);
    let begun = session.clone();
    context
        .db()
        .transaction(move |tx| Box::pin(async move { Sessions::store(tx, &begun, None).await.map(|_| ()) }))
        .await?;
    let mut response = told(visit, Tell::PasswordChanged);
    let here = visit.sessions().await?;
    let former = &known.session.sid;
    here.clear(visit, &mut response, [former]);
    here.carry(
        visit,
        &mut response,
        (&cookie, &session),
        Some(here.is_lasting(former)),
    );
    let others = here
        .iter()
        .map(|session| &session.sid)
        .filter(|sid| *sid != former);
    let state = BrowserState::of(visit, std::iter::once(&session.sid).chain(others));
    state.keep(visit, &mut response);
    Ok(response)
}

/// Sends a link to the consumer's address, which proves it.
pub(super) async fn address(visit: &Visit, known: &SignedIn) -> Result<Response, PageError> {
    super::recover::demand_mail(visit)?;
    visit.count(rate::Purpose::Recovery)?;
    let context = &visit.context;
    let by = By::consumer(&context.request_id, context.ip);
    let locale = visit.pages().locale();
    consumer::ask_for_proof(
        &context.services,
        &by,
        &context.tenant.account,
        &known.consumer,
        locale,
    )
    .await
    .map_err(failed::page)?;
    Ok(told(visit, Tell::AddressSent))
}

fn told(visit: &Visit, what: Tell) -> Response {
    let pages = visit.pages();
    let onward = Link::local(&visit.path("me"));
    let view = Told {
        frame: pages.frame(),
        what,
        onward: onward.as_ref(),
    };
    pages.show(view.render(pages.locale()))
}
