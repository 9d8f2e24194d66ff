//! Writing a user.

use axum::response::Response;
use http::StatusCode;
use pages::Link;
use pages::console::{Notice, Once, OnceValue, Section, UserForm, UserStanding};
use secrecy::{ExposeSecret as _, SecretString};

use super::fields::{self, Choices, Values};
use super::{FORM, UsersDesk, done, done_text, good, named, once_more, place, refusal};
use crate::admin::deed::Deed;
use crate::admin::keys::minute;
use crate::admin::revision;
use crate::admin::visit::Visit;
use crate::admin::{Chosen, Operator, fault};
use crate::base::Timestamp;
use crate::directory::user::{self, Draft, Wanted};
use crate::directory::{Error, generated_password};
use crate::http::PageError;
use crate::http::input::Query;
use crate::http::redirect::see_other;
use crate::model::User;

/// `GET /admin/users/edit`: one that is there (`user`), or a new one.
pub(in crate::admin) async fn get(
    visit: Visit,
    operator: Operator,
    chosen: Chosen,
    Query(query): Query,
) -> Result<Response, PageError> {
    let user = match query.get("user").filter(|id| !id.is_empty()) {
        Some(_) => Some(named(&visit, &chosen, &query).await?),
        None => None,
    };
    if let Some(away) = once_more(&visit, &operator, &back(&chosen, user.as_ref())) {
        return away;
    }
    let choices = Choices::of(&visit.services, &chosen.account).await?;
    let draft = user.as_ref().map_or_else(Draft::default, Draft::from);
    let done = done_text(query.get("done").unwrap_or_default());
    let notice = good(done);
    let sheet = Sheet {
        user: user.as_ref(),
        read: revision::of(user.as_ref().map(|it| it.updated_at)),
        notice: (!done.is_empty()).then_some(&notice),
        problems: Vec::new(),
    };
    sheet
        .show(&visit, &operator, &chosen, (&choices, &Values::from(&draft)))
        .await
}

/// `POST /admin/users/edit`: saves it; 422 with the form once more where something can't be. A new person's password is shown
/// once.
pub(in crate::admin) async fn post(
    Deed {
        visit,
        who: operator,
        chosen,
        form,
    }: Deed<UsersDesk>,
) -> Result<Response, PageError> {
    let user = match form.get("user").filter(|id| !id.is_empty()) {
        Some(_) => Some(named(&visit, &chosen, &form).await?),
        None => None,
    };
    let choices = Choices::of(&visit.services, &chosen.account).await?;
    let values = Values::sent(&form, &choices);
    let former = match &user {
        Some(user) => Some((user, revision::read(&form)?)),
        None => None,
    };
    let error = match Box::pin(write(&visit, &operator, &chosen, former, &values)).await {
        Ok((saved, None)) => {
            let word = if user.is_some() { "saved" } else { "created" };
            return done(&chosen, saved.user_id, word);
        }
        Ok((saved, Some(password))) => return Ok(once(&visit, &operator, &chosen, &saved, &password)),
        Err(error) => error,
    };
    let read = revision::again(&form, &error, user.as_ref().map(|it| it.updated_at));
    let (problems, text) = match error {
        Error::Invalid(problems) => (
            crate::admin::connectors::told(&problems),
            "Nothing was saved: look at the marked fields.",
        ),
        error => (Vec::new(), refusal(error)?),
    };
    let notice = Notice {
        good: false,
        ..good(text)
    };
    let sheet = Sheet {
        user: user.as_ref(),
        read,
        notice: Some(&notice),
        problems,
    };
    sheet.show(&visit, &operator, &chosen, (&choices, &values)).await
}

