//! Users as they are sent: as proper types or as text, since the platform's own examples send both. What is for reading alone
//! is passed over, since it comes back as it was read; members that nobody knows are refused (SEC-128).

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserializer as _;
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::wrong::Wrong;
use crate::base::Timestamp;
use crate::directory::user::{Draft, Wanted};
use crate::gateway::Error;
use crate::model::user::{Membership, UserType};
use crate::model::{User, UserId, UserProfile};

/// All members of a user (section 9.3 of the platform contract), and `dateCreated`, which is shown beside them.
const MEMBERS: [&str; 34] = [
    "id",
    "pid",
    "deleted",
    "loginName",
    "fullName",
    "nickname",
    "passwordSh",
    "oldPassword",
    "confirmPassword",
    "isEnabled",
    "disabledManually",
    "maxChats",
    "maxAsyncChats",
    "email",
    "skillIds",
    "profileIds",
    "lobIds",
    "memberOf",
    "managerOf",
    "permissionGroups",
    "changePwdNextLogin",
    "lastPwdChangeDate",
    "dateCreated",
    "dateUpdated",
    "pictureId",
    "pictureUrl",
    "backgndImgUri",
    "pnCertName",
    "description",
    "mobileNumber",
    "employeeId",
    "isApiUser",
    "userTypeId",
    "allowedAppKeys",
];

/// One thing that was sent, or a list of them.
pub(in crate::gateway) enum Sent<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> Sent<T> {
    /// Each object is read as soon as it is there, so that of a long list no more than one is there as it was sent.
    pub(in crate::gateway) fn parse(
        body: &[u8],
        read: impl Fn(Map<String, Value>) -> Result<T, Wrong>,
    ) -> Result<Self, Error> {
        let mut wrong = None;
        let mut json = serde_json::Deserializer::from_slice(body);
        let reading = Reading {
            read,
            wrong: &mut wrong,
        };
        let sent = json
            .deserialize_any(reading)
            .and_then(|sent| json.end().map(|()| sent));
        match (wrong, sent) {
            (Some(error), _) => Err(error),
            (None, Ok(sent)) => Ok(sent),
            (None, Err(_)) => Err(Error::malformed(
                "The body must be a JSON object, or an array of them.",
            )),
        }
    }

    /// All of them, and whether it is one by itself.
    pub(in crate::gateway) fn all(self) -> (Vec<T>, bool) {
        match self {
            Self::One(one) => (vec![one], true),
            Self::Many(all) => (all, false),
        }
    }
}

struct Reading<'w, F> {
    read: F,
    /// What was wrong with an object, which serde's errors have no room for.
    wrong: &'w mut Option<Error>,
}

impl<F> Reading<'_, F> {
    fn one<T, E: de::Error>(&mut self, members: Map<String, Value>, place: Option<usize>) -> Result<T, E>
    where
        F: Fn(Map<String, Value>) -> Result<T, Wrong>,
    {
        (self.read)(members).map_err(|wrong| {
            *self.wrong = Some(wrong.at(place));
            E::custom("an object that isn't what it should be")
        })
    }
}

impl<'de, T, F: Fn(Map<String, Value>) -> Result<T, Wrong>> Visitor<'de> for Reading<'_, F> {
    type Value = Sent<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, or an array of them")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<Sent<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(members) = elements.next_element()? {
            all.push(self.one(members, Some(all.len()))?);
        }
        if all.is_empty() {
            return Err(de::Error::custom("nothing"));
        }
        Ok(Sent::Many(all))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut given: A) -> Result<Sent<T>, A::Error> {
        let mut members = Map::new();
        while let Some((name, value)) = given.next_entry()? {
            members.insert(name, value);
        }
        self.one(members, None).map(Sent::One)
    }
}

/// The ids of a body that lists them, as text or as numbers.
pub(in crate::gateway) fn ids(body: &[u8]) -> Result<Vec<i64>, Error> {
    const WRONG: Error = Error::malformed("The body must be a JSON array of ids.");
    let all: Vec<Value> = serde_json::from_slice(body).map_err(|_| WRONG)?;
    let ids: Option<Vec<i64>> = all.iter().map(number).collect();
    ids.filter(|ids| !ids.is_empty()).ok_or(WRONG)
}

