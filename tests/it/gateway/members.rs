//! The members of a user (section 9.3 of the platform contract): which must be there, as what they are taken, and how they are
//! read back.

use serde_json::{Value, json};

use super::people::refused;
use super::users::{USERS, admin, create, document, read, send, with};
use crate::support::answer::Answer;
use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};

const GROUPS: &str = "/api/account/brand/configuration/le-users/agentGroups";
const SKILLS: &str = "/api/account/brand/configuration/le-users/skills";

/// All that can be said of a user, as the platform's example says it: numbers and booleans as text.
fn whole(skill: &Value, group: &Value) -> Value {
    json!({
        "pid": "p-1", "loginName": "dana", "fullName": "Dana Hill", "nickname": "Dee", "passwordSh": "seven quiet herons",
        "isEnabled": "false", "disabledManually": "false", "maxChats": "4", "maxAsyncChats": "12", "email": "dana@example.test",
        "skillIds": [skill["id"].to_string()], "profileIds": ["2", "3"], "lobIds": ["7", "8"],
        "memberOf": {"agentGroupId": group["id"].to_string(), "assignmentDate": "2001-01-01 00:00:00"},
        "managerOf": [{"agentGroupId": "-1"}], "permissionGroups": ["5"], "changePwdNextLogin": "true",
        "pictureId": "pic", "pictureUrl": "https://img.example.test/dana.png", "backgndImgUri": "https://img.example.test/sky.png",
        "pnCertName": "cert", "description": "Mondays", "mobileNumber": "+30 210 1234567", "employeeId": "e-1",
        "isApiUser": "false", "userTypeId": "1", "allowedAppKeys": "0123",
    })
}

