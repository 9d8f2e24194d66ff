//! Skills, agent groups and profiles (section 9.5 of the platform contract): what they refer to, what they are made of; and the
//! versions of section 9.

use http::header::ALLOW;
use serde_json::{Value, json};

use super::people::refused;
use super::users::{admin, document, read, revision, send, with};
use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};

const BASE: &str = "/api/account/brand/configuration/le-users";

on_both_databases! {
    async fn a_skill_refers_to_groups_and_skills_that_the_account_has(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let (skills, groups) = (format!("{BASE}/skills"), format!("{BASE}/agentGroups"));
        let group = send(&app, &root, "POST", &groups, &[], &json!({"name": "North", "isEnabled": true})).await.json();
        let other = send(&app, &root, "POST", &skills, &[], &json!({"name": "Other"})).await.json();
        for wrong in [
            json!({"fallbackSkill": group["id"]}), json!({"fallbackSkill": 7}), json!({"skillTransferList": [other["id"], 7]}),
            json!({"skillRoutingConfiguration": [{"agentGroupId": 7, "priority": 1, "splitPercentage": 100}]}),
            json!({"skillRoutingConfiguration": [{"agentGroupId": other["id"]}]}),
        ] {
            let answer = send(&app, &root, "POST", &skills, &[], &with(json!({"name": "Sales"}), &wrong)).await;
            assert_eq!(refused(&answer), (400, 1), "{wrong}");
        }
        let routing = json!([
            {"agentGroupId": group["id"].to_string(), "priority": "1", "splitPercentage": 60}, {"agentGroupId": -1, "splitPercentage": 40},
        ]);
        let refers = json!({
            "name": "Sales", "fallbackSkill": other["id"], "skillTransferList": [other["id"]], "skillRoutingConfiguration": routing,
        });
        let made = send(&app, &root, "POST", &skills, &[], &refers).await;
        assert_eq!(made.status, 201, "{made:?}");
        let made = made.json();
        assert_eq!(made["skillRoutingConfiguration"][0], json!({"agentGroupId": group["id"], "priority": 1, "splitPercentage": 60}));
        // What is gone since may be sent back as it was read, and no other skill refers to it.
        for path in [format!("{groups}/{}", group["id"]), format!("{skills}/{}", other["id"])] {
            assert_eq!(send(&app, &root, "DELETE", &path, &[], &Value::Null).await.status, 200);
        }
        let path = format!("{skills}/{}", made["id"]);
        let back = read(&app, &root, &path).await.json();
        assert_eq!(send(&app, &root, "PUT", &path, &[], &with(back, &json!({"wrapUpTime": 5}))).await.status, 200);
        assert_eq!(refused(&send(&app, &root, "POST", &skills, &[], &with(refers, &json!({"name": "More"}))).await), (400, 1));
    }

    async fn sec_128_members_that_nobody_knows_are_refused_and_those_for_reading_alone_come_back(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let profile = json!({
            "name": "One", "roleTypeId": 2, "permissions": [20001], "isAssignedToLPA": false,
            "permissionPackages": [{"id": "10003", "isDisplayed": "true", "featureKeys": ["Common.Skills"], "isEnabled": true}],
        });
        for (kind, document) in [
            ("skills", json!({"name": "One"})), ("agentGroups", json!({"name": "One", "isEnabled": true})), ("profiles", profile.clone()),
        ] {
            let base = format!("{BASE}/{kind}");
            for wrong in [json!({"skillsOrder": 1}), json!({"isAdmin": true}), json!({"Name": "x"}), json!({"description": ["x"]})] {
                let answer = send(&app, &root, "POST", &base, &[], &with(document.clone(), &wrong)).await;
                assert_eq!(refused(&answer), (400, 1), "{kind} {wrong}");
            }
            let made = send(&app, &root, "POST", &base, &[], &document).await;
            assert_eq!(made.status, 201, "{kind} {made:?}");
            let path = format!("{base}/{}", made.json()["id"]);
            let told = with(made.json(), &json!({"deleted": true, "id": 5, "dateUpdated": "2020-01-01 00:00:00"}));
            let changed = send(&app, &root, "PUT", &path, &[], &told).await;
            assert_eq!((changed.status.as_u16(), &changed.json()["id"], &changed.json()["deleted"]), (200, &made.json()["id"], &json!(false)));
            assert_eq!(read(&app, &root, &base).await.json().as_array().unwrap().iter().filter(|it| it["name"] == "One").count(), 1);
        }
        for package in [json!({"isEnabled": true}), json!({"id": 1, "isActive": true}), json!({"id": 1, "featureKeys": [1]}), json!(1)] {
            let wrong = with(profile.clone(), &json!({"name": "Two", "permissionPackages": [package]}));
            assert_eq!(refused(&send(&app, &root, "POST", &format!("{BASE}/profiles"), &[], &wrong).await), (400, 1), "{wrong}");
        }
    }

    /// Section 9 knows of no difference between the versions but what is meant where none is told (2.0 for users, 1.0 for
    /// skills), and that 4.0 goes with other scopes than 6.0, each of which is taken in each.
    async fn every_version_that_the_contract_names_tells_and_takes_the_same(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = admin(&app).await;
        let profile = json!({"roleTypeId": 2, "permissions": [20001], "isAssignedToLPA": false, "permissionPackages": []});
        let versions = ["", "?v=1.0", "?v=2.0", "?v=4.0", "?v=6.0"];
        for (kind, document) in [
            ("users", document("dana")), ("skills", json!({})), ("agentGroups", json!({"isEnabled": true})), ("profiles", profile),
        ] {
            let base = format!("{BASE}/{kind}");
            let mut shapes = Vec::new();
            for (at, version) in versions.into_iter().enumerate() {
                let name = format!("number {at}");
                let named = match kind {
                    "users" => with(document.clone(), &json!({"loginName": name, "fullName": name})),
                    _ => with(document.clone(), &json!({"name": name})),
                };
                let made = send(&app, &root, "POST", &format!("{base}{version}"), &[], &named).await;
                assert_eq!(made.status, 201, "{kind} {version} {made:?}");
                // In every version, it reads as it was made in this one, under both names of the revision.
                let path = format!("{base}/{}", made.json()["id"]);
                for version in versions {
                    let read = read(&app, &root, &format!("{path}{version}")).await;
                    assert_eq!((read.json(), revision(&read)), (made.json(), revision(&made)), "{kind} {version}");
                }
                let again = with(named, &json!({"id": made.json()["id"], "description": "again"}));
                let changed = send(&app, &root, "PUT", &format!("{path}{version}"), &[], &again).await;
                assert_eq!((changed.status.as_u16(), &changed.json()["description"]), (200, &json!("again")), "{kind} {version}");
                shapes.push(made.json().as_object().unwrap().keys().cloned().collect::<Vec<_>>());
            }
            shapes.dedup();
            assert_eq!(shapes.len(), 1, "{kind}");
            // Others are none, whatever is asked.
            for wrong in ["?v=", "?v=0", "?v=6", "?v=7.0", "?v=6.0&v=6.0", "?v=latest"] {
                for (method, path) in [("GET", base.clone()), ("POST", base.clone()), ("PUT", format!("{base}/7")), ("DELETE", format!("{base}/7"))] {
                    let answer = send(&app, &root, method, &format!("{path}{wrong}"), &[], &json!({})).await;
                    assert!(answer.header(ALLOW).is_none() && refused(&answer) == (400, 1), "{method} {kind} {wrong}: {answer:?}");
                }
            }
        }
    }
}
