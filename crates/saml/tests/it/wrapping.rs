//! The eight ways of signature wrapping (Somorovsky and others, "On Breaking SAML: Be Whoever You Want to Be"), and some more:
//! a good signature over what nobody reads, beside what nobody has signed.

use saml::Refusal;

use crate::idp::{ASSERTION, OTHER, OURS, RESPONSE, respond, verify};
use crate::signer::insert;

/// The same assertion about somebody else, under another id.
fn evil() -> String {
    ASSERTION.replace("dana", "olga").replace("_assertion", "_evil")
}

fn with(assertion: &str) -> String {
    RESPONSE.replace("{assertion}", assertion)
}

/// The signature of the good assertion, and of the whole good response.
fn signature_of_assertion() -> String {
    OURS.signature(ASSERTION, "#_assertion", |info| info)
}

fn inside(document: &str, before: &str, more: &str) -> String {
    let at = document.rfind(before).unwrap();
    format!("{}{more}{}", &document[..at], &document[at..])
}

#[test]
fn sec_111_xsw_1_to_8_are_refused() {
    let good_response = OURS.sign(&with(ASSERTION));
    let good_assertion = OURS.sign(ASSERTION);
    let evil_response = with(&evil()).replace("_response", "_evil_response");
    let whole = with(ASSERTION);
    let response_signature = OURS.signature(&whole, "#_response", |info| info);
    let assertion_signature = signature_of_assertion();
    let variants = [
        // 1: the signed response as a child of the signature of another.
        (
            "xsw1",
            insert(
                &evil_response,
                &inside(&response_signature, "</ds:Signature>", &whole),
            ),
        ),
        // 2: the signed response beside its signature, in another.
        (
            "xsw2",
            insert(&evil_response, &format!("{response_signature}{whole}")),
        ),
        // 3: another assertion before the signed one.
        ("xsw3", with(&format!("{}{good_assertion}", evil()))),
        // 4: the signed assertion as a child of another.
        (
            "xsw4",
            with(&inside(&evil(), "</saml:Assertion>", &good_assertion)),
        ),
        // 5: the signature in another assertion, and the signed one behind it.
        (
            "xsw5",
            with(&format!("{}{ASSERTION}", insert(&evil(), &assertion_signature))),
        ),
        // 6: the signed assertion as a child of its signature, in another.
        (
            "xsw6",
            with(&insert(
                &evil(),
                &inside(&assertion_signature, "</ds:Signature>", ASSERTION),
            )),
        ),
        // 7: another assertion, of the same id, in the response's extensions.
        (
            "xsw7",
            with(&good_assertion).replacen(
                "<samlp:Status>",
                &format!(
                    "<samlp:Extensions>{}</samlp:Extensions><samlp:Status>",
                    evil().replace("_evil", "_assertion")
                ),
                1,
            ),
        ),
        // 8: the signed assertion in an object of its signature, in another of the same id.
        (
            "xsw8",
            with(&insert(
                &evil().replace("_evil", "_assertion"),
                &inside(
                    &assertion_signature,
                    "</ds:Signature>",
                    &format!("<ds:Object>{ASSERTION}</ds:Object>"),
                ),
            )),
        ),
    ];
    for (name, xml) in variants {
        let refused = verify(&xml).expect_err(name);
        assert!(
            matches!(
                refused,
                Refusal::Structure(_) | Refusal::Id | Refusal::Signature(_)
            ),
            "{name} is told from a bad signature by its form: {refused}"
        );
    }
    assert!(verify(&good_response).is_ok() && verify(&with(&good_assertion)).is_ok());
}

