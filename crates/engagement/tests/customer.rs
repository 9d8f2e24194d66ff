//! customerInfo at write time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use engagement::{CustomerInfo, Violation};
use serde_json::{Value, json};

fn accepted(value: &Value) -> CustomerInfo {
    let parsed = CustomerInfo::parse(value).unwrap();
    assert_eq!(parsed.warnings, []);
    parsed.value
}

fn violations(value: &Value) -> Vec<Violation> {
    CustomerInfo::parse(value).unwrap_err().into_iter().collect()
}

/// The only violation, as text.
fn violation(value: &Value) -> String {
    let violations = violations(value);
    assert_eq!(violations.len(), 1, "{violations:?}");
    violations.first().unwrap().to_string()
}

fn full() -> Value {
    json!({
        "ctype": "gold", "cstatus": "active", "customerId": "c-7f3a9d", "balance": -12.75, "currency": "EUR",
        "socialId": "s1", "imei": "350123451234560", "userName": "dlee", "companySize": 40, "companyBranch": "North",
        "accountName": "Lee GmbH", "role": "buyer", "lastPaymentDate": {"day": 3, "month": 11, "year": 2026},
        "registrationDate": {"day": 23, "month": 5, "year": 2019}, "loginStatus": 1
    })
}

#[test]
fn every_key_of_the_platform_goes_in_and_comes_out() {
    assert_eq!(serde_json::to_value(accepted(&full())).unwrap(), full());
}

#[test]
fn the_order_of_keys_is_always_the_same() {
    let text = serde_json::to_string(&accepted(&full())).unwrap();
    let keys = [
        "ctype",
        "cstatus",
        "customerId",
        "balance",
        "currency",
        "socialId",
        "imei",
        "userName",
        "companySize",
        "companyBranch",
        "accountName",
        "role",
        "lastPaymentDate",
        "registrationDate",
        "loginStatus",
    ];
    let places: Vec<_> = keys
        .iter()
        .map(|key| text.find(&format!("\"{key}\":")).unwrap())
        .collect();
    assert!(places.is_sorted());
}

#[test]
fn nothing_is_required_and_null_is_nothing() {
    assert!(accepted(&json!({})).is_empty());
    assert!(accepted(&json!({"ctype": null, "lastPaymentDate": null, "balance": null})).is_empty());
}

#[test]
fn all_violations_are_told_at_once() {
    let paths: Vec<_> = violations(&json!({
        "ctype": 1, "balance": "12", "companySize": -1, "loginStatus": 1.5, "lastPaymentDate": "2026-11-03",
        "registrationDate": {"day": 32, "month": 13}, "customerStatus": "active"
    }))
    .into_iter()
    .map(|violation| violation.path)
    .collect();
    assert_eq!(
        paths,
        [
            "customerInfo.ctype",
            "customerInfo.balance",
            "customerInfo.companySize",
            "customerInfo.lastPaymentDate",
            "customerInfo.registrationDate.year",
            "customerInfo.registrationDate.day",
            "customerInfo.registrationDate.month",
            "customerInfo.loginStatus",
            "customerInfo.customerStatus",
        ]
    );
}

#[test]
fn a_violation_says_what_was_found_and_what_is_allowed() {
    assert_eq!(
        violation(&json!({"companySize": "forty"})),
        "customerInfo.companySize: found \"forty\", allowed is an integer from 0 to 2147483647"
    );
    assert_eq!(
        violation(&json!({"role": ["buyer"]})),
        "customerInfo.role: found an array, allowed is text of at most 50000 characters, without NUL"
    );
    assert_eq!(
        violation(&json!([])),
        "customerInfo: found an array, allowed is an object"
    );
}

#[test]
fn only_days_that_exist_are_dates() {
    let date = |day: i64, month: i64, year: i64| json!({"lastPaymentDate": {"day": day, "month": month, "year": year}});
    for (day, month, year) in [(29, 2, 2024), (29, 2, 2000), (31, 12, 9999), (1, 1, 1000)] {
        accepted(&date(day, month, year));
    }
    for (day, month, year) in [(29, 2, 2026), (29, 2, 1900), (31, 4, 2026), (30, 2, 2024)] {
        assert_eq!(
            violation(&date(day, month, year)),
            format!(
                "customerInfo.lastPaymentDate: found day {day} of month {month} in {year}, allowed is a day that exists"
            )
        );
    }
    for (day, month, year) in [
        (0, 1, 2026),
        (1, 0, 2026),
        (1, 13, 2026),
        (1, 1, 26),
        (1, 1, 10000),
        (-1, 1, 2026),
    ] {
        violation(&date(day, month, year));
    }
    assert_eq!(
        violation(&json!({"lastPaymentDate": {"day": 1, "month": 1, "year": 2026, "hour": 0}})),
        "customerInfo.lastPaymentDate.hour: found an unknown key, allowed is day, month, year"
    );
}

