//! Users of an account, as tests sign them in to the console.

use std::time::Duration;

use signet::model::{RoleType, User};
use totp_rs::{Builder, Secret, Totp};

use crate::gateway::people;
use crate::support::answer::Answer;
use crate::support::app::App;
use crate::support::browser::Browser;

pub(crate) use people::PASSWORD;

/// Makes a user of the account `brand`.
pub(crate) async fn user(app: &App, name: &str, role: RoleType) -> User {
    people::user(app, &app.brand, name, role).await
}

/// What a user signs in with.
pub(crate) struct Authenticator(Totp);

impl Authenticator {
    /// As it reads the secret of the page.
    pub(crate) fn of(page: &Answer) -> Self {
        let (_, secret) = page.body.split_once("id=\"secret\" tabindex=\"0\">").unwrap();
        let secret = secret.split('<').next().unwrap().replace(' ', "");
        let secret = Secret::try_from_base32(&secret).unwrap();
        Self(Builder::new().with_secret(secret).build().unwrap())
    }

    /// The code of so many steps from now.
    pub(crate) fn code(&self, app: &App, steps: i64) -> String {
        let at = app.clock.now().seconds() + 30 * steps;
        self.0.generate(u64::try_from(at).unwrap()).to_string()
    }
}

/// Fills in the form of the first step and sends it.
pub(crate) async fn enter(browser: &mut Browser<'_>, account: &str, name: &str, password: &str) -> Answer {
    let page = browser.get("/admin/login/user?again=1").await;
    let csrf = page.hidden("csrf");
    let form = [
        ("csrf", csrf.as_str()),
        ("account", account),
        ("username", name),
        ("password", password),
    ];
    browser.post("/admin/login/user", &form).await
}

/// Fills in the form of the second step, as it stands on that page, and sends it.
pub(crate) async fn show(browser: &mut Browser<'_>, page: &Answer, code: &str) -> Answer {
    let csrf = page.hidden("csrf");
    let form = [("csrf", csrf.as_str()), ("otp", code)];
    browser.post("/admin/login/factor", &form).await
}

/// Signs a user in for the first time; with their authenticator and recovery codes.
pub(crate) async fn first<'a>(app: &'a App, name: &str) -> (Browser<'a>, Authenticator, Vec<String>) {
    let mut browser = app.browser();
    let answer = enter(&mut browser, "brand", name, PASSWORD).await;
    assert_eq!(answer.location(), "/admin/login/factor");
    let page = browser.get("/admin/login/factor").await;
    let authenticator = Authenticator::of(&page);
    let code = authenticator.code(app, 0);
    let answer = show(&mut browser, &page, &code).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    (browser, authenticator, codes(&answer))
}

/// Makes a user with that role and signs them in.
pub(crate) async fn signed_in<'a>(app: &'a App, name: &str, role: RoleType) -> Browser<'a> {
    user(app, name, role).await;
    first(app, name).await.0
}

/// Signs a user in who has an authenticator.
pub(crate) async fn again(
    app: &App,
    browser: &mut Browser<'_>,
    name: &str,
    authenticator: &Authenticator,
) -> Answer {
    // The code of this step may be used up.
    app.clock.advance(Duration::from_mins(1));
    enter(browser, "brand", name, PASSWORD).await;
    let page = browser.get("/admin/login/factor").await;
    show(browser, &page, &authenticator.code(app, 0)).await
}

/// The recovery codes of a page.
pub(crate) fn codes(page: &Answer) -> Vec<String> {
    let (_, codes) = page.body.split_once("id=\"codes\" tabindex=\"0\">").unwrap();
    let codes = codes.split("</pre>").next().unwrap();
    codes
        .lines()
        .map(str::to_owned)
        .filter(|line| !line.is_empty())
        .collect()
}

/// The token of the forms on the desk: the first on a page is that of signing out.
pub(crate) fn csrf_of(page: &Answer) -> String {
    let fields = page.hidden_fields();
    let token = fields.iter().rev().find(|(name, _)| name == "csrf");
    token.unwrap_or_else(|| panic!("no form: {page:?}")).1.clone()
}

/// The values that a page shows once, by their labels.
pub(crate) fn once(page: &Answer) -> Vec<(String, String)> {
    let text = |part: &str, from: &str, to: &str| {
        let (_, rest) = part.split_once(from).unwrap();
        rest.split(to).next().unwrap().to_owned()
    };
    let parts = page.body.split("<dt>").skip(1);
    parts
        .map(|part| {
            let label = part.split("</dt>").next().unwrap().to_owned();
            (label, text(part, "tabindex=\"0\">", "</code>"))
        })
        .collect()
}
