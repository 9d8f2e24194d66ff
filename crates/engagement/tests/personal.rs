//! personalInfo at write time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use engagement::{Age, CalendarDate, Claims, CustomerInfo, Gender, PersonalInfo, Violation};
use serde_json::{Value, json};

fn accepted(value: &Value) -> PersonalInfo {
    let parsed = PersonalInfo::parse(value).unwrap();
    assert_eq!(parsed.warnings, []);
    parsed.value
}

fn violations(value: &Value) -> Vec<Violation> {
    PersonalInfo::parse(value).unwrap_err().into_iter().collect()
}

/// The only violation, as text.
fn violation(value: &Value) -> String {
    let violations = violations(value);
    assert_eq!(violations.len(), 1, "{violations:?}");
    violations.first().unwrap().to_string()
}

fn full() -> Value {
    json!({
        "firstname": "Dana", "lastname": "Lee", "age": {"age": 41, "year": 1985, "month": 4, "day": 15},
        "contacts": [
            {"email": "dana@mail.example", "phone": "+14255550100", "phoneType": "MOBILE",
             "address": {"country": "US", "region": "WA"}},
            {"phone": "+1 212-555-0100", "phoneType": "WORK_FAX"}
        ],
        "gender": "FEMALE", "company": "Lee GmbH", "language": "en-US"
    })
}

fn day(year: u16, month: u8, day: u8) -> CalendarDate {
    CalendarDate::new(year, month, day).unwrap()
}

#[test]
fn every_key_of_the_platform_goes_in_and_comes_out() {
    assert_eq!(serde_json::to_value(accepted(&full())).unwrap(), full());
    assert_eq!(
        serde_json::from_value::<PersonalInfo>(full()).unwrap(),
        accepted(&full())
    );
}

#[test]
fn the_order_of_keys_is_always_the_same() {
    let text = serde_json::to_string(&accepted(&full())).unwrap();
    let keys = [
        "firstname",
        "lastname",
        "age",
        "contacts",
        "gender",
        "company",
        "language",
    ];
    let places: Vec<_> = keys
        .iter()
        .map(|key| text.find(&format!("\"{key}\":")).unwrap())
        .collect();
    assert!(places.is_sorted());
}

#[test]
fn gender_is_a_number_or_a_word_and_kept_as_the_word() {
    for (given, kept) in [
        (json!(0), "MALE"),
        (json!(1), "FEMALE"),
        (json!(2), "OTHER"),
        (json!("MALE"), "MALE"),
        (json!("female"), "FEMALE"),
        (json!("Other"), "OTHER"),
    ] {
        let personal = accepted(&json!({"gender": given}));
        assert_eq!(serde_json::to_value(personal).unwrap(), json!({"gender": kept}));
    }
    for refused in [
        json!(3),
        json!(-1),
        json!(0.5),
        json!("0"),
        json!("f"),
        json!(""),
        json!(true),
    ] {
        assert!(violation(&json!({"gender": refused})).contains("allowed is MALE, FEMALE, OTHER"));
    }
}

#[test]
fn language_has_a_region() {
    for language in ["en-US", "fr_CA", "ja-JP"] {
        accepted(&json!({"language": language}));
    }
    for language in [
        "en", "EN-us", "en-us", "eng-US", "en-USA", "en US", "en-US ", "", "é-US",
    ] {
        assert!(
            violation(&json!({"language": language})).starts_with("personalInfo.language: found "),
            "{language}"
        );
    }
}

#[test]
fn violations_in_contacts_name_their_place() {
    assert_eq!(
        violation(&json!({"contacts": [{}, {"phoneType": "CELL"}]})),
        "personalInfo.contacts[1].phoneType: found \"CELL\", \
         allowed is HOME, MOBILE, WORK, FAX, MAIN, HOME_FAX, WORK_FAX, PAGER, OTHER"
    );
    assert_eq!(
        violation(&json!({"contacts": [{"address": {"country": "usa"}}]})),
        "personalInfo.contacts[0].address.country: found \"usa\", allowed is a country code of two capitals, such as US"
    );
    let both =
        violations(&json!({"contacts": [{"Email": "a@b.example"}, null, {"address": {"city": "Rome"}}]}));
    let told: Vec<_> = both
        .iter()
        .map(|violation| (violation.path.as_str(), violation.suggestion))
        .collect();
    assert_eq!(
        told,
        [
            ("personalInfo.contacts[0].Email", Some("email")),
            ("personalInfo.contacts[1]", None),
            ("personalInfo.contacts[2].address.city", None),
        ]
    );
    violation(&json!({"contacts": {"email": "a@b.example"}}));
}

#[test]
fn all_nine_kinds_of_phone_are_taken() {
    for kind in [
        "HOME", "MOBILE", "WORK", "FAX", "MAIN", "HOME_FAX", "WORK_FAX", "PAGER", "OTHER",
    ] {
        let value = json!({"contacts": [{"phone": "1", "phoneType": kind}]});
        assert_eq!(serde_json::to_value(accepted(&value)).unwrap(), value);
    }
}