#[test]
fn sec_111_more_places_for_a_second_assertion() {
    let good = with(&OURS.sign(ASSERTION));
    for xml in [
        // After it, in its status, in its subject's confirmation, in another namespace, in an attribute's value.
        good.replace("</samlp:Response>", &format!("{}</samlp:Response>", evil())),
        good.replace(
            "</samlp:StatusCode>",
            &format!(
                "</samlp:StatusCode><samlp:StatusDetail>{}</samlp:StatusDetail>",
                evil()
            ),
        ),
        good.replace(
            "</saml:SubjectConfirmationData>",
            &format!("{}</saml:SubjectConfirmationData>", evil()),
        ),
        good.replace(
            "</samlp:Response>",
            "<Assertion xmlns=\"urn:x\"></Assertion></samlp:Response>",
        ),
        good.replace(
            "<saml:AttributeValue>dana",
            &format!("<saml:AttributeValue>{}", evil()),
        ),
        // A response in a response, and one in another namespace.
        good.replace("</samlp:Response>", "<Response></Response></samlp:Response>"),
        format!("<a>{good}</a>"),
        good.replace(
            "urn:oasis:names:tc:SAML:2.0:protocol",
            "urn:oasis:names:tc:SAML:1.0:protocol",
        ),
        // A signature that signs nothing that is read.
        good.replace(
            "<samlp:Status>",
            &format!(
                "<samlp:Extensions>{}</samlp:Extensions><samlp:Status>",
                signature_of_assertion()
            ),
        ),
        good.replace(
            "</saml:Subject>",
            &format!(
                "{}</saml:Subject>",
                OTHER.signature(ASSERTION, "#_assertion", |it| it)
            ),
        ),
        // None.
        with(""),
        OURS.sign(&with("")),
        ASSERTION.to_owned(),
        OURS.sign(ASSERTION),
    ] {
        let refused = verify(&xml).unwrap_err();
        assert!(matches!(refused, Refusal::Structure(_)), "{refused}: {xml}");
    }
}

#[test]
fn sec_111_an_id_stands_for_one_element() {
    let good = with(&OURS.sign(ASSERTION));
    for (from, to) in [
        ("ID=\"_response\"", "ID=\"_assertion\""),
        ("<samlp:Status>", "<samlp:Status ID=\"_assertion\">"),
        ("<samlp:Status>", "<samlp:Status Id=\"_assertion\">"),
        ("<samlp:Status>", "<samlp:Status id=\"_assertion\">"),
        ("<samlp:Status>", "<samlp:Status AssertionID=\"_assertion\">"),
        ("<samlp:Status>", "<samlp:Status xml:id=\"_assertion\">"),
        (
            "<samlp:Status>",
            "<samlp:Status xmlns:x=\"urn:x\" x:ID=\"_other\">",
        ),
    ] {
        let xml = good.replacen(from, to, 1);
        assert_ne!(xml, good);
        assert_eq!(verify(&xml), Err(Refusal::Id), "{to}");
    }
}

#[test]
fn sec_111_text_is_whole_or_refused() {
    for (from, to) in [
        (
            "<saml:NameID>dana@corp.test",
            "<saml:NameID>dana@corp.test<!---->.evil.test",
        ),
        (
            "<saml:AttributeValue>dana",
            "<saml:AttributeValue>dana<!-- x -->na",
        ),
        (
            "<saml:AttributeValue>dana",
            "<saml:AttributeValue><![CDATA[dana]]>",
        ),
        ("<saml:AttributeValue>dana", "<saml:AttributeValue>da<?x?>na"),
    ] {
        let xml = respond(&OURS, |it| it.replace(from, to));
        assert_eq!(verify(&xml), Err(Refusal::Markup), "{to}");
    }
    for doctype in [
        "<!DOCTYPE a>",
        "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>",
    ] {
        assert_eq!(
            verify(&format!("{doctype}{}", respond(&OURS, |it| it))),
            Err(Refusal::Markup)
        );
    }
    // An element in the text that is looked for.
    let split = verify(&respond(&OURS, |it| {
        it.replace(
            "<saml:AttributeValue>dana",
            "<saml:AttributeValue>da<saml:b></saml:b>na",
        )
    }))
    .unwrap();
    assert_eq!(
        split.text("loginName"),
        Err(Refusal::NoText("loginName".to_owned()))
    );
    let named = verify(&respond(&OURS, |it| {
        it.replace("<saml:NameID>dana", "<saml:NameID><saml:b></saml:b>dana")
    }));
    assert_eq!(named, Err(Refusal::NoText("NameID".to_owned())));
    // Written another way, but the same to whoever signs and whoever reads.
    let good = respond(&OURS, |it| it);
    assert_eq!(
        verify(&good.replace("<saml:AttributeValue>dana", "<saml:AttributeValue>d&#97;na"))
            .unwrap()
            .text("loginName"),
        Ok("dana")
    );
}