/// A user as a document describes it, whole: what it lacks is taken away.
pub(in crate::gateway) struct Described {
    /// The id, where the document has one.
    pub(in crate::gateway) id: Option<UserId>,
    draft: Draft,
    disabled_manually: Option<bool>,
    password: Option<SecretString>,
    own: Own,
}

/// What users send beside their own new password.
#[derive(Default)]
pub(in crate::gateway) struct Own {
    /// The former one.
    pub(in crate::gateway) old: Option<SecretString>,
    /// The new one once more.
    confirmed: Option<SecretString>,
}

impl Described {
    pub(in crate::gateway) fn read(members: &Map<String, Value>) -> Result<Self, Wrong> {
        let read = Members(members);
        if let Some(name) = members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
            return Err(Wrong::unknown(name));
        }
        let id = match read.optional("id", &NUMBER)? {
            None => None,
            Some(id) if id > 0 => Some(UserId::from_number(id)),
            Some(_) => return Err(Wrong::other("id", "the id of a user")),
        };
        let kind = match read.optional("userTypeId", &NUMBER)? {
            None => UserType::Human,
            Some(kind) => UserType::of_number(kind)
                .ok_or_else(|| Wrong::other("userTypeId", "1 (a person) or 2 (a bot)"))?,
        };
        let is_api_user = read.optional("isApiUser", &TRUTH)?.unwrap_or(false);
        let allowed_app_keys = read.optional("allowedAppKeys", &TEXT)?;
        if is_api_user && kind == UserType::Human && allowed_app_keys.is_none() {
            return Err(Wrong::missing("allowedAppKeys"));
        }
        let profile = UserProfile {
            nickname: read.needed("nickname", &TEXT)?,
            email: read.needed("email", &TEXT)?,
            disabled_manually: false,
            max_chats: read.needed("maxChats", &NUMBER)?,
            max_async_chats: read.optional("maxAsyncChats", &NUMBER)?,
            skill_ids: read.optional("skillIds", &NUMBERS)?.unwrap_or_default(),
            profile_ids: read.needed("profileIds", &NUMBERS)?,
            lob_ids: read.optional("lobIds", &NUMBERS)?.unwrap_or_default(),
            member_of: read.optional("memberOf", &GROUP)?,
            manager_of: read.optional("managerOf", &GROUPS)?.unwrap_or_default(),
            permission_groups: read.optional("permissionGroups", &NUMBERS)?.unwrap_or_default(),
            picture_id: read.optional("pictureId", &TEXT)?,
            picture_url: read.optional("pictureUrl", &TEXT)?,
            backgnd_img_uri: read.optional("backgndImgUri", &TEXT)?,
            pn_cert_name: read.optional("pnCertName", &TEXT)?,
            description: read.optional("description", &TEXT)?,
            mobile_number: read.optional("mobileNumber", &TEXT)?,
            employee_id: read.optional("employeeId", &TEXT)?,
            is_api_user,
            allowed_app_keys,
        };
        Ok(Self {
            id,
            draft: Draft {
                kind,
                login_name: read.needed("loginName", &TEXT)?,
                full_name: read.needed("fullName", &TEXT)?,
                pid: read.optional("pid", &TEXT)?,
                is_enabled: read.needed("isEnabled", &TRUTH)?,
                must_change_password: read.optional("changePwdNextLogin", &TRUTH)?.unwrap_or(false),
                profile,
            },
            disabled_manually: read.optional("disabledManually", &TRUTH)?,
            password: read.secret("passwordSh")?,
            own: Own {
                old: read.secret("oldPassword")?,
                confirmed: read.secret("confirmPassword")?,
            },
        })
    }

    /// What users must send for a new password of their own: the former one, and the new one twice. `None` where there is
    /// no new password.
    pub(in crate::gateway) fn own_password(&self) -> Option<Result<&SecretString, Error>> {
        let new = self.password.as_ref()?;
        let confirmed = self.own.confirmed.as_ref();
        Some(match &self.own.old {
            None => Err(Error::forbidden().because("one's own password goes with oldPassword")),
            Some(_) if confirmed.is_some_and(|again| again.expose_secret() != new.expose_secret()) => Err(
                Error::malformed("confirmPassword must be the same as passwordSh."),
            ),
            Some(old) => Ok(old),
        })
    }

    /// As a new user.
    pub(in crate::gateway) fn new_user(self) -> Wanted {
        self.wanted(None)
    }

    /// In the place of `former`, whose password stays where none is sent, as does what is read back empty where it comes back
    /// so. `proven` tells that it is the owner's own password, who has shown the former one. A password of anybody else's
    /// choice is good for one login, at which its owner chooses the next one (SEC-133).
    pub(in crate::gateway) fn instead_of(self, former: &User, proven: bool) -> Wanted {
        let has_password = self.password.is_some();
        let mut wanted = self.wanted(Some(former));
        wanted.draft.must_change_password |= has_password && !proven;
        Wanted { proven, ..wanted }
    }

    fn wanted(self, former: Option<&User>) -> Wanted {
        let mut draft = self.draft;
        let changed = former.is_none_or(|former| former.is_enabled != draft.is_enabled);
        draft.profile.disabled_manually = self.disabled_manually.unwrap_or(changed && !draft.is_enabled);
        if let Some(former) = former {
            if draft.full_name.is_empty() {
                draft.full_name.clone_from(&former.full_name);
            }
            if draft.profile.employee_id.as_deref() == Some("") {
                draft.profile.employee_id.clone_from(&former.profile.employee_id);
            }
        } else {
            draft.profile.employee_id = draft.profile.employee_id.filter(|id| !id.is_empty());
        }
        Wanted::new(draft, self.password)
    }
}