#[test]
fn an_age_needs_a_number_or_a_year() {
    accepted(&json!({"age": {"age": 41}}));
    accepted(&json!({"age": {"year": 1985}}));
    accepted(&json!({"age": {"age": 41, "month": 2, "day": 29}}));
    for age in [
        json!({}),
        json!({"month": 4, "day": 15}),
        json!({"age": null, "year": null}),
    ] {
        assert_eq!(
            violation(&json!({"age": age})),
            "personalInfo.age.year: found nothing, allowed is a year of birth, or an age"
        );
    }
    assert!(violation(&json!({"age": 41})).contains("allowed is an object"));
}

#[test]
fn a_birthday_exists() {
    accepted(&json!({"age": {"year": 1984, "month": 2, "day": 29}}));
    assert_eq!(
        violation(&json!({"age": {"year": 1985, "month": 2, "day": 29}})),
        "personalInfo.age.day: found 29, allowed is a day that exists in the month"
    );
    for age in [
        json!({"age": 151}),
        json!({"age": -1}),
        json!({"age": "41"}),
        json!({"year": 85}),
        json!({"year": 1985, "month": 13}),
        json!({"year": 1985, "day": 32}),
        json!({"age": 41, "month": 4, "day": 31}),
    ] {
        violation(&json!({"age": age}));
    }
}

#[test]
fn a_missing_age_is_computed() {
    let age = |value: Value| accepted(&json!({"age": value})).age.unwrap();
    let born = age(json!({"year": 1985, "month": 4, "day": 15}));
    assert_eq!(born, Age::born(day(1985, 4, 15)));
    assert_eq!(born.years_on(day(2026, 4, 14)), Some(40));
    assert_eq!(born.years_on(day(2026, 4, 15)), Some(41));
    assert_eq!(born.years_on(day(1985, 4, 14)), None);
    assert_eq!(born.years_on(day(1900, 1, 1)), None);
    assert_eq!(born.date_of_birth(), CalendarDate::new(1985, 4, 15));
    assert_eq!(age(json!({"year": 1985})).years_on(day(2026, 1, 1)), Some(41));
    assert_eq!(
        age(json!({"age": 7, "year": 1985})).years_on(day(2026, 1, 1)),
        Some(7)
    );
}

#[test]
fn an_email_without_an_at_is_kept_with_a_warning() {
    let parsed = PersonalInfo::parse(&json!({"contacts": [{"email": "dana"}]})).unwrap();
    assert_eq!(
        parsed.warnings.first().unwrap().path,
        "personalInfo.contacts[0].email"
    );
    assert_eq!(
        parsed
            .value
            .contacts
            .first()
            .unwrap()
            .email
            .as_ref()
            .unwrap()
            .as_str(),
        "dana"
    );
}

#[test]
fn an_unknown_key_comes_with_the_one_that_was_meant() {
    for (unknown, meant) in [
        ("firstName", "firstname"),
        ("name", "firstname"),
        ("given_name", "firstname"),
        ("surname", "lastname"),
        ("family_name", "lastname"),
        ("contact", "contacts"),
        ("locale", "language"),
        ("customerAge", "age"),
    ] {
        let mut value = json!({});
        value
            .as_object_mut()
            .unwrap()
            .insert(unknown.to_owned(), json!("x"));
        assert_eq!(
            violations(&value).first().unwrap().suggestion,
            Some(meant),
            "{unknown}"
        );
    }
}

#[test]
fn the_envelope_is_not_taken_for_its_content() {
    assert!(violation(&json!({"type": "personal", "personal": {}})).contains("the keys inside personal"));
}

#[test]
fn labels_tell_people_what_there_is() {
    let labels: Vec<_> = accepted(&full())
        .labels(day(2026, 11, 3))
        .map(|(label, value)| format!("{label}: {value}"))
        .collect();
    assert_eq!(
        labels,
        [
            "First name: Dana",
            "Last name: Lee",
            "Age: 41",
            "Date of birth: 1985-04-15",
            "E-mail: dana@mail.example",
            "Mobile phone: +14255550100",
            "Country: US",
            "Region: WA",
            "Work fax: +1 212-555-0100",
            "Gender: Female",
            "Employer: Lee GmbH",
            "Language: en-US",
        ]
    );
    let only_year = accepted(&json!({"age": {"year": 1985}}));
    let labels: Vec<_> = only_year.labels(day(2026, 11, 3)).collect();
    assert_eq!(
        labels,
        [("Age", "41".to_owned()), ("Year of birth", "1985".to_owned())]
    );
}

#[test]
fn standard_claims_become_attributes_as_the_platform_maps_them() {
    let claims = Claims {
        sub: Some("c-7f3a9d"),
        given_name: Some("Dana"),
        family_name: Some("Lee"),
        email: Some("dana@mail.example"),
        gender: Some("female"),
        preferred_username: Some("dlee"),
        phone_number: Some("+14255550100"),
    };
    assert_eq!(
        serde_json::to_value(PersonalInfo::from_claims(&claims)).unwrap(),
        json!({"firstname": "Dana", "lastname": "Lee", "gender": "FEMALE",
               "contacts": [{"email": "dana@mail.example", "phone": "+14255550100"}]})
    );
    assert_eq!(
        serde_json::to_value(CustomerInfo::from_claims(&claims)).unwrap(),
        json!({"customerId": "c-7f3a9d", "userName": "dlee", "imei": "+14255550100"})
    );
    assert!(PersonalInfo::from_claims(&Claims::default()).is_empty());
    assert_eq!(Gender::from_claim("non-binary"), Gender::Other);
    assert_eq!(Gender::from_claim("male"), Gender::Male);
}
