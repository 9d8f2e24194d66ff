//! The claim `lp_sdes`, written and read.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use engagement::{CustomerInfo, LpSdes, NotAnArray, PersonalInfo, lp_sdes};
use serde_json::{Value, json};

fn customer(value: &Value) -> CustomerInfo {
    CustomerInfo::parse(value).unwrap().value
}

fn personal(value: &Value) -> PersonalInfo {
    PersonalInfo::parse(value).unwrap().value
}

/// What reading a claim warns of.
fn warnings(claim: &Value) -> Vec<String> {
    LpSdes::parse(claim)
        .unwrap()
        .warnings
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn both_objects_have_their_own_envelope() {
    let customer = customer(&json!({"ctype": "gold", "storeNumber": "7"}));
    let personal = personal(&json!({"firstname": "Dana", "gender": 0}));
    let customer_sde = json!({"type": "ctmrinfo", "info": {"ctype": "gold"}});
    let personal_sde = json!({"type": "personal", "personal": {"firstname": "Dana", "gender": "MALE"}});
    assert_eq!(
        lp_sdes(Some(&customer), Some(&personal)),
        Some(json!([customer_sde, personal_sde]))
    );
    assert_eq!(lp_sdes(Some(&customer), None), Some(json!([customer_sde])));
    assert_eq!(lp_sdes(None, Some(&personal)), Some(json!([personal_sde])));
}

#[test]
fn nothing_to_tell_is_no_claim() {
    assert_eq!(lp_sdes(None, None), None);
    assert_eq!(
        lp_sdes(Some(&CustomerInfo::default()), Some(&PersonalInfo::default())),
        None
    );
}

#[test]
fn what_was_written_is_read_back() {
    let customer = customer(&json!({"customerId": "c-7f3a9d", "balance": 12.5, "currency": "USD"}));
    let personal = personal(&json!({"lastname": "Lee", "age": {"year": 1985}, "contacts": [{"phone": "1"}]}));
    let claim = lp_sdes(Some(&customer), Some(&personal)).unwrap();
    let read = LpSdes::parse(&claim).unwrap();
    assert_eq!(
        read,
        LpSdes {
            customer_info: Some(customer),
            personal_info: Some(personal),
            warnings: vec![]
        }
    );
}

#[test]
fn other_types_are_left_out_and_told() {
    let claim = json!([
        {"type": "cart", "total": 5},
        {"type": "personal", "personal": {"firstname": "Dana"}},
        {"personal": {"firstname": "Eve"}},
        "ctmrinfo",
    ]);
    let read = LpSdes::parse(&claim).unwrap();
    assert_eq!(read.personal_info, Some(personal(&json!({"firstname": "Dana"}))));
    assert_eq!(read.customer_info, None);
    assert_eq!(
        warnings(&claim),
        [
            "lp_sdes[0]: left out: only ctmrinfo and personal are supported in a token",
            "lp_sdes[2]: left out: not an attribute object with a type",
            "lp_sdes[3]: left out: not an attribute object with a type",
        ]
    );
}

#[test]
fn a_second_object_of_a_type_is_left_out() {
    let claim = json!([
        {"type": "ctmrinfo", "info": {"ctype": "gold"}},
        {"type": "ctmrinfo", "info": {"ctype": "silver"}},
    ]);
    assert_eq!(
        LpSdes::parse(&claim).unwrap().customer_info,
        Some(customer(&json!({"ctype": "gold"})))
    );
    assert_eq!(
        warnings(&claim),
        ["lp_sdes[1]: left out: there is one of this type already"]
    );
}

#[test]
fn what_is_not_valid_is_left_out_and_the_rest_is_kept() {
    let claim = json!([
        {"type": "ctmrinfo", "info": {"ctype": "gold", "companySize": "many", "storeNumber": "7", "colour": "red"}},
        {"type": "personal", "personal": {"firstname": "Dana", "language": "english",
                                          "contacts": [{"email": "d@mail.example", "phoneType": "CELL"}]}},
    ]);
    let read = LpSdes::parse(&claim).unwrap();
    assert_eq!(read.customer_info, Some(customer(&json!({"ctype": "gold"}))));
    assert_eq!(
        read.personal_info,
        Some(personal(
            &json!({"firstname": "Dana", "contacts": [{"email": "d@mail.example"}]})
        ))
    );
    let paths: Vec<_> = read
        .warnings
        .iter()
        .map(|warning| warning.path.as_str())
        .collect();
    assert_eq!(
        paths,
        [
            "lp_sdes[0].info.storeNumber",
            "lp_sdes[0].info.companySize",
            "lp_sdes[0].info.colour",
            "lp_sdes[1].personal.contacts[0].phoneType",
            "lp_sdes[1].personal.language",
        ]
    );
}

#[test]
fn the_inner_key_of_personal_is_personal() {
    let claim = json!([{"type": "personal", "info": {"firstname": "Dana"}}]);
    assert_eq!(
        warnings(&claim),
        [
            "lp_sdes[0]: left out: keys other than type and personal",
            "lp_sdes[0]: left out: its attributes belong under personal, which is missing",
        ]
    );
}

#[test]
fn an_object_is_not_a_claim() {
    let refusal = |claim: &Value| LpSdes::parse(claim).unwrap_err();
    assert_eq!(
        refusal(&json!({"customerInfo": {}, "personalInfo": {}})),
        NotAnArray::HistoryObject
    );
    assert!(
        refusal(&json!({"personalInfo": {}}))
            .to_string()
            .contains(r#"[{"type":"ctmrinfo","info":{…}}"#)
    );
    assert_eq!(
        refusal(&json!({"type": "ctmrinfo", "info": {}})),
        NotAnArray::SingleObject
    );
    for other in [json!(null), json!("[]"), json!(1), json!({})] {
        assert!(matches!(refusal(&other), NotAnArray::Other { .. }));
    }
}

#[test]
fn an_empty_array_tells_nothing() {
    assert_eq!(LpSdes::parse(&json!([])).unwrap(), LpSdes::default());
}