async fn write(
    visit: &Visit,
    operator: &Operator,
    chosen: &Chosen,
    former: Option<(&User, Timestamp)>,
    values: &Values,
) -> Result<(User, Option<SecretString>), Error> {
    let services = &visit.services;
    if let Some((former, read)) = former {
        revision::stands(read, former.updated_at)?;
    }
    let mut draft = former.map_or_else(Draft::default, |(former, _)| Draft::from(former));
    let problems = values.put(&mut draft, services.clock.now());
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let (changer, account) = (operator.changer(), &chosen.account);
    if let Some((former, _)) = former {
        let wanted = vec![(former.clone(), Wanted::new(draft, None))];
        let (mut changed, _) = user::update_all(services, &changer, account, wanted).await?;
        return Ok((changed.pop().ok_or(Error::Changed)?, None));
    }
    // Whoever makes somebody knows their password: it is good for one login, at which its owner chooses the next one (SEC-133).
    let is_person = draft.kind == crate::model::user::UserType::Human;
    let password = is_person.then(|| generated_password(&services.entropy));
    draft.must_change_password = is_person;
    let wanted = Wanted::new(draft, password.clone());
    let (mut made, _) = user::create_all(services, &changer, account, vec![wanted]).await?;
    Ok((made.pop().ok_or(Error::Changed)?, password))
}

/// What a person logs in with, once.
pub(super) fn once(
    visit: &Visit,
    operator: &Operator,
    chosen: &Chosen,
    user: &User,
    password: &SecretString,
) -> Response {
    let Some(onward) = Link::local(&place(chosen, user.user_id)) else {
        return see_other("/admin/users").unwrap_or_else(axum::response::IntoResponse::into_response);
    };
    let framed = visit.framed(operator, Some(chosen));
    let view = Once {
        shell: framed.shell(Section::Users),
        title: "A password for one login",
        text: "Give it to its owner by a way that you trust. At their first login they choose their own.",
        values: &[
            OnceValue {
                label: "Account",
                value: chosen.account.account_id.as_str(),
            },
            OnceValue {
                label: "Login name",
                value: &user.login_name,
            },
            OnceValue {
                label: "Password",
                value: password.expose_secret(),
            },
        ],
        onward: &onward,
    };
    framed.show(view.render())
}

fn back(chosen: &Chosen, user: Option<&User>) -> String {
    user.map_or_else(
        || format!("/admin/users/edit?account={}", chosen.account.account_id),
        |user| place(chosen, user.user_id),
    )
}

/// The form as it is shown.
pub(super) struct Sheet<'a> {
    pub(super) user: Option<&'a User>,
    pub(super) read: String,
    pub(super) notice: Option<&'a Notice<'a>>,
    pub(super) problems: Vec<(String, String)>,
}

impl Sheet<'_> {
    /// As it is shown where something that was asked for can't be.
    pub(super) async fn refused(
        user: &User,
        text: &str,
        visit: &Visit,
        operator: &Operator,
        chosen: &Chosen,
    ) -> Result<Response, PageError> {
        let choices = Choices::of(&visit.services, &chosen.account).await?;
        let values = Values::from(&Draft::from(user));
        let notice = Notice {
            good: false,
            ..good(text)
        };
        let sheet = Sheet {
            user: Some(user),
            read: revision::of(Some(user.updated_at)),
            notice: Some(&notice),
            problems: Vec::new(),
        };
        sheet.show(visit, operator, chosen, (&choices, &values)).await
    }

    async fn show(
        &self,
        visit: &Visit,
        operator: &Operator,
        chosen: &Chosen,
        (choices, values): (&Choices, &Values),
    ) -> Result<Response, PageError> {
        let words = self.user.map(|user| {
            [
                user.user_id.to_string(),
                minute(user.created_at),
                super::shown(user.last_login_at),
            ]
        });
        let has_factor = match self.user {
            Some(user) => user::has_factor(&visit.services, &user.account_id, user.user_id)
                .await
                .map_err(fault)?,
            None => false,
        };
        let standing = self.user.zip(words.as_ref());
        let standing = standing.map(|(user, [id, made, last_login])| UserStanding {
            id,
            login_name: &user.login_name,
            enabled: user.is_enabled,
            has_password: user.takes_a_password(),
            has_factor,
            is_self: operator.is(user),
            made,
            last_login,
        });
        let framed = visit.framed(operator, Some(chosen));
        let html = fields::shown(choices, values, &self.problems, |fields, groups| {
            let view = UserForm {
                shell: framed.shell(Section::Users),
                csrf: &visit.form_token(operator, FORM),
                read: &self.read,
                notice: self.notice,
                standing,
                fields,
                groups,
            };
            view.render()
        });
        let mut response = framed.show(html);
        if self.notice.is_some_and(|notice| !notice.good) {
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        }
        Ok(response)
    }
}
