//! What administrators and users do in an account is answered as if there were no other (SEC-137): with each function of
//! the directory that is given an id, or lists, another account's things are neither seen nor changed.

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};
use signet::base::id::{AccountId, Realm};
use signet::context::Services;
use signet::directory::audit::Filter;
use signet::directory::key::{Whose, Wishes};
use signet::directory::user::Changer;
use signet::directory::{self, By};
use signet::model::Account;

use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::functions::{self, Excepted, Visible};
use crate::support::rows::Rows;
use crate::support::rows::own::{SKILL, USER, app_key, client, connector, digest, kid, sid, sso, sub};
use crate::support::seed;

type Answer = Pin<Box<dyn Future<Output = String> + Send>>;

struct Call {
    name: &'static str,
    make: fn(Arc<Services>, Account) -> Answer,
}

#[expect(clippy::needless_pass_by_value, reason = "said once, and not by each call")]
fn shown<T: Debug, E: Debug>(answer: Result<T, E>) -> String {
    format!("{answer:?}")
}

/// Each is made with the services, an account and its id.
macro_rules! calls {
    ($services:ident, $account:ident, $id:ident;
     $($name:literal $call:expr;)*) => {
        &[$(Call { name: $name, make: |services, account| Box::pin(async move {
            let ($services, $account, $id) = (&*services, &account, &account.account_id);
            let _ = ($services, $account, $id);
            shown($call.await)
        })}),*]
    };
}

fn by() -> By {
    By::command()
}

fn changer() -> Changer {
    Changer::unlimited(by())
}

fn named(name: &str) -> Map<String, Value> {
    let document = json!({"name": name});
    document.as_object().unwrap().clone()
}

