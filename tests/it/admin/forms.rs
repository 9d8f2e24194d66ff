//! Every form of the console that is about something: it says what it was filled in from, and one that doesn't is refused.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::concurrent_edits::{Edited, edited, filled};
use super::console_connectors::{connected, show};
use super::signed_in;
use crate::support::answer::{Answer, unescape};
use crate::support::app::App;
use crate::support::browser::Browser;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

/// Where forms go that change nothing which others edit: sessions, what an administrator shows of their own, signing keys, whose
/// states say what may be done with them, and a look at a connector.
const ABOUT_NOTHING: [&str; 10] = [
    "/admin/connectors/check",
    "/admin/keys/burn",
    "/admin/keys/cutover",
    "/admin/keys/retire",
    "/admin/keys/rotate",
    "/admin/login/factor",
    "/admin/login/user",
    "/admin/logout",
    "/admin/second-factor",
    "{{ view.action }}",
];

/// The tags of an HTML text that begin like that.
fn tags<'h>(html: &'h str, begin: &'h str) -> impl Iterator<Item = &'h str> {
    html.split('<')
        .filter(move |part| part.starts_with(begin))
        .map(|part| part.split('>').next().unwrap())
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    tag.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

fn without_query(action: &str) -> &str {
    action.split('?').next().unwrap()
}

/// Where the forms of all templates of the console send what is entered.
fn actions() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/pages/templates/console");
    let templates = fs::read_dir(folder).unwrap();
    templates
        .flat_map(|template| {
            let html = fs::read_to_string(template.unwrap().path()).unwrap();
            let forms = tags(&html, "form ").filter(|tag| attribute(tag, "method") == Some("post"));
            forms
                .map(|tag| without_query(attribute(tag, "action").unwrap()).to_owned())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// A form of a page: its id, where it goes, and the deeds of its buttons; one that is none where they name no deed.
struct Form {
    id: String,
    action: String,
    deeds: Vec<Option<String>>,
}

fn forms(page: &Answer) -> Vec<Form> {
    let found = tags(&page.body, "form ").filter(|tag| attribute(tag, "method") == Some("post"));
    found
        .map(|tag| {
            let id = attribute(tag, "id").unwrap().to_owned();
            let (_, rest) = page.body.split_once(&format!("id=\"{id}\"")).unwrap();
            let buttons = tags(rest.split("</form>").next().unwrap(), "button ");
            let deeds: Vec<_> = buttons
                .map(|tag| {
                    (attribute(tag, "name") == Some("deed"))
                        .then(|| attribute(tag, "value").unwrap().to_owned())
                })
                .collect();
            let action = unescape(attribute(tag, "action").unwrap());
            Form { id, action, deeds }
        })
        .collect()
}

async fn post(browser: &mut Browser<'_>, action: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.post(action, &fields).await
}

/// Whether it was told that somebody else was quicker: on the page itself, or on the one that it leads to.
fn tells_of_somebody_else(answer: &Answer) -> bool {
    match answer.status.as_u16() {
        303 => answer.location().ends_with("&done=stale"),
        status => {
            status == 422
                && answer
                    .body
                    .contains("Somebody else changed it since this page was opened")
        }
    }
}

on_both_databases! {
    async fn every_form_that_changes_something_says_what_it_was_filled_in_from_and_is_refused_otherwise(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let Edited { key, kim } = edited(&app).await;
        NewClient::platform("messaging").on(&app).await;
        let link = connected(&app, "messaging").await.connector_id;

        // What deletes comes last on each page.
        let link_edit = format!("/admin/connectors/edit?account=brand&connector={link}");
        let pages = [
            (format!("/admin/app-keys/edit?account=brand&key={}", key.app_key), None),
            (format!("/admin/users/edit?account=brand&user={}", kim.user_id), None),
            ("/admin/sso/edit?account=brand&connection=corp".to_owned(), None),
            (show(link.as_str()), Some(link_edit.clone())),
            (link_edit, None),
        ];
        let mut browser = signed_in(&app, "root").await;
        let mut walked = BTreeSet::new();
        for (place, edited_at) in &pages {
            let page = browser.get(place).await;
            assert_eq!(page.status, 200, "{place}: {page:?}");
            for form in forms(&page) {
                if ABOUT_NOTHING.contains(&without_query(&form.action)) {
                    continue;
                }
                walked.insert(without_query(&form.action).to_owned());
                for deed in &form.deeds {
                    let name = format!("{} {deed:?} at {}", form.id, form.action);
                    let page = browser.get(place).await;
                    let mut fields = filled(&page, &form.id);
                    fields.extend(deed.clone().map(|deed| ("deed".to_owned(), deed)));
                    fields.push(("sure".to_owned(), "1".to_owned()));
                    let at = fields.iter().position(|(name, _)| name == "read");
                    let at = at.unwrap_or_else(|| panic!("{name}: it doesn't say what it was filled in from"));
                    let read = fields[at].1.clone();
                    assert_eq!(read, browser.get(edited_at.as_ref().unwrap_or(place)).await.hidden("read"), "{name}");

                    let mut silent = fields.clone();
                    silent.remove(at);
                    assert_eq!(post(&mut browser, &form.action, &silent).await.status, 400, "{name}");
                    silent.push(("read".to_owned(), String::new()));
                    assert_eq!(post(&mut browser, &form.action, &silent).await.status, 400, "{name}");
                    for other in ["1", "yesterday"] {
                        let mut stale = fields.clone();
                        other.clone_into(&mut stale[at].1);
                        let told = post(&mut browser, &form.action, &stale).await;
                        assert!(tells_of_somebody_else(&told), "{name}: {told:?}");
                    }
                    let after = browser.get(edited_at.as_ref().unwrap_or(place)).await;
                    assert_eq!(after.hidden("read"), read, "{name}: nothing was changed");
                    let done = post(&mut browser, &form.action, &fields).await;
                    assert!(done.status != 400 && !tells_of_somebody_else(&done), "{name}: {done:?}");
                }
            }
        }
        let known: BTreeSet<String> = ABOUT_NOTHING.iter().map(|it| (*it).to_owned()).chain(walked.iter().cloned()).collect();
        assert_eq!(actions(), known, "every form of the console is walked, or is about nothing that others edit");
        assert!(walked.len() >= 8, "{walked:?}");
    }
}
