//! Writing an API key.

use std::time::Duration;

use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use pages::console::{AppKeyForm, Notice, Once, OnceValue, Section};
use pages::{ErrorKind, Link};

use super::fields::{self, Values};
use super::{AppKeysDesk, FORM, Shown, done, done_text, named, notice, once_more, place, refusal};
use crate::admin::deed::Deed;
use crate::admin::revision::{self, OVERTAKEN};
use crate::admin::visit::Visit;
use crate::admin::{Chosen, Operator};
use crate::base::Timestamp;
use crate::directory::app_key::{self, Draft, Made, may_give};
use crate::directory::{Error, Problem};
use crate::http::PageError;
use crate::http::input::Query;
use crate::http::redirect::see_other;
use crate::model::AppKey;

/// How long a key's former values go on working beside new ones.
const KEEP_OLD: Duration = Duration::from_hours(24);

/// `GET /admin/app-keys/edit`: one that is there (`key`), or a new one.
pub(in crate::admin) async fn get(
    visit: Visit,
    operator: Operator,
    chosen: Chosen,
    Query(query): Query,
) -> Result<Response, PageError> {
    let key = match query.get("key").filter(|id| !id.is_empty()) {
        Some(_) => Some(named(&visit, &chosen, &query).await?),
        None => None,
    };
    if let Some(away) = once_more(&visit, &operator, &place(&chosen, key.as_ref())) {
        return away;
    }
    let draft = key.as_ref().map_or_else(Draft::default, Draft::from);
    let done = done_text(query.get("done").unwrap_or_default());
    let notice = notice(true, done);
    let sheet = Sheet {
        key: key.as_ref(),
        values: Values::from(&draft),
        read: revision::of(key.as_ref().map(|it| it.updated_at)),
        notice: (!done.is_empty()).then_some(&notice),
        problems: Vec::new(),
    };
    Ok(sheet.show(&visit, &operator, &chosen))
}

/// `POST /admin/app-keys/edit`: saves it; 422 with the form once more where something can't be. A new key's values are shown
/// once.
pub(in crate::admin) async fn post(
    Deed {
        visit,
        who: operator,
        chosen,
        form,
    }: Deed<AppKeysDesk>,
) -> Result<Response, PageError> {
    let key = match form.get("key").filter(|id| !id.is_empty()) {
        Some(_) => Some(named(&visit, &chosen, &form).await?),
        None => None,
    };
    let values = Values::sent(&form);
    let saved = match &key {
        None => match Box::pin(create(&visit, &operator, &chosen, &values)).await {
            Ok(made) => return Ok(once(&visit, &operator, &chosen, &made)),
            Err(error) => Err(error),
        },
        Some(key) => {
            let read = revision::read(&form)?;
            Box::pin(update(&visit, &operator, &chosen, (key, read), &values)).await
        }
    };
    let error = match saved {
        Ok(saved) => return done(&chosen, &saved, "saved"),
        Err(error) => error,
    };
    let read = revision::again(&form, &error, key.as_ref().map(|it| it.updated_at));
    let (problems, text) = match error {
        Error::Invalid(problems) => problems_told(&problems),
        error => (Vec::new(), refusal(error)?.to_owned()),
    };
    let sheet = Sheet {
        key: key.as_ref(),
        values,
        read,
        notice: Some(&notice(false, &text)),
        problems,
    };
    Ok(sheet.show(&visit, &operator, &chosen))
}

/// What is wrong, by field, and in a sentence. That an account is full belongs to no field.
fn problems_told(problems: &[Problem]) -> (Vec<(String, String)>, String) {
    let told = crate::admin::connectors::told(problems);
    let full = told.iter().find(|(key, _)| key == "app_key");
    let text = full.map_or_else(
        || "Nothing was saved: look at the marked fields.".to_owned(),
        |(_, text)| text.clone(),
    );
    (told, text)
}

async fn create(visit: &Visit, operator: &Operator, chosen: &Chosen, values: &Values) -> Result<Made, Error> {
    let draft = Draft::described(&values.assignments())?;
    may_give(&operator.changer(), &draft.settings.privileges)?;
    let account = &chosen.account.account_id;
    app_key::create(&visit.services, &operator.by(), account, draft).await
}

async fn update(
    visit: &Visit,
    operator: &Operator,
    chosen: &Chosen,
    (key, read): (&AppKey, Timestamp),
    values: &Values,
) -> Result<AppKey, Error> {
    let (changer, given) = (operator.changer(), values.assignments());
    let account = &chosen.account.account_id;
    let edit = |draft: &mut Draft| {
        may_give(&changer, &draft.settings.privileges)?;
        draft.assign(&given)?;
        may_give(&changer, &draft.settings.privileges)
    };
    app_key::update_read(
        &visit.services,
        &operator.by(),
        account,
        &key.app_key,
        Some(read),
        edit,
    )
    .await
}

