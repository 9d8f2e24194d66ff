//! Users as they are sent: as proper types or as text, since the platform's own examples send both. Members that nobody
//! knows are passed over, as clients of many versions call.

use serde_json::{Map, Value};

use crate::base::Timestamp;
use crate::directory::user::{Draft, Wanted};
use crate::gateway::Error;
use crate::model::user::{Membership, UserType};
use crate::model::{User, UserId, UserProfile};

/// What is wrong with a member, or that it is missing.
const WRONG: Error = Error::malformed("A user lacks a member that it needs, or has one of the wrong type.");

/// One thing that was sent, or a list of them.
pub(in crate::gateway) enum Sent {
    One(Map<String, Value>),
    Many(Vec<Map<String, Value>>),
}

impl Sent {
    pub(in crate::gateway) fn parse(body: &[u8]) -> Result<Self, Error> {
        const NEITHER: Error = Error::malformed("The body must be a JSON object, or an array of them.");
        let value: Value = serde_json::from_slice(body).map_err(|_| NEITHER)?;
        let object = |value| match value {
            Value::Object(members) => Ok(members),
            _ => Err(NEITHER),
        };
        match value {
            Value::Array(all) if !all.is_empty() => {
                Ok(Self::Many(all.into_iter().map(object).collect::<Result<_, _>>()?))
            }
            value => Ok(Self::One(object(value)?)),
        }
    }
}

/// The ids of a body that lists them, as text or as numbers.
pub(in crate::gateway) fn ids(body: &[u8]) -> Result<Vec<i64>, Error> {
    const WRONG: Error = Error::malformed("The body must be a JSON array of ids.");
    let all: Vec<Value> = serde_json::from_slice(body).map_err(|_| WRONG)?;
    let ids: Option<Vec<i64>> = all.iter().map(number).collect();
    ids.filter(|ids| !ids.is_empty()).ok_or(WRONG)
}

/// The id in a document, where there is one.
pub(in crate::gateway) fn id(members: &Map<String, Value>) -> Result<Option<UserId>, Error> {
    match present(members, "id") {
        None => Ok(None),
        Some(id) => match number(id) {
            Some(id) if id > 0 => Ok(Some(UserId::from_number(id))),
            _ => Err(WRONG),
        },
    }
}

/// The user that a document describes, whole: what it lacks is taken away. `former` is what there was; it keeps the
/// password where none is sent, and what is read back empty where it comes back so.
pub(in crate::gateway) fn wanted(
    members: &Map<String, Value>,
    former: Option<&User>,
) -> Result<Wanted, Error> {
    let read = Members(members);
    let is_enabled = read.needed("isEnabled", truth)?;
    let changed = former.is_none_or(|former| former.is_enabled != is_enabled);
    let disabled_manually = match read.optional("disabledManually", truth)? {
        Some(disabled) => disabled,
        None => changed && !is_enabled,
    };
    let hidden = |sent: Option<String>, kept: Option<&String>| match sent {
        Some(text) if text.is_empty() => kept.cloned(),
        sent => sent,
    };
    let full_name = hidden(
        Some(read.needed("fullName", text)?),
        former.map(|former| &former.full_name),
    );
    let employee_id = hidden(
        read.optional("employeeId", text)?,
        former.and_then(|former| former.profile.employee_id.as_ref()),
    );
    let kind = match read.optional("userTypeId", number)? {
        None => UserType::Human,
        Some(kind) => UserType::of_number(kind).ok_or(WRONG)?,
    };
    let is_api_user = read.optional("isApiUser", truth)?.unwrap_or(false);
    let allowed_app_keys = read.optional("allowedAppKeys", text)?;
    if is_api_user && kind == UserType::Human && allowed_app_keys.is_none() {
        return Err(WRONG);
    }
    let profile = UserProfile {
        nickname: read.needed("nickname", text)?,
        email: read.needed("email", text)?,
        disabled_manually,
        max_chats: read.needed("maxChats", number)?,
        max_async_chats: read.optional("maxAsyncChats", number)?,
        skill_ids: read.optional("skillIds", numbers)?.unwrap_or_default(),
        profile_ids: read.needed("profileIds", numbers)?,
        lob_ids: read.optional("lobIds", numbers)?.unwrap_or_default(),
        member_of: read.optional("memberOf", membership)?,
        manager_of: read
            .optional("managerOf", |value| {
                value.as_array()?.iter().map(membership).collect()
            })?
            .unwrap_or_default(),
        permission_groups: read.optional("permissionGroups", numbers)?.unwrap_or_default(),
        picture_id: read.optional("pictureId", text)?,
        picture_url: read.optional("pictureUrl", text)?,
        backgnd_img_uri: read.optional("backgndImgUri", text)?,
        pn_cert_name: read.optional("pnCertName", text)?,
        description: read.optional("description", text)?,
        mobile_number: read.optional("mobileNumber", text)?,
        employee_id,
        is_api_user,
        allowed_app_keys,
    };
    let password = read.optional("passwordSh", text)?.filter(|text| !text.is_empty());
    Ok(Wanted {
        draft: Draft {
            kind,
            login_name: read.needed("loginName", text)?,
            full_name: full_name.unwrap_or_default(),
            pid: read.optional("pid", text)?,
            is_enabled,
            must_change_password: read.optional("changePwdNextLogin", truth)?.unwrap_or(false),
            profile,
        },
        password: password.map(Into::into),
    })
}

struct Members<'m>(&'m Map<String, Value>);

impl Members<'_> {
    fn optional<T>(&self, name: &str, read: impl Fn(&Value) -> Option<T>) -> Result<Option<T>, Error> {
        match present(self.0, name) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or(WRONG),
        }
    }

    fn needed<T>(&self, name: &str, read: impl Fn(&Value) -> Option<T>) -> Result<T, Error> {
        self.optional(name, read)?.ok_or(WRONG)
    }
}

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
