//! The functions of the store that know users, API keys, connectors and single sign-on, and an account's end.

use signet::base::Digest;
use signet::base::id::Realm;
use signet::model::Sealed;
use signet::model::idempotency::{Attempt, KeptAnswer};
use signet::store::erasure::ERASED;
use signet::store::users::{Change, Password};

use super::calls;
use super::house::{Call, House, LATER, NOW};
use crate::support::rows::own::{SKILL, USER, app_key, client, connector, digest, name, sso};

pub(super) fn calls() -> Vec<Call> {
    let mut calls = users();
    calls.extend(sign_ins());
    calls.extend(programs_and_connectors());
    calls.extend(ERASED.iter().map(|erasure| Call {
        name: format!("erasure::erase ({})", erasure.table),
        make: Box::new(move |house, account| {
            Box::pin(async move { Ok(erasure.erase(&house.db, &account).await? > 0) })
        }),
    }));
    calls
}

fn change(house: &House, account: &signet::base::id::AccountId) -> Vec<Change> {
    let mut user = house.user.clone();
    user.account_id = account.clone();
    "Robert".clone_into(&mut user.full_name);
    vec![Change {
        user,
        former: Some(house.user.updated_at),
        password: Password::Kept,
    }]
}

fn users() -> Vec<Call> {
    calls! { db, tx, account, house;
        on_db users::find(db, account, USER);
        on_db users::find_all(db, account, &[USER]);
        on_db users::find_login(db, account, &name("bob"));
        on_db users::list_logins(db, account, None, 10);
        on_db users::list(db, account, true, None, 10);
        on_db users::search(db, account, "bob", None, 10);
        on_db users::list_changed(db, account, 0, None, 10);
        on_db users::list_inactive(db, account, NOW, None, 10);
        on_db users::assigned(db, account);
        in_tx users::list_enabled_in(tx, account, None, 10);
        on_db users::replace_password(db, account, USER, "former", "better");
        in_tx users::set_last_login(tx, account, USER, None, LATER);
        on_db users::revision(db, account);
        in_tx users::advance(tx, account, Some(7));
        in_tx users::update_all(tx, account, &change(house, account), 8);
        in_tx users::hold(tx, account, USER, house.user.updated_at);
        in_tx users::delete_all(tx, account, &[USER], LATER, 8);
        in_tx users::end_sessions(tx, account, &[USER]);
        in_tx users::delete_factors(tx, account, &[USER]);
        in_tx users::forget_guesses(tx, account, &[USER]);
        on_db account_entities::find(db, account, SKILL, 5);
        on_db account_entities::list(db, account, SKILL, true);
        in_tx account_entities::list_in(tx, account, SKILL);
        in_tx account_entities::count(tx, account, SKILL);
        in_tx account_entities::update(tx, &signet::model::account_entity::AccountEntity {
            account_id: account.clone(), name: "Sales".to_owned(), ..house.entity.clone() }, house.entity.updated_at);
        in_tx account_entities::delete(tx, account, SKILL, 5, LATER);
        on_db administrators::list(db, Some(account), None, 10);
    }
}

