//! What the rows of the account `own` are called: see `rows.sql`.

use std::time::Duration;

use signet::base::Digest;
use signet::base::id::{AppKeyId, ClientId, ConnectorId, KeyId, SessionId, SsoName, Subject};
use signet::model::account_entity::EntityKind;
use signet::model::{Identifier, UserId};
use signet::store::login_attempts::{Bucket, Forget, Policy};

pub(crate) const SKILL: EntityKind = EntityKind::Skill;
pub(crate) const USER: UserId = UserId::from_number(1);

/// `{bytes N}`.
pub(crate) fn digest<K>(number: u8) -> Digest<K> {
    Digest::from_stored(&[number; 32]).unwrap()
}

pub(crate) fn client() -> ClientId {
    ClientId::parse("shop").unwrap()
}

pub(crate) fn sub() -> Subject {
    Subject::parse("s-own").unwrap()
}

pub(crate) fn sid() -> SessionId {
    SessionId::parse("sid-own").unwrap()
}

pub(crate) fn connector() -> ConnectorId {
    ConnectorId::parse("c-1").unwrap()
}

pub(crate) fn app_key() -> AppKeyId {
    AppKeyId::parse("key-1").unwrap()
}

pub(crate) fn sso() -> SsoName {
    SsoName::parse("work").unwrap()
}

/// The key in that state.
pub(crate) fn kid(state: &str) -> KeyId {
    KeyId::parse(&format!("k-{state}-own")).unwrap()
}

pub(crate) fn name(of: &str) -> Identifier {
    Identifier::parse(of).unwrap()
}

pub(crate) fn bucket() -> Bucket {
    Bucket {
        name: "ip:192.0.2.1".to_owned(),
        policy: Policy {
            attempts: 2,
            delay: Duration::from_secs(5),
            delay_max: Duration::from_secs(5),
            most: 100,
            forget: Forget::AfterLast(Duration::from_mins(1)),
        },
    }
}