on_both_databases! {
    async fn every_member_is_taken_as_text_and_read_back_as_what_it_is(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let skill = send(&app, &root, "POST", SKILLS, &[], &json!({"name": "Sales"})).await.json();
        let group = send(&app, &root, "POST", GROUPS, &[], &json!({"name": "North", "isEnabled": true})).await.json();
        let made = create(&app, &root, &whole(&skill, &group)).await;
        assert_eq!(made.status, 201, "{made:?}");
        let user = made.json();
        let now = "2026-11-24 12:00:00";
        let expected = json!({
            "id": user["id"], "pid": "p-1", "deleted": false, "loginName": "dana", "fullName": "", "nickname": "Dee",
            "passwordSh": null, "isEnabled": false, "disabledManually": false, "maxChats": 4, "maxAsyncChats": 12,
            "email": "dana@example.test", "skillIds": [skill["id"]], "profileIds": [2, 3], "lobIds": [7, 8],
            "memberOf": {"agentGroupId": group["id"], "assignmentDate": now},
            "managerOf": [{"agentGroupId": -1, "assignmentDate": now}], "permissionGroups": [5], "changePwdNextLogin": true,
            "lastPwdChangeDate": now, "dateCreated": now, "dateUpdated": now, "pictureId": "pic",
            "pictureUrl": "https://img.example.test/dana.png", "backgndImgUri": "https://img.example.test/sky.png",
            "pnCertName": "cert", "description": "Mondays", "mobileNumber": "+30 210 1234567", "employeeId": "",
            "isApiUser": false, "userTypeId": 1, "allowedAppKeys": "0123",
        });
        for name in expected.as_object().unwrap().keys() {
            assert_eq!(user[name], expected[name], "{name}");
        }
        assert_eq!(user.as_object().unwrap().len(), expected.as_object().unwrap().len(), "{user}");
        assert!(user["id"].as_i64().unwrap() > 0);
        let path = format!("{USERS}/{}", user["id"]);
        assert_eq!(read(&app, &root, &path).await.json(), user);
        // As it was read, it changes nothing; of what a document lacks, nothing is left.
        assert_eq!(send(&app, &root, "PUT", &path, &[], &user).await.json(), user);
        let least = json!({
            "id": user["id"], "loginName": "dana", "fullName": "", "nickname": "Dee", "isEnabled": true, "maxChats": 0,
            "email": "dana@example.test", "profileIds": [2],
        });
        let less = send(&app, &root, "PUT", &path, &[], &least).await.json();
        for (name, gone) in [
            ("pid", Value::Null), ("maxAsyncChats", Value::Null), ("skillIds", json!([])), ("lobIds", json!([])),
            ("managerOf", json!([])), ("permissionGroups", json!([])), ("pictureId", Value::Null), ("pictureUrl", Value::Null),
            ("backgndImgUri", Value::Null), ("pnCertName", Value::Null), ("description", Value::Null),
            ("mobileNumber", Value::Null), ("allowedAppKeys", Value::Null), ("changePwdNextLogin", json!(false)),
            ("disabledManually", json!(false)),
        ] {
            assert_eq!(less[name], gone, "{name}");
        }
    }

    async fn each_member_that_a_user_needs_is_missed(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let made = create(&app, &root, &document("dana")).await.json();
        let path = format!("{USERS}/{}", made["id"]);
        for name in ["loginName", "fullName", "nickname", "isEnabled", "maxChats", "email", "profileIds"] {
            for nothing in [None, Some(Value::Null)] {
                let without = |mut whole: Value| {
                    whole.as_object_mut().unwrap().remove(name);
                    if let Some(nothing) = &nothing {
                        whole[name] = nothing.clone();
                    }
                    whole
                };
                assert_eq!(refused(&create(&app, &root, &without(document("ben"))).await), (400, 1), "{name}");
                assert_eq!(refused(&send(&app, &root, "PUT", &path, &[], &without(made.clone())).await), (400, 1), "{name}");
            }
        }
        // An API user, who isn't a person, says which keys it logs in by.
        let api = with(document("api"), &json!({"passwordSh": null, "isApiUser": true}));
        assert_eq!(refused(&create(&app, &root, &api).await), (400, 1));
        assert_eq!(create(&app, &root, &with(api, &json!({"allowedAppKeys": "0123"}))).await.status, 201);
        assert_eq!(read(&app, &root, USERS).await.json().as_array().unwrap().len(), 3);
    }

    async fn what_is_wrong_with_a_user_is_told_by_its_name_and_its_place(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let told = |answer: &Answer| {
            assert_eq!(refused(answer), (400, 1));
            answer.json()["error"]["message"].as_str().unwrap().to_owned()
        };
        for (wrong, message) in [
            (json!({"email": null}), "email is missing."),
            (json!({"maxChats": "many"}), "maxChats must be a whole number."),
            (json!({"isEnabled": "yes"}), "isEnabled must be true or false."),
            (json!({"memberOf": 7}), "memberOf must be an object with agentGroupId."),
            (json!({"is_enabled": true}), "is_enabled is no member of a user."),
            (json!({"profileIds": [99]}), "A member is missing, not valid, or refers to what isn't there: profileIds: found \"99\"; allowed: profiles of the account"),
        ] {
            let wrong = with(document("dana"), &wrong);
            assert_eq!(told(&create(&app, &root, &wrong).await), message);
            // Of many, it is the second.
            let second = told(&create(&app, &root, &json!([document("ben"), wrong])).await);
            let (sentence, member) = message.rsplit_once("there: ").map_or(("", message), |(_, member)| ("there: ", member));
            assert!(second.ends_with(&format!("{sentence}[1].{member}")), "{second}");
        }
        // No more than can be read, and never a password.
        let all: Value = (0..30).map(|at| with(document(&format!("user{at}")), &json!({"skillIds": [at]}))).collect();
        let many = told(&create(&app, &root, &all).await);
        assert!(many.ends_with("; and 20 more") && many.contains("[9].skillIds"), "{many}");
        let weak = told(&create(&app, &root, &with(document("dana"), &json!({"passwordSh": "password1"}))).await);
        assert!(weak.contains("password: allowed: ") && !weak.contains("password1"), "{weak}");
    }

    async fn what_is_one_users_alone_is_no_others(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let first = create(&app, &root, &with(document("dana"), &json!({"pid": "p-1"}))).await.json();
        let second = create(&app, &root, &with(document("ben"), &json!({"pid": "p-2"}))).await.json();
        for taken in [json!({"pid": "p-1"}), json!({"loginName": "Dana"}), json!({"fullName": "dana of Acme"})] {
            assert_eq!(refused(&create(&app, &root, &with(document("eve"), &taken)).await), (400, 1), "{taken}");
            let changed = with(second.clone(), &taken);
            let path = format!("{USERS}/{}", second["id"]);
            assert_eq!(refused(&send(&app, &root, "PUT", &path, &[], &changed).await), (400, 1), "{taken}");
        }
        // It is free again once nobody has it.
        assert_eq!(send(&app, &root, "DELETE", &format!("{USERS}/{}", first["id"]), &[], &Value::Null).await.status, 200);
        assert_eq!(create(&app, &root, &with(document("dana"), &json!({"pid": "p-1"}))).await.status, 201);
    }
}