struct Members<'m>(&'m Map<String, Value>);

impl Members<'_> {
    fn optional<T>(&self, name: &str, kind: &Kind<T>) -> Result<Option<T>, Wrong> {
        match present(self.0, name) {
            None => Ok(None),
            Some(value) => (kind.read)(value)
                .map(Some)
                .ok_or_else(|| Wrong::other(name, kind.called)),
        }
    }

    /// A password; an empty one is none.
    fn secret(&self, name: &str) -> Result<Option<SecretString>, Wrong> {
        let given = self.optional(name, &TEXT)?.filter(|text| !text.is_empty());
        Ok(given.map(Into::into))
    }

    fn needed<T>(&self, name: &str, kind: &Kind<T>) -> Result<T, Wrong> {
        self.optional(name, kind)?.ok_or_else(|| Wrong::missing(name))
    }
}

/// What a member must be, in a word, and how it is read.
struct Kind<T> {
    called: &'static str,
    read: fn(&Value) -> Option<T>,
}

const TEXT: Kind<String> = Kind {
    called: "text",
    read: text,
};
const NUMBER: Kind<i64> = Kind {
    called: "a whole number",
    read: number,
};
const NUMBERS: Kind<Vec<i64>> = Kind {
    called: "a list of whole numbers",
    read: numbers,
};
const TRUTH: Kind<bool> = Kind {
    called: "true or false",
    read: truth,
};
const GROUP: Kind<Membership> = Kind {
    called: "an object with agentGroupId",
    read: membership,
};
const GROUPS: Kind<Vec<Membership>> = Kind {
    called: "a list of objects with agentGroupId",
    read: |value| value.as_array()?.iter().map(membership).collect(),
};

/// A member; one that is null is none.
fn present<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m Value> {
    members.get(name).filter(|value| !value.is_null())
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_i64(),
    }
}

fn numbers(value: &Value) -> Option<Vec<i64>> {
    value.as_array()?.iter().map(number).collect()
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::String(text) => text.parse().ok(),
        value => value.as_bool(),
    }
}

fn membership(value: &Value) -> Option<Membership> {
    Some(Membership {
        agent_group_id: number(value.get("agentGroupId")?)?,
        // Since when is the server's to say.
        assignment_date: Timestamp::from_millis(0),
    })
}