#[test]
fn values_have_at_most_50_000_characters() {
    accepted(&json!({"role": "é".repeat(50_000)}));
    assert!(violation(&json!({"role": "é".repeat(50_001)})).contains("found text of 50001 characters"));
    violation(&json!({"role": "a\0b"}));
}

#[test]
fn an_unknown_key_comes_with_the_one_that_was_meant() {
    let suggestion = |key: &str| {
        let mut value = json!({});
        value.as_object_mut().unwrap().insert(key.to_owned(), json!("x"));
        violations(&value).first().unwrap().suggestion
    };
    for (unknown, meant) in [
        ("customerStatus", "cstatus"),
        ("customerType", "ctype"),
        ("customerID", "customerId"),
        ("customer_id", "customerId"),
        ("username", "userName"),
        ("preferred_username", "userName"),
        ("ballance", "balance"),
        ("RegistrationDate", "registrationDate"),
    ] {
        assert_eq!(suggestion(unknown), Some(meant), "{unknown}");
    }
    for unknown in ["favouriteColour", "x", "", &"ctype".repeat(1000)] {
        assert_eq!(suggestion(unknown), None, "{unknown}");
    }
}

#[test]
fn an_unknown_key_is_shown_shortened_and_harmless() {
    let text = violation(&json!({"line\nbreak\u{1b}[31m": 1}));
    assert!(
        text.starts_with(r"customerInfo.line\nbreak\u{1b}[31m: found an unknown key"),
        "{text}"
    );
    assert!(violation(&json!({"x".repeat(10_000): 1})).len() < 500);
}

#[test]
fn store_keys_are_left_out_with_a_warning() {
    let parsed =
        CustomerInfo::parse(&json!({"ctype": "gold", "storeZipCode": "10001", "storeNumber": "7"})).unwrap();
    assert_eq!(
        serde_json::to_value(&parsed.value).unwrap(),
        json!({"ctype": "gold"})
    );
    let warnings: Vec<_> = parsed.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "customerInfo.storeZipCode: left out: not supported in an authenticated conversation",
            "customerInfo.storeNumber: left out: not supported in an authenticated conversation",
        ]
    );
}

#[test]
fn an_odd_currency_is_kept_with_a_warning() {
    let parsed = CustomerInfo::parse(&json!({"currency": "euro"})).unwrap();
    assert_eq!(parsed.value.currency.unwrap().as_str(), "euro");
    assert_eq!(parsed.warnings.first().unwrap().path, "customerInfo.currency");
}

#[test]
fn the_envelope_is_not_taken_for_its_content() {
    assert_eq!(
        violation(&json!({"type": "ctmrinfo", "info": {"ctype": "gold"}})),
        "customerInfo: found the envelope {type, info}, allowed is the keys inside info"
    );
}

#[test]
fn a_balance_stays_the_number_that_it_was() {
    for balance in [json!(0), json!(-12.75), json!(1_000_000), json!(0.1)] {
        let info = accepted(&json!({"balance": balance}));
        assert_eq!(serde_json::to_value(info).unwrap(), json!({"balance": balance}));
    }
}

#[test]
fn deserialising_checks_too() {
    assert_eq!(
        serde_json::from_value::<CustomerInfo>(full()).unwrap(),
        accepted(&full())
    );
    let refused = serde_json::from_value::<CustomerInfo>(json!({"companySize": 1.5})).unwrap_err();
    assert!(
        refused
            .to_string()
            .starts_with("customerInfo.companySize: found 1.5")
    );
}

#[test]
fn labels_tell_people_what_there_is() {
    let labels: Vec<_> = accepted(&full())
        .labels()
        .map(|(label, value)| format!("{label}: {value}"))
        .collect();
    assert_eq!(
        labels,
        [
            "Customer type: gold",
            "Customer status: active",
            "Customer ID: c-7f3a9d",
            "Balance: -12.75",
            "Currency: EUR",
            "Social ID: s1",
            "Device ID: 350123451234560",
            "User name: dlee",
            "Company size: 40",
            "Company branch: North",
            "Company: Lee GmbH",
            "Role: buyer",
            "Last payment: 2026-11-03",
            "Registered: 2019-05-23",
            "Login status: 1",
        ]
    );
}

#[test]
fn violations_are_told_up_to_a_limit() {
    let many: Value = (0..10_000)
        .map(|index| (format!("key{index}"), json!(1)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    assert_eq!(violations(&many).len(), 100);
}
