//! The functions of the store that know clients, consumers, their sessions, consents and tokens, and signing keys.

use jose::Algorithm;
use signet::base::Timestamp;
use signet::base::id::{AccountId, KeyId, Realm, SessionId};
use signet::model::challenge::{Challenge, Recovery};
use signet::model::device::Decision;
use signet::model::interaction::Progress;
use signet::model::queued_mail::Person;
use signet::model::signed_window::SignedWindow;
use signet::model::signing_key::KeyState;
use signet::model::{Client, LogoutNotice};
use signet::store;
use signet::store::audit::Filter;
use signet::store::login_attempts::{Admission, Attempts};
use signet::store::refresh_tokens::Grace;
use signet::store::used_proofs::Taken;

use super::calls;
use super::house::{Call, House, LATER, NOW};
use crate::support::rows::own::{bucket, client, digest, kid, name, sid, sub};

pub(super) fn calls() -> Vec<Call> {
    let mut calls = clients_and_consumers();
    calls.extend(sessions_and_tokens());
    calls.extend(what_waits());
    calls.extend(keys_and_record());
    calls
}

/// The notice that waits, as if it were that account's.
fn notice(house: &House, account: &AccountId) -> LogoutNotice {
    LogoutNotice {
        account_id: account.clone(),
        sid: SessionId::parse("sid-before").unwrap(),
        client_id: client(),
        sub: house.consumer.sub.clone(),
        attempts: 0,
        created_at: NOW,
    }
}

/// What a key of `own` signed for its program, as if it were that account's.
fn window(account: &AccountId, key: &str) -> SignedWindow {
    SignedWindow {
        account_id: account.clone(),
        kid: kid(key),
        client_id: client(),
        expires_at: Timestamp::from_millis(9_000_000_000_000),
    }
}

fn clients_and_consumers() -> Vec<Call> {
    calls! { db, tx, account, house;
        on_db clients::find(db, account, &client());
        on_db clients::list_platform(db, account);
        on_db clients::list_allowed_origins(db, account);
        on_db clients::list_first_party_begun(db, account);
        on_db clients::list_jwks_readers(db, account);
        on_db clients::list_holding(db, account, &KeyId::parse("k-pasted").unwrap());
        on_db clients::list(db, account, None, 10);
        in_tx clients::update(tx, &Client { account_id: account.clone(), enabled: false, ..house.client.clone() },
                              house.client.updated_at);
        in_tx clients::hold(tx, account, &client(), house.client.updated_at);
        in_tx clients::delete(tx, account, &client(), LATER);
        on_db client_hmac_secrets::list(db, account, &client());
        in_tx client_hmac_secrets::delete_but(tx, account, &client(), ["other", "other"]);
        on_db registration_tokens::is_its(db, account, &client(), digest(21));
        in_tx registration_tokens::rotate(tx, account, &client(), digest(21), digest(99), LATER);
        on_db initial_access_tokens::is_good(db, account, digest(22), NOW);
        in_tx initial_access_tokens::take(tx, account, digest(22), NOW);
        in_tx initial_access_tokens::delete_all(tx, account);

        on_db consumers::find(db, account, &sub());
        in_tx consumers::find_in(tx, account, &sub());
        on_db consumers::find_by_identifier(db, account, &name("ana"));
        on_db consumers::list(db, account, None, 10);
        on_db consumers::list_with_passwords(db, account, None, 10);
        on_db consumers::find_login(db, account, &name("ana"));
        in_tx consumers::set_password(tx, account, &sub(), "another", LATER);
        on_db consumers::replace_password(db, account, &sub(), "former", "another", LATER);
        in_tx consumers::end_all(tx, account, &sub(), LATER);
        in_tx consumers::hold(tx, account, &sub(), house.consumer.updated_at);
        in_tx consumers::delete(tx, account, &sub(), LATER);
        in_tx consumers::update(tx,
            &signet::model::Consumer { account_id: account.clone(), ..house.consumer.clone() },
            &signet::model::Consumer { account_id: account.clone(), updated_at: LATER, username: Some("eva".to_owned()),
                                       ..house.consumer.clone() });
        on_db erasure::erase_consumers(db, account, None, LATER);
        on_db merged_identities::find(db, account, "anonymous");
        on_db merged_identities::list(db, account, "merged");
        // What another account has merged is no matter here.
        in_tx merged_identities::take(tx, account, "anonymous", "other", LATER) => |taken: &bool| !taken;

        on_db login_attempts::find(db, account, "ip:192.0.2.1", NOW) => |found: &Option<Attempts>| found.is_some();
        in_tx login_attempts::delete(tx, account, "ip:192.0.2.1");
        in_tx login_attempts::take_back(tx, account, &bucket());
        on_db login_attempts::admit(db, account, vec![bucket()], NOW)
            => |admission: &Admission| matches!(admission, Admission::Blocked(_));
    }
}

