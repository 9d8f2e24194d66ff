//! A user as the Users API shows it (section 9.3 of the platform contract): the password never, and what is personal empty.

use serde_json::{Map, Value, json};

use crate::base::Timestamp;
use crate::model::User;
use crate::model::user::Membership;

/// `YYYY-MM-DD HH:MM:SS`, in UTC.
pub(in crate::gateway) fn date(at: Timestamp) -> String {
    let text = at.to_rfc3339();
    text.get(..19).unwrap_or(&text).replace('T', " ")
}

/// The document.
pub(in crate::gateway) fn user(user: &User) -> Map<String, Value> {
    let profile = &user.profile;
    let group = |membership: &Membership| {
        json!({
            "agentGroupId": membership.agent_group_id,
            "assignmentDate": date(membership.assignment_date),
        })
    };
    let document = json!({
        "id": user.user_id,
        "deleted": user.deleted,
        "loginName": user.login_name,
        "fullName": "",
        "nickname": profile.nickname,
        "passwordSh": null,
        "isEnabled": user.is_enabled,
        "disabledManually": profile.disabled_manually,
        "maxChats": profile.max_chats,
        "maxAsyncChats": profile.max_async_chats,
        "email": profile.email,
        "pid": user.pid,
        "skillIds": profile.skill_ids,
        "profileIds": profile.profile_ids,
        "lobIds": profile.lob_ids,
        "memberOf": profile.member_of.as_ref().map(group),
        "managerOf": profile.manager_of.iter().map(group).collect::<Vec<_>>(),
        "permissionGroups": profile.permission_groups,
        "changePwdNextLogin": user.must_change_password,
        "lastPwdChangeDate": user.password_changed_at.map(date),
        "dateCreated": date(user.created_at),
        "dateUpdated": date(user.updated_at),
        "pictureId": profile.picture_id,
        "pictureUrl": profile.picture_url,
        "backgndImgUri": profile.backgnd_img_uri,
        "pnCertName": profile.pn_cert_name,
        "description": profile.description,
        "mobileNumber": profile.mobile_number,
        "employeeId": "",
        "isApiUser": profile.is_api_user,
        "userTypeId": user.kind.number(),
        "allowedAppKeys": profile.allowed_app_keys,
    });
    match document {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