fn sign_ins() -> Vec<Call> {
    calls! { db, tx, account, house;
        on_db login_sessions::find(db, account, digest(18));
        on_db login_sessions::find_by_bearer(db, account, digest(19));
        on_db login_sessions::list(db, account, None, NOW, 10);
        on_db login_sessions::list_of_user(db, account, USER, NOW);
        in_tx login_sessions::note_sso(tx, account, digest(18), &sso());
        in_tx login_sessions::delete_of_sso(tx, account, &sso());
        in_tx login_sessions::delete_oldest(tx, account, USER, 0, NOW);
        on_db login_sessions::touch(db, account, digest(18), NOW, LATER);
        in_tx login_sessions::delete(tx, account, digest(18));
        on_db user_factors::find(db, account, USER);
        on_db user_factors::find_pending(db, account, "pending", NOW);
        in_tx user_factors::put_pending(tx, &signet::model::user_factor::UserFactor {
            account_id: account.clone(), factor_id: "another".to_owned(), ..house.factor.clone() });
        in_tx user_factors::activate(tx, account, &house.factor, 2, NOW);
        in_tx user_factors::take_step(tx, account, "factor", 2);
        in_tx user_recovery_codes::take(tx, account, USER, &[25; 32]);
        on_db user_recovery_codes::count(db, account, USER);
        in_tx user_recovery_codes::delete_all(tx, account, USER);
        on_db console_sign_ins::find(db, account, digest(20), NOW);
        in_tx console_sign_ins::take(tx, account, digest(20), NOW);
        in_tx console_sign_ins::delete_all(tx, account, USER);
        in_tx console_sign_ins::insert(tx, &signet::model::user_factor::ConsoleSignIn {
            account_id: account.clone(), digest: digest(98), ..house.sign_in.clone() });
        on_db sso_connections::find(db, account, &sso());
        on_db sso_connections::list(db, account);
        in_tx sso_connections::update(tx, &signet::model::sso::SsoConnection {
            account_id: account.clone(), enabled: false, ..house.sso.clone() }, house.sso.updated_at);
        in_tx sso_connections::update_secret(tx, &signet::model::sso::SsoConnection {
            account_id: account.clone(), secret: Some(Sealed::from_stored(vec![0])), ..house.sso.clone() });
        in_tx sso_connections::delete(tx, account, &sso(), house.sso.updated_at);
        on_db sso_attempts::take(db, account, digest(15), NOW);
        on_db sso_attempts::give_ticket(db, (account, digest(15)), digest(97), USER, LATER);
        on_db sso_attempts::take_ticket(db, account, digest(17), NOW);
        in_tx sso_attempts::delete_all(tx, account, &sso());
    }
}

fn programs_and_connectors() -> Vec<Call> {
    let attempt = || Attempt {
        fingerprint: digest(96),
        created_at: LATER,
        answer: None,
    };
    let answer = || KeptAnswer {
        status: 200,
        location: None,
        etag: None,
        body: None,
    };
    calls! { db, tx, account, house;
        on_db app_keys::find(db, account, &app_key());
        on_db app_keys::list(db, account);
        in_tx app_keys::insert(tx, &signet::model::AppKey {
            account_id: account.clone(), app_key: "key-2".parse().unwrap(), ..house.app_key.clone() })
            => |_: &bool| false;
        in_tx app_keys::update(tx, &signet::model::AppKey {
            account_id: account.clone(), enabled: false, ..house.app_key.clone() }, house.app_key.updated_at);
        on_db app_keys::set_last_used(db, account, &app_key(), LATER);
        on_db app_key_secrets::list(db, account, &app_key(), NOW);
        in_tx app_key_secrets::end(tx, account, &app_key(), LATER);
        on_db connectors::find(db, account, &connector());
        on_db connectors::find_even_deleted(db, account, &connector());
        on_db connectors::find_preferred(db, account, house.connector.kind);
        on_db connectors::list(db, account, None, 10, true);
        in_tx connectors::update(tx, &signet::model::Connector {
            account_id: account.clone(), enabled: false, ..house.connector.clone() }, house.connector.updated_at);
        in_tx connectors::update_secret(tx, &signet::model::Connector {
            account_id: account.clone(), secret: Some(Sealed::from_stored(vec![0])), ..house.connector.clone() });
        in_tx connectors::unprefer(tx, account, house.connector.kind, &"c-2".parse().unwrap(), LATER);
        in_tx connectors::hold(tx, account, &connector(), house.connector.updated_at);
        in_tx connectors::delete(tx, account, &connector(), LATER);
        on_db connector_key_sets::find(db, account, &connector(), "https://idp.example/jwks", NOW);
        on_db connector_key_sets::keep(db, (account, &connector()), "https://idp.example/jwks", &signet::store::connector_key_sets::KeySet {
            jwks: "{}".to_owned(), read_at: LATER }, LATER);
        on_db delegations::find_awaited(db, account, digest(14), NOW);
        on_db delegations::take(db, account, digest(14), NOW);
        on_db delegations::keep(db, account, "d-1", Sealed::from_stored(vec![0]), LATER);
        on_db delegations::fetch(db, account, "d-1", (&connector(), &client()), NOW);
        on_db delegations::waits(db, account, "d-1", (&connector(), &client()), NOW);
        on_db idempotency_keys::find(db, &Realm::from(account), digest(26));
        on_db idempotency_keys::update(db, &Realm::from(account), digest(26), &answer());
        on_db idempotency_keys::delete(db, &Realm::from(account), digest(26));
        on_db idempotency_keys::claim(db, &Realm::from(account), Digest::from_stored(&[26; 32]).unwrap(), &attempt(), LATER)
            => |claimed: &bool| !claimed;
    }
}