fn sessions_and_tokens() -> Vec<Call> {
    let grace = Grace { since: NOW, uses: 1 };
    calls! { db, tx, account, house;
        on_db sessions::find(db, account, digest(1));
        on_db sessions::find_by_sid(db, account, &sid());
        on_db sessions::list_of_subject(db, account, &sub(), NOW);
        on_db sessions::list(db, account, None, NOW, 10);
        in_tx sessions::renew(tx, account,
            &signet::model::Session { account_id: account.clone(), digest: digest(1), ..house.session.clone() });
        in_tx sessions::reissue(tx, account, digest(1), digest(99));
        on_db sessions::touch(db, &signet::model::Session { account_id: account.clone(), ..house.session.clone() },
            LATER, LATER);
        in_tx sessions::end(tx, account, &sid(), LATER)
            => |ended: &store::sessions::Ended| ended.sessions > 0 || !ended.clients.is_empty();
        in_tx sessions::end_all(tx, account, &sub(), LATER);
        on_db sessions::end_of_account(db, account, LATER);
        on_db session_clients::insert(db, account, &sid(), &client(), LATER);
        in_tx session_clients::prolong(tx, account, &sid(), LATER);
        in_tx session_clients::choose(tx, account, &sid(), &client(), LATER);
        in_tx session_clients::pass_over(tx, account, &sid(), &client());
        on_db session_clients::list_chosen(db, account, &client(), &[&sid()]);
        in_tx session_clients::take(tx, account, &sid());
        in_tx logout_notices::insert_of_session(tx, account, &sid(), LATER);
        in_tx logout_notices::insert_of_subject(tx, account, &sub(), LATER);
        on_db logout_notices::postpone(db, &notice(house, account), LATER);
        on_db logout_notices::delete(db, &notice(house, account));
        on_db mails::postpone(db, account, "mail-1", LATER);
        on_db mails::delete(db, account, "mail-1");
        in_tx mails::delete_of(tx, account, &Person::Consumer(sub()));
        in_tx mails::delete_unsent(tx, account, &Person::Consumer(sub()), "password_changed");

        on_db grants::find(db, account, &sub(), &client());
        on_db grants::list_of_subject(db, account, &sub());
        in_tx grants::revoke(tx, account, &sub(), &client(), LATER);
        in_tx grants::upsert(tx, &signet::model::grant::Grant {
            account_id: account.clone(), scope: "openid email".parse().unwrap(), ..house.grant.clone() });

        on_db tokens::find(db, account, digest(2));
        on_db tokens::was_redeemed(db, account, digest(3));
        in_tx tokens::revoke_of_code(tx, account, digest(3), LATER);
        on_db tokens::revoke(db, account, digest(2), LATER);
        in_tx tokens::revoke_family(tx, account, "f-1", LATER);
        on_db tokens::revoke_of_account(db, account, LATER);
        on_db tokens::count_signed(db, account, &kid("active"), NOW)
            => |living: &store::tokens::Living| living.tokens > 0 || living.until.is_some();
        on_db tokens::list_signed(db, account, &kid("active"), NOW, None, 10);
        on_db codes::count_failure(db, account, digest(5), LATER);
        on_db refresh_tokens::find(db, account, digest(4));
        in_tx refresh_tokens::take(tx, account, digest(4), NOW, grace);
        in_tx refresh_tokens::touch(tx, account, digest(4), NOW, LATER);
        on_db used_proofs::is_used(db, account, digest::<signet::model::sso::SsoAssertion>(10), Taken { from: NOW, until: LATER });
    }
}

