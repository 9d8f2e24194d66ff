//! What a response must say, with a good signature over all of it (SEC-112, SEC-113).

use saml::Refusal;

use crate::idp::{ASSERTION, NOON, OURS, RESPONSE, respond, verify, verify_at};

#[test]
fn sec_112_each_rule_of_the_assertion_is_checked() {
    let data =
        "<saml:SubjectConfirmationData InResponseTo=\"_request\" NotOnOrAfter=\"2026-11-24T12:05:00Z\"";
    let cases: &[(&str, &str, Refusal)] = &[
        (
            "https://idp.test/metadata",
            "https://evil.test/metadata",
            Refusal::Mismatch("Issuer"),
        ),
        (
            "<saml:Issuer>https",
            "<saml:Issuer> https",
            Refusal::Mismatch("Issuer"),
        ),
        ("Version=\"2.0\"", "Version=\"1.1\"", Refusal::Mismatch("Version")),
        (
            "IssueInstant=\"2026-11-24T12:00:00Z\"",
            "IssueInstant=\"2026-11-24T12:01:01Z\"",
            Refusal::Time("IssueInstant"),
        ),
        (
            "IssueInstant=\"2026-11-24T12:00:00Z\"",
            "IssueInstant=\"noon\"",
            Refusal::NoTime("IssueInstant"),
        ),
        (
            "Recipient=\"https://sp.test/acs?connection=SAML-1-corp\"",
            "Recipient=\"https://sp.test/acs?connection=SAML-2-corp\"",
            Refusal::Mismatch("Recipient"),
        ),
        (
            " Recipient=\"https://sp.test/acs?connection=SAML-1-corp\"",
            "",
            Refusal::Mismatch("Recipient"),
        ),
        (
            "InResponseTo=\"_request\"",
            "InResponseTo=\"_another\"",
            Refusal::Mismatch("InResponseTo"),
        ),
        (
            " InResponseTo=\"_request\"",
            "",
            Refusal::Mismatch("InResponseTo"),
        ),
        (
            data,
            "<saml:SubjectConfirmationData InResponseTo=\"_request\"",
            Refusal::NoTime("NotOnOrAfter of the confirmation"),
        ),
        (
            data,
            "<saml:SubjectConfirmationData InResponseTo=\"_request\" NotOnOrAfter=\"2026-11-24T11:59:00Z\"",
            Refusal::Time("NotOnOrAfter"),
        ),
        (
            data,
            "<saml:SubjectConfirmationData InResponseTo=\"_request\" NotBefore=\"2026-11-24T12:01:01Z\" NotOnOrAfter=\"2026-11-24T12:05:00Z\"",
            Refusal::Time("NotBefore"),
        ),
        (
            "urn:oasis:names:tc:SAML:2.0:cm:bearer",
            "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches",
            Refusal::Structure("SubjectConfirmation of a bearer"),
        ),
        (
            "<saml:Audience>SAML-1-corp",
            "<saml:Audience>SAML-2-corp",
            Refusal::Mismatch("Audience"),
        ),
        (
            "<saml:Audience>SAML-1-corp</saml:Audience>",
            "",
            Refusal::Mismatch("Audience"),
        ),
        (
            "<saml:AudienceRestriction><saml:Audience>SAML-1-corp</saml:Audience></saml:AudienceRestriction>",
            "",
            Refusal::Mismatch("Audience"),
        ),
        (
            "</saml:AudienceRestriction>",
            "</saml:AudienceRestriction><saml:AudienceRestriction><saml:Audience>x</saml:Audience></saml:AudienceRestriction>",
            Refusal::Mismatch("Audience"),
        ),
        (
            "<saml:Conditions NotBefore=\"2026-11-24T11:59:00Z\"",
            "<saml:Conditions NotBefore=\"2026-11-24T12:01:01Z\"",
            Refusal::Time("NotBefore"),
        ),
        (
            "11:59:00Z\" NotOnOrAfter=\"2026-11-24T12:05:00Z\"",
            "11:59:00Z\" NotOnOrAfter=\"2026-11-24T11:59:00Z\"",
            Refusal::Time("NotOnOrAfter"),
        ),
        (
            "SessionNotOnOrAfter=\"2026-11-24T20:00:00Z\"",
            "SessionNotOnOrAfter=\"2026-11-24T10:00:00Z\"",
            Refusal::Time("SessionNotOnOrAfter"),
        ),
        (
            "</saml:Conditions>",
            "<saml:Condition></saml:Condition></saml:Conditions>",
            Refusal::Condition,
        ),
        (
            "</saml:Conditions>",
            "</saml:Conditions><saml:Conditions></saml:Conditions>",
            Refusal::Structure("Conditions"),
        ),
        (
            "</saml:Subject>",
            "</saml:Subject><saml:Subject></saml:Subject>",
            Refusal::Structure("Subject"),
        ),
        (
            "saml:AuthnStatement",
            "saml:AuthzDecisionStatement",
            Refusal::Structure("AuthnStatement"),
        ),
        (
            "</saml:NameID>",
            "</saml:NameID><saml:NameID>olga</saml:NameID>",
            Refusal::Structure("NameID"),
        ),
    ];
    for (from, to, refusal) in cases {
        assert!(ASSERTION.contains(from), "{from}");
        let xml = respond(&OURS, |it| it.replace(from, to));
        assert_eq!(verify(&xml), Err(refusal.clone()), "{to}");
    }
}