const CALLS: &[Call] = calls! { services, account, id;
    "account_entity::list" directory::account_entity::list(services, account, SKILL, true);
    "account_entity::assigned" directory::account_entity::assigned(services, account);
    "account_entity::find" directory::account_entity::find(services, account, SKILL, 5);
    "account_entity::update" directory::account_entity::update(services, &changer(), account, SKILL, 5, &named("Sales"));
    "account_entity::delete_all" directory::account_entity::delete_all(services, &changer(), account, SKILL, &[5]);
    "administrator::list" directory::administrator::list(services, Some(id));

    "app_key::find" directory::app_key::find(services, id, &app_key());
    "app_key::list" directory::app_key::list(services, id);
    "app_key::update" directory::app_key::update(services, &by(), id, &app_key(), |_| Ok(()));
    "app_key::update_read" directory::app_key::update_read(services, &by(), id, &app_key(), None, |_| Ok(()));
    "app_key::set_enabled" directory::app_key::set_enabled(services, &by(), id, &app_key(), false);
    "app_key::rotate" async { directory::app_key::rotate(services, &by(), id, &app_key(), Duration::ZERO).await.map(|_| ()) };

    "audit::list" directory::audit::list(services, &Realm::from(id), &Filter::default(), None, 10);
    "audit::verify" directory::audit::verify(&services.db, &Realm::from(id), None);

    "client::find" directory::client::find(services, id, &client());
    "client::list" directory::client::list(services, id, None, 10);
    "client::update" directory::client::update(services, &by(), id, &client(), |_| Ok(()));
    "client::update_read" directory::client::update_read(services, &by(), id, &client(), None, |_| Ok(()));
    "client::delete" directory::client::delete(services, &by(), id, &client());
    "client::delete_read" directory::client::delete_read(services, &by(), id, &client(), None);
    "client::renew" async { directory::client::renew(services, &by(), id, &client()).await.map(|_| ()) };
    "client::rotate" async { directory::client::rotate(services, &by(), id, &client(), Duration::ZERO).await.map(|_| ()) };

    "connector::find" directory::connector::find(services, id, &connector());
    "connector::find_even_deleted" directory::connector::find_even_deleted(services, id, &connector());
    "connector::list" directory::connector::list(services, id, None, 10, true);
    "connector::all" directory::connector::all(services, id);
    "connector::update" async {
        directory::connector::update(services, &by(), id, &connector(), |_| Ok(())).await.map(|_| ()) };
    "connector::update_read" async {
        directory::connector::update_read(services, &by(), id, &connector(), None, |_| Ok(())).await.map(|_| ()) };
    "connector::delete" directory::connector::delete(services, &by(), id, &connector());
    "connector::delete_read" directory::connector::delete_read(services, &by(), id, &connector(), None);

    "consumer::find" directory::consumer::find(services, id, "ana");
    "consumer::find_by_subject" directory::consumer::find_by_subject(services, id, &sub());
    "consumer::list" directory::consumer::list(services, id, None, 10);
    "consumer::update" async {
        directory::consumer::update(services, &by(), account, &sub(), |_| Ok(()), None).await.map(|_| ()) };
    "consumer::update_read" async {
        directory::consumer::update_read(services, &by(), account, &sub(), None, |_| Ok(()), None).await.map(|_| ()) };
    "consumer::delete" directory::consumer::delete(services, &by(), id, &sub());
    "consumer::delete_read" directory::consumer::delete_read(services, &by(), id, &sub(), None);

    "key::rotate" async { directory::key::rotate(services, &by(), id, None, true).await.map(|_| ()) };
    "key::exposure" async { directory::key::exposure(services, id, &kid("active")).await.map(|_| ()) };
    "key::burn" async { directory::key::burn(services, &by(), id, &kid("active")).await.map(|_| ()) };
    "key::signed_for" directory::key::signed_for(services, id, &kid("active"), None, 10);
    "key::plan" async { directory::key::plan(services, id, &Whose::Client(client())).await.map(|_| ()) };
    "key::prepare" async { directory::key::prepare(services, &by(), id, &Whose::Connector(connector())).await.map(|_| ()) };
    "key::export" async { directory::key::export(services, id, Some(&kid("active"))).await.map(|_| ()) };
    "key::decryption_keys" directory::key::decryption_keys(services, id);
    "key::rotate_decryption" async { directory::key::rotate_decryption(services, &by(), id, true).await.map(|_| ()) };
    "key::set" async { directory::key::set(services, id).await.map(|set| set.keys.len()) };
    "key::private" async { directory::key::private(services, &by(), id, Some(&kid("active"))).await.map(|_| ()) };
    "key::overview" async { directory::key::overview(services, id).await.map(|keys| keys.len()) };
    "key::list" async { directory::key::readers(services, id).await.map(|readers| readers.len()) };
    "key::retire" async { directory::key::retire(services, &by(), id, &kid("retiring")).await.map(|_| ()) };
    "key::selftest" async {
        let wishes = Wishes { client: Some(&client()), pasted: None, decrypt_with: None };
        directory::key::selftest(services, id, &wishes).await.map(|_| ()) };
    "registration::disallow_all" directory::registration::disallow_all(services, &by(), id);
    "registration::delete" directory::registration::delete(services, &by(), account, &client());

    "session::list" directory::session::list(services, id, None, 10);
    "session::of_consumer" directory::session::of_consumer(services, id, &sub());
    "session::end" directory::session::end(services, &by(), id, &sid());
    "session::end_all" directory::session::end_all(services, &by(), id, &sub());
    "session::grants" directory::session::grants(services, id, &sub());
    "session::revoke_grant" directory::session::revoke_grant(services, &by(), id, &sub(), &client());
    "session::of_user" directory::session::logins_of(services, id, USER);
    "session::list (logins)" directory::session::logins(services, id, None, 10);
    "session::end (logins)" directory::session::end_login(services, &by(), id, digest(18));
    "session::end_all (logins)" directory::session::end_logins(services, &by(), id, USER);

    "sso::find" directory::sso::find(services, id, &sso());
    "sso::list" directory::sso::list(services, id);
    "sso::update" directory::sso::update(services, &by(), id, &sso(), |_| Ok(()));
    "sso::update_read" directory::sso::update_read(services, &by(), id, &sso(), None, |_| Ok(()));
    "sso::delete_read" directory::sso::delete_read(services, &by(), id, &sso(), None);
    "sso::delete" directory::sso::delete(services, &by(), id, &sso());

    "user::find" directory::user::find(services, id, USER);
    "user::find_deleted_too" directory::user::find_deleted_too(services, id, USER);
    "user::find_all" directory::user::find_all(services, id, &[USER]);
    "user::find_named" directory::user::find_named(services, id, "bob");
    "user::list" directory::user::list(services, id, true, None, 10);
    "user::list_changed" directory::user::list_changed(services, id, 0, None, 10);
    "user::search" directory::user::search(services, id, "bob", None, 10);
    "user::revision" directory::user::revision(services, id);
    "user::has_factor" directory::user::has_factor(services, id, USER);
    "user::reset" directory::user::reset_factor(services, &changer(), account, USER);
    "user::end_sessions" directory::user::end_sessions(services, &changer(), account, USER);
    "user::update" directory::user::update(services, &by(), account, USER, |draft| "Rob".clone_into(&mut draft.full_name));
    "user::update_read" directory::user::update_read(services, &changer(), account, (USER, None), None, |draft| {
        "Rob".clone_into(&mut draft.full_name);
        Ok(())
    });
    "user::set_password" directory::user::set_password(services, &changer(), account, USER, "seven quiet herons".into(), false);
    "user::delete" directory::user::delete(services, &by(), account, USER);
    "user::delete_read" directory::user::delete_read(services, &changer(), account, (USER, None));
    "user::delete_all" directory::user::delete_all(services, &changer(), account, vec![USER]);
};