fn what_waits() -> Vec<Call> {
    calls! { db, tx, account, house;
        on_db interactions::find(db, account, digest(6), digest(7), NOW);
        on_db interactions::exists(db, account, digest(6), NOW);
        in_tx interactions::update(tx, account, digest(6), &Progress { denied: true, ..Progress::default() });
        on_db interactions::take(db, account, digest(6), digest(7));
        on_db pushed_requests::find(db, account, &client(), digest(8), NOW);
        in_tx pushed_requests::take(tx, account, digest(8));
        on_db sign_in_tickets::take(db, account, &client(), digest(9), NOW);
        on_db challenges::find(db, account, digest::<Recovery>(60), NOW);
        in_tx challenges::take(tx, account, digest::<Recovery>(60), NOW);
        in_tx challenges::delete_of_subject(tx, account, &sub());
        in_tx challenges::upsert(tx, &Challenge::<Recovery> { digest: signet::base::Digest::of(account.as_str()), account_id: account.clone(), sub: sub(),
            address: "new@example.test".to_owned(), expires_at: LATER });

        on_db devices::find(db, account, digest(11));
        on_db devices::find_undecided(db, account, digest(12), NOW);
        on_db devices::note_question(db, &signet::model::device::DeviceAuthorization {
            account_id: account.clone(), ..house.device.clone() }, NOW, 10);
        in_tx devices::decide(tx, account, digest(12), &Decision::Denied, NOW);

        on_db backchannel::find(db, account, digest(13));
        in_tx backchannel::count_undecided(tx, account, &client(), &sub(), NOW);
        on_db backchannel::find_undecided(db, account, &sub(), "h-1", NOW);
        on_db backchannel::list_undecided(db, account, &sub(), NOW);
        on_db backchannel::note_question(db, &signet::model::backchannel::BackchannelRequest {
            account_id: account.clone(), ..house.request.clone() }, NOW, 10);
        in_tx backchannel::decide(tx, &signet::model::backchannel::BackchannelRequest {
            account_id: account.clone(), ..house.request.clone() }, &Decision::Denied, NOW);
    }
}

fn keys_and_record() -> Vec<Call> {
    calls! { db, tx, account, house;
        on_db signing_keys::list_published(db, account);
        on_db signing_keys::list(db, account);
        on_db signing_keys::list_burnt(db, account);
        on_db signing_keys::find(db, account, &kid("active"));
        in_tx signing_keys::publish_anew(tx, &signet::model::signing_key::SigningKey {
            account_id: account.clone(), created_at: LATER, ..house.pending.clone() });
        in_tx signing_keys::stop_active(tx, account, Algorithm::RS256, NOW, LATER);
        in_tx signing_keys::is_pending(tx, account, &kid("pending"));
        in_tx signing_keys::is_published(tx, account, &kid("active"));
        in_tx signing_keys::signed_last(tx, account, &kid("retiring"), LATER);
        in_tx signing_keys::start_pending(tx, account, &kid("pending"), LATER) => |started: &bool| *started;
        in_tx signing_keys::retire(tx, account, &kid("retiring"), LATER, NOW, NOW);
        in_tx signing_keys::burn(tx, account, &kid("active"), KeyState::Active, NOW);
        in_tx signing_keys::retire_all(tx, account, LATER);
        on_db signed_windows::begin(db, &window(account, "retiring"));
        on_db signed_windows::count(db, &window(account, "active"), 7);
        on_db decryption_keys::list(db, account);
        on_db decryption_keys::find(db, account, &kid("enc"));
        in_tx decryption_keys::replace(tx, account, &kid("enc"), LATER) => |replaced: &bool| *replaced;
        in_tx decryption_keys::delete_replaced(tx, account, &kid("former")) => |deleted: &bool| *deleted;
        in_tx decryption_keys::delete_all(tx, account);
        on_db jwks_readers::list(db, account);
        on_db jwks_readers::upsert(db, &signet::model::jwks_reader::JwksReader {
            account_id: account.clone(), seen_at: LATER, ..house.reader.clone() });

        on_db audit::list_chain(db, &Realm::from(account), 0, 10);
        on_db audit::list_before_chain(db, &Realm::from(account), None, 10);
        on_db audit::count_before_chain(db, &Realm::from(account));
        on_db audit::list_latest(db, &Realm::from(account), &Filter::default(), None, 10);
        on_db audit::list_latest_before_chain(db, &Realm::from(account), &Filter::default(), None, 10);
        on_db audit_chains::find(db, &Realm::from(account));
    }
}