#[test]
fn sec_112_each_rule_of_the_response_is_checked() {
    let cases: &[(&str, &str, Refusal)] = &[
        ("status:Success", "status:Requester", Refusal::Status),
        (
            "https://idp.test/metadata",
            "https://evil.test/metadata",
            Refusal::Mismatch("Issuer of the response"),
        ),
        (
            "Destination=\"https://sp.test/acs?connection=SAML-1-corp\"",
            "Destination=\"https://sp.test/other\"",
            Refusal::Mismatch("Destination"),
        ),
        (
            " Destination=\"https://sp.test/acs?connection=SAML-1-corp\"",
            "",
            Refusal::Mismatch("Destination"),
        ),
        (
            "InResponseTo=\"_request\"",
            "InResponseTo=\"_another\"",
            Refusal::Mismatch("InResponseTo of the response"),
        ),
        (
            " InResponseTo=\"_request\"",
            "",
            Refusal::Mismatch("InResponseTo of the response"),
        ),
        (
            "IssueInstant=\"2026-11-24T12:00:00Z\"",
            "IssueInstant=\"2026-11-24T12:01:01Z\"",
            Refusal::Time("IssueInstant"),
        ),
        ("Version=\"2.0\"", "Version=\"1.1\"", Refusal::Mismatch("Version")),
    ];
    for (from, to, refusal) in cases {
        assert!(RESPONSE.contains(from), "{from}");
        let changed = RESPONSE.replacen(from, to, 1);
        let xml = changed.replace("{assertion}", &OURS.sign(ASSERTION));
        assert_eq!(verify(&xml), Err(refusal.clone()), "{to}");
        let whole = OURS.sign(&changed.replace("{assertion}", ASSERTION));
        assert_eq!(verify(&whole), Err(refusal.clone()), "signed as a whole: {to}");
    }
}

#[test]
fn sec_112_clocks_may_differ_by_a_minute() {
    let xml = respond(&OURS, |it| it);
    assert!(verify_at(&xml, NOON + 359, Some("_request")).is_ok());
    assert_eq!(
        verify_at(&xml, NOON + 360, Some("_request")),
        Err(Refusal::Time("NotOnOrAfter"))
    );
    assert!(verify_at(&xml, NOON - 60, Some("_request")).is_ok());
    assert!(verify_at(&xml, NOON - 61, Some("_request")).is_err());
}

#[test]
fn sec_112_what_nobody_asked_for_answers_nothing() {
    let unasked = RESPONSE.replace(" InResponseTo=\"_request\"", "");
    let assertion = ASSERTION.replace(" InResponseTo=\"_request\"", "");
    let xml = unasked.replace("{assertion}", &OURS.sign(&assertion));
    assert!(verify_at(&xml, NOON, None).is_ok());
    assert!(verify(&xml).is_err());
    assert!(
        verify_at(&respond(&OURS, |it| it), NOON, None).is_err(),
        "an answer to somebody's question"
    );
}

#[test]
fn sec_113_what_is_encrypted_is_refused_alike() {
    let encrypted = "<saml:EncryptedAssertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"></saml:EncryptedAssertion>";
    for xml in [
        OURS.sign(&RESPONSE.replace("{assertion}", encrypted)),
        respond(&OURS, |it| it).replace("</samlp:Response>", &format!("{encrypted}</samlp:Response>")),
        respond(&OURS, |it| {
            it.replace(
                "<saml:NameID>dana",
                "<xenc:EncryptedData xmlns:xenc=\"urn:x\"></xenc:EncryptedData><saml:NameID>dana",
            )
        }),
    ] {
        assert_eq!(verify(&xml), Err(Refusal::Encrypted));
    }
}

#[test]
fn the_attribute_is_there_once_to_the_letter() {
    let text = |change: fn(String) -> String| {
        verify(&respond(&OURS, change))
            .unwrap()
            .text("loginName")
            .map(str::to_owned)
    };
    let attribute = "<saml:Attribute Name=\"loginName\"><saml:AttributeValue>olga</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>";
    let none = Err(Refusal::NoText("loginName".to_owned()));
    assert_eq!(
        text(|it| it.replace("Name=\"loginName\"", "Name=\"loginname\"")),
        none
    );
    assert_eq!(
        text(|it| it.replace(">dana</saml:AttributeValue>", "></saml:AttributeValue>")),
        none
    );
    assert_eq!(
        text(|it| it.replace(
            ">dana</saml:AttributeValue>",
            ">dana</saml:AttributeValue><saml:AttributeValue>olga</saml:AttributeValue>"
        )),
        none
    );
    let twice = verify(&respond(&OURS, |it| {
        it.replace("</saml:AttributeStatement>", attribute)
    }))
    .unwrap();
    assert_eq!(
        twice.text("loginName"),
        Err(Refusal::NoText("loginName".to_owned()))
    );
    assert_eq!(
        text(|it| it.replace(">dana<", "> Dana <")),
        Ok(" Dana ".to_owned())
    );
}

#[test]
fn no_bytes_make_it_panic() {
    let good = respond(&OURS, |it| it);
    for at in (0..good.len()).step_by(7) {
        if good.is_char_boundary(at) {
            let _ = verify(&good[..at]);
            let _ = verify(&format!("{}<{}", &good[..at], &good[at..]));
            let _ = verify(&format!("{}&x;{}", &good[..at], &good[at..]));
        }
    }
    for odd in [
        "",
        "<",
        "<a",
        "\u{0}",
        "<a xmlns=''/>",
        "<a:b/>",
        "\u{feff}<a/>",
        "<a></b>",
    ] {
        assert!(verify(odd).is_err());
    }
}
