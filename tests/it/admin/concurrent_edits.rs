//! Two who edit the same thing: whoever saves later learns of the other.

use serde_json::json;
use signet::directory::{By, app_key, connector, sso, user};
use signet::model::app_key::AppKey;
use signet::model::connector::ConnectorKind;
use signet::model::{RoleType, User};

use super::{administrator, people, signed_in};
use crate::directory::given;
use crate::support::answer::{Answer, unescape};
use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};

/// What a browser would send of a form as it stands.
pub(super) fn filled(page: &Answer, form: &str) -> Vec<(String, String)> {
    let (_, rest) = page.body.split_once(&format!("id=\"{form}\"")).unwrap();
    let html = rest.split("</form>").next().unwrap();
    let attribute = |tag: &str, name: &str| {
        let (_, value) = tag.split_once(&format!(" {name}=\""))?;
        Some(unescape(value.split('"').next().unwrap()))
    };
    let mut fields = Vec::new();
    for part in html.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        let name = attribute(tag, "name");
        let value = match tag.split_whitespace().next().unwrap() {
            "input" if tag.contains("type=\"checkbox\"") && !tag.contains(" checked") => None,
            "input" => Some(attribute(tag, "value").unwrap_or_default()),
            "textarea" => Some(unescape(text)),
            "option" if tag.ends_with(" selected") => {
                let selected: &mut (String, String) = fields.last_mut().unwrap();
                selected.1 = attribute(tag, "value").unwrap();
                None
            }
            "select" => Some(String::new()),
            _ => None,
        };
        fields.extend(name.zip(value));
    }
    fields
}

/// What forms of the console are about, beside connectors and the single sign-on `corp`.
pub(super) struct Edited {
    pub(super) key: AppKey,
    pub(super) kim: User,
}

/// Makes it, and an administrator `root`.
pub(super) async fn edited(app: &App) -> Edited {
    administrator(app, "root", None).await;
    let (services, by, brand) = (&app.services, By::command(), &app.brand);
    let mut draft = app_key::Draft::default();
    draft
        .assign(&given(&["application_name=Roster", "developer_name=IT"]))
        .unwrap();
    let key = app_key::create(services, &by, brand, draft).await.unwrap().key;
    let kim = people::user(app, "kim", RoleType::Agent).await;
    let mut draft = sso::Draft::default();
    let settings = [
        "kind=oidc",
        "issuer=https://login.corp.example",
        "client_id=signet",
        "client_secret=s3cret-of-ours",
    ];
    draft.assign(&given(&settings)).unwrap();
    sso::create(services, &by, brand, "corp".parse().unwrap(), draft)
        .await
        .unwrap();
    Edited { key, kim }
}

fn with(mut fields: Vec<(String, String)>, name: &str, value: &str) -> Vec<(String, String)> {
    let field = fields.iter_mut().find(|(known, _)| known == name);
    value.clone_into(&mut field.unwrap_or_else(|| panic!("no {name}")).1);
    fields
}

on_both_databases! {
    async fn whoever_saves_later_is_told_and_may_put_theirs_in_its_place(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let Edited { key, kim } = edited(&app).await;
        let (services, by, brand) = (&app.services, By::command(), &app.brand);
        let draft = connector::Draft {
            name: "Messaging".to_owned(),
            kind: ConnectorKind::Implicit,
            configuration: serde_json::from_value(json!({
                "issuer": "https://idp.brand.example",
                "authorizationEndpoint": "https://idp.brand.example/authorize",
                "clientId": "lp-messaging",
                "jwtValidationType": "JWKS_ENDPOINT",
                "jwksEndpoint": "https://idp.brand.example/jwks",
                "jsMethodName": "lpGetAuthenticationToken",
            }))
            .unwrap(),
            ..connector::Draft::default()
        };
        let link = connector::create(services, &by, brand, None, draft).await.unwrap();

        let forms = [
            (format!("/admin/app-keys/edit?account=brand&key={}", key.app_key), "key-form", "description"),
            (format!("/admin/users/edit?account=brand&user={}", kim.user_id), "user-form", "description"),
            ("/admin/sso/edit?account=brand&connection=corp".to_owned(), "sso-form", "client_id"),
            (format!("/admin/connectors/edit?account=brand&connector={}", link.connector_id), "connector-form", "name"),
        ];
        let mut browser = signed_in(&app, "root").await;
        let mut other = signed_in(&app, "root").await;
        for (place, form, field) in &forms {
            let post = place.split_inclusive("account=brand").next().unwrap();
            let save = async |browser: &mut crate::support::browser::Browser<'_>, fields: &[(String, String)]| {
                let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                browser.post(post, &fields).await
            };
            app.clock.advance(std::time::Duration::from_secs(1));
            let (mine, theirs) = (browser.get(place).await, other.get(place).await);
            let first = save(&mut other, &with(filled(&theirs, form), field, "theirs")).await;
            assert_eq!(first.status, 303, "{form}: {first:?}");
            let fields = with(filled(&mine, form), field, "mine");
            let late = save(&mut browser, &fields).await;
            assert!(late.status == 422 && late.body.contains("Somebody else changed it since this page was opened"), "{form}: {late:?}");
            // Again as long as it isn't looked at.
            assert_eq!(save(&mut browser, &fields).await.status, 422, "{form}");
            assert!(other.get(place).await.body.contains("theirs"), "{form}");
            assert_eq!(save(&mut browser, &with(fields, "read", "yesterday")).await.status, 422, "{form}");
            // What was entered is kept, and may be put in its place by whoever was told.
            let told = filled(&late, form);
            assert!(told.contains(&((*field).to_owned(), "mine".to_owned())), "{form}: {told:?}");
            let again = save(&mut browser, &told).await;
            assert_eq!(again.status, 303, "{form}: {again:?}");
            assert!(browser.get(place).await.body.contains("mine"), "{form}");
        }
        let changed = user::find(services, brand, kim.user_id).await.unwrap();
        assert_eq!(json!(changed.profile.description), json!("mine"));
    }
}
