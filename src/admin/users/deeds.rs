//! What is done about a user.

use axum::response::Response;
use pages::ErrorKind;

use super::edit::{Sheet, once};
use super::{UsersDesk, done, named, place, refusal};
use crate::admin::deed::Deed;
use crate::admin::revision::{self, OVERTAKEN};
use crate::admin::visit::Visit;
use crate::admin::{Chosen, Operator};
use crate::directory::user::{self, Draft, Wanted};
use crate::directory::{Error, generated_password};
use crate::http::PageError;
use crate::http::redirect::see_other;
use crate::model::User;

/// `POST /admin/users/deed`
pub(in crate::admin) async fn post(
    Deed {
        visit,
        who: operator,
        chosen,
        form,
    }: Deed<UsersDesk>,
) -> Result<Response, PageError> {
    let user = named(&visit, &chosen, &form).await?;
    let id = user.user_id;
    if let Err(error) = revision::stands(revision::read(&form)?, user.updated_at) {
        return Sheet::refused(&user, overtaken(error)?, &visit, &operator, &chosen).await;
    }
    let (services, account, changer) = (&visit.services, &chosen.account, operator.changer());
    let did = match form.get("deed").unwrap_or_default() {
        "enable" => Box::pin(set_enabled(&visit, &operator, &chosen, &user, true))
            .await
            .map(|()| "enabled"),
        "disable" => Box::pin(set_enabled(&visit, &operator, &chosen, &user, false))
            .await
            .map(|()| "disabled"),
        "end-sessions" => user::end_sessions(services, &changer, account, id)
            .await
            .map(|()| "ended"),
        "reset-factor" => user::reset_factor(services, &changer, account, id)
            .await
            .map(|()| "factor"),
        "reset-password" => {
            let password = generated_password(&services.entropy);
            let set = user::set_password(services, &changer, account, id, password.clone(), true);
            match Box::pin(set).await {
                Ok((user, _)) => return Ok(once(&visit, &operator, &chosen, &user, &password)),
                Err(error) => Err(error),
            }
        }
        "delete" if form.get("sure") != Some("1") => return see_other(&place(&chosen, id)),
        "delete" => match user::delete_read(services, &changer, account, (id, Some(user.updated_at))).await {
            Ok(_) => {
                let account = &account.account_id;
                return see_other(&format!("/admin/users?account={account}&done=deleted"));
            }
            Err(error) => Err(error),
        },
        _ => return Err(PageError::new(ErrorKind::InvalidRequest)),
    };
    match did {
        Ok(word) => done(&chosen, id, word),
        Err(Error::Invalid(problems)) => {
            let text = crate::admin::connectors::told(&problems);
            let text: Vec<String> = text
                .into_iter()
                .map(|(key, text)| format!("{key}: {text}"))
                .collect();
            let text = format!("Nothing was changed. {}", text.join(" "));
            Sheet::refused(&user, &text, &visit, &operator, &chosen).await
        }
        Err(error) => Sheet::refused(&user, overtaken(error)?, &visit, &operator, &chosen).await,
    }
}

/// What a refusal is told as.
fn overtaken(error: Error) -> Result<&'static str, PageError> {
    match error {
        Error::Outdated => Ok(OVERTAKEN),
        error => refusal(error),
    }
}

async fn set_enabled(
    visit: &Visit,
    operator: &Operator,
    chosen: &Chosen,
    user: &User,
    enabled: bool,
) -> Result<(), Error> {
    let mut draft = Draft::from(user);
    draft.is_enabled = enabled;
    draft.profile.disabled_manually = !enabled;
    let wanted = vec![(user.clone(), Wanted::new(draft, None))];
    user::update_all(&visit.services, &operator.changer(), &chosen.account, wanted)
        .await
        .map(|_| ())
}