const LINK: &str = "needs the link: tests/it/consumer_pages/recover.rs tries it at another account";
const NEW: &str = "makes something new in the account that is given";
const FOUND: &str = "is given what the account's own list or search has found";
const ITSELF: &str = "the account that is given is what it is about";
const BY_NAME: &str = "administrators are the server's, by names that no two have";
const BY_ROUTE: &str =
    "the account is the request's, and what it is given is a secret: tests/it/gateway tries it elsewhere";

const TURN: &str = "a job's turn at the account that is given: no id is named, and the store's part is tried";

const EXCEPTED: Excepted = Excepted {
    modules: &[
        ("denied", "tells the record of what was refused"),
        ("doctor", "looks at every account, for whoever runs the server"),
        ("sealing_key", "the server's"),
    ],
    functions: &[
        ("account::find", ITSELF),
        ("account::list", "all accounts, for whoever runs the server"),
        ("account::create", ITSELF),
        ("account::update", ITSELF),
        ("account::update_read", ITSELF),
        ("account::delete", ITSELF),
        ("account::delete_read", ITSELF),
        ("account_entity::create_all", NEW),
        ("administrator::find", BY_NAME),
        ("administrator::create", BY_NAME),
        ("administrator::set_status", BY_NAME),
        ("administrator::set_password", BY_NAME),
        ("administrator::delete", BY_NAME),
        ("administrator::sign_in_to_console", BY_NAME),
        ("administrator::sign_in_to_api", BY_NAME),
        ("administrator::token", BY_NAME),
        ("administrator::sign_out", BY_NAME),
        ("administrator::set_up", BY_NAME),
        ("administrator::confirm", BY_NAME),
        ("administrator::has_factor", BY_NAME),
        ("administrator::reset", BY_NAME),
        ("app_key::pairs", FOUND),
        ("app_key::create", NEW),
        ("audit::of_account", ITSELF),
        (
            "audit::export",
            "writes what audit::list lists; tests/it/audit tries it",
        ),
        ("audit::verify_all", "every record, for whoever runs the server"),
        ("client::create", NEW),
        ("client::is_ambiguous", FOUND),
        ("client::take_back", FOUND),
        ("connector::check", FOUND),
        ("connector::check_here", FOUND),
        ("connector::unreadable_keys", FOUND),
        ("connector::check_page", FOUND),
        ("connector::check_window", FOUND),
        ("connector::check_token", FOUND),
        ("connector::own_client", FOUND),
        ("connector::renew_secret", FOUND),
        (
            "connector::hand_on",
            "gives to connectors that connector::all lists",
        ),
        ("connector::encryption_key", "the server's"),
        ("connector::client_secret", FOUND),
        ("connector::warnings", FOUND),
        ("connector::create", NEW),
        ("connector::create_with_new_secret", NEW),
        (
            "connector::left_behind",
            "tells which flow connectors would be left without; they are connector::all's",
        ),
        (
            "consumer::run",
            "import makes something new; export writes what consumer::list lists: tests/it/consumers",
        ),
        ("consumer::create", NEW),
        ("consumer::sign_up", NEW),
        (
            "consumer::ask_for_recovery",
            "it answers the same whoever is known: tests/it/consumer_pages/recover.rs",
        ),
        ("consumer::proven", LINK),
        ("consumer::recover", LINK),
        ("consumer::prove", LINK),
        ("consumer::ask_for_proof", "about a consumer who was read"),
        (
            "consumer::weakness",
            "about a consumer who was read; it reads nothing of an account",
        ),
        ("key::advance", TURN),
        ("key::cutover", FOUND),
        ("key::certificate", FOUND),
        ("key::import", NEW),
        ("key::generate", NEW),
        ("registration::allow", NEW),
        ("registration::register", NEW),
        (
            "registration::find",
            "needs the client's token; tests/it/provider/registration tries it elsewhere",
        ),
        ("registration::rotate", "the same"),
        ("registration::replace", "the same"),
        ("sso::create", NEW),
        ("sso::record_refused", "tells the record of what was refused"),
        ("sso::client_secret", FOUND),
        (
            "user::begin",
            "console and gateway: starts a session of a user who was found",
        ),
        ("user::begun", BY_ROUTE),
        ("user::set_up", FOUND),
        ("user::finish", FOUND),
        (
            "user::export",
            "writes what user::list lists; tests/it/cli tries it",
        ),
        ("user::import", NEW),
        ("user::privileges", FOUND),
        ("user::log_in", BY_ROUTE),
        ("user::vouched_for", BY_ROUTE),
        ("user::begin_by_sso", FOUND),
        ("user::refresh", FOUND),
        ("user::log_out", FOUND),
        ("user::create", NEW),
        ("user::create_all", NEW),
        ("user::switch_off_inactive", TURN),
        ("user::update_all", FOUND),
    ],
};