/// `POST /admin/app-keys/deed`
pub(in crate::admin) async fn deed(
    Deed {
        visit,
        who: operator,
        chosen,
        form,
    }: Deed<AppKeysDesk>,
) -> Result<Response, PageError> {
    let key = named(&visit, &chosen, &form).await?;
    let (services, by, account) = (&visit.services, operator.by(), &chosen.account.account_id);
    let read = revision::read(&form)?;
    let within = may_give(&operator.changer(), &key.settings.privileges)
        .and_then(|()| revision::stands(read, key.updated_at));
    let enabled = match form.get("deed").unwrap_or_default() {
        "enable" => true,
        "disable" => false,
        "rotate" => {
            let made = match within {
                Ok(()) => Box::pin(app_key::rotate(services, &by, account, &key.app_key, KEEP_OLD)).await,
                Err(error) => Err(error),
            };
            return match made {
                Ok(made) => Ok(once(&visit, &operator, &chosen, &made)),
                Err(error) => refused(&visit, &operator, &chosen, &key, error),
            };
        }
        _ => return Err(PageError::new(ErrorKind::InvalidRequest)),
    };
    let set = match within {
        Ok(()) => {
            let edit = |draft: &mut Draft| {
                draft.enabled = enabled;
                Ok(())
            };
            Box::pin(app_key::update_read(
                services,
                &by,
                account,
                &key.app_key,
                Some(read),
                edit,
            ))
            .await
        }
        Err(error) => Err(error),
    };
    match set {
        Ok(key) => done(&chosen, &key, if enabled { "enabled" } else { "disabled" }),
        Err(error) => refused(&visit, &operator, &chosen, &key, error),
    }
}

fn refused(
    visit: &Visit,
    operator: &Operator,
    chosen: &Chosen,
    key: &AppKey,
    error: Error,
) -> Result<Response, PageError> {
    let (problems, text) = match error {
        Error::Invalid(problems) => (
            crate::admin::connectors::told(&problems),
            "Nothing was changed: the key’s time is over.".to_owned(),
        ),
        Error::Outdated => (Vec::new(), OVERTAKEN.to_owned()),
        error => (Vec::new(), refusal(error)?.to_owned()),
    };
    let sheet = Sheet {
        key: Some(key),
        values: Values::from(&Draft::from(key)),
        read: revision::of(Some(key.updated_at)),
        notice: Some(&notice(false, &text)),
        problems,
    };
    Ok(sheet.show(visit, operator, chosen))
}

/// The four values of a key, once.
fn once(visit: &Visit, operator: &Operator, chosen: &Chosen, made: &Made) -> Response {
    let Some(onward) = Link::local(&place(chosen, Some(&made.key))) else {
        return see_other("/admin/app-keys").unwrap_or_else(PageError::into_response);
    };
    let named = made.values.named();
    let labels = ["App key", "Secret", "Access token", "Access token secret"];
    let values: Vec<OnceValue<'_>> = labels
        .into_iter()
        .zip(named)
        .map(|(label, (_, value))| OnceValue { label, value })
        .collect();
    let framed = visit.framed(operator, Some(chosen));
    let view = Once {
        shell: framed.shell(Section::AppKeys),
        title: "The values of the API key",
        text: if made.former_until.is_some() {
            "The application signs its calls with these four from now on. The former secret and token go on working for a day."
        } else {
            "The application signs its calls with these four."
        },
        values: &values,
        onward: &onward,
    };
    framed.show(view.render())
}

/// The form as it is shown.
struct Sheet<'a> {
    key: Option<&'a AppKey>,
    values: Values,
    read: String,
    notice: Option<&'a Notice<'a>>,
    problems: Vec<(String, String)>,
}

impl Sheet<'_> {
    fn show(&self, visit: &Visit, operator: &Operator, chosen: &Chosen) -> Response {
        let now = visit.services.clock.now();
        let shown = self.key.map(|key| Shown::new(key, now));
        let framed = visit.framed(operator, Some(chosen));
        let html = fields::shown(&self.values, &self.problems, |fields, groups| {
            let view = AppKeyForm {
                shell: framed.shell(Section::AppKeys),
                csrf: &visit.form_token(operator, FORM),
                read: &self.read,
                notice: self.notice,
                key: shown.as_ref().map(Shown::row),
                fields,
                groups,
            };
            view.render()
        });
        let mut response = framed.show(html);
        if self.notice.is_some_and(|notice| !notice.good) {
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        }
        response
    }
}