#[test]
fn sec_137_every_function_of_the_directory_is_tried_in_another_accounts_name_or_excepted() {
    let tried: Vec<String> = CALLS
        .iter()
        .map(|call| call.name.split(' ').next().unwrap().to_owned())
        .collect();
    let wrong = functions::wrong("src/directory", Visible::Outside, &tried, &EXCEPTED);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

on_both_databases! {
    /// Each is called in the name of `foreign`, while `own` has nothing and while it has rows of every kind: the answer is the
    /// same, and the rows stay. In the name of `own` it is another, or the rows change, or it would prove nothing.
    async fn sec_137_no_function_of_the_directory_reaches_into_another_account(fresh: &FreshDb) {
        let app = App::empty(fresh).await;
        seed::account(&fresh.db, "own").await;
        seed::account(&fresh.db, "foreign").await;
        let mut rows = Rows::of(fresh).await;
        let mut wrong = Vec::new();
        let account = async |id: &str| {
            let id = AccountId::parse(id).unwrap();
            directory::account::find(&app.services, Some(&id)).await.unwrap()
        };
        let (own, foreign) = (account("own").await, account("foreign").await);
        let ask = async |call: &Call, whose: &Account| {
            app.services.forget();
            (call.make)(Arc::clone(&app.services), whose.clone()).await
        };
        for call in CALLS {
            rows.begin(&[]).await;
            let alone = ask(call, &foreign).await;
            rows.begin(&["own"]).await;
            let before = rows.of_own().await;
            let beside = ask(call, &foreign).await;
            if alone != beside {
                wrong.push(format!("{}: {alone} where nobody has anything, and {beside} where another has", call.name));
            }
            if rows.of_own().await != before {
                wrong.push(format!("{} changes another account's rows", call.name));
            }
            let at_home = ask(call, &own).await;
            if at_home == beside && rows.of_own().await == before {
                wrong.push(format!("{} does nothing in its own account, and proves nothing: {at_home}", call.name));
            }
        }
        rows.close().await;
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
