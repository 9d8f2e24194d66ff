use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml::{Expected, Refusal};

use crate::idp::{
    ACS, ASSERTION, AUDIENCE, ISSUER, NOON, OTHER, OURS, RESPONSE, RSA_SHA256, respond, verify,
};
use crate::signer::insert;

/// What another implementation has signed (`tests/fixtures/make.py`).
fn of_signxml(xml: &str, certificate: &[u8]) -> Result<String, Refusal> {
    let expected = Expected {
        issuer: ISSUER,
        certificates: &[certificate.to_vec()],
        audience: AUDIENCE,
        assertion_consumer_service: ACS,
        in_response_to: Some("_request"),
        now: NOON,
    };
    expected.verify(xml)?.text("loginName").map(str::to_owned)
}

const RSA: &[u8] = include_bytes!("../fixtures/rsa.der");
const EC: &[u8] = include_bytes!("../fixtures/ec.der");

#[test]
fn what_another_implementation_has_signed_is_taken_and_with_another_certificate_isnt() {
    for (name, xml, certificate, other) in [
        (
            "assertion",
            include_str!("../fixtures/assertion-signed.xml"),
            RSA,
            EC,
        ),
        (
            "response",
            include_str!("../fixtures/response-signed.xml"),
            RSA,
            EC,
        ),
        ("both", include_str!("../fixtures/both-signed.xml"), RSA, EC),
        ("sha512", include_str!("../fixtures/sha512.xml"), RSA, EC),
        ("ecdsa", include_str!("../fixtures/ecdsa.xml"), EC, RSA),
    ] {
        assert_eq!(of_signxml(xml, certificate).as_deref(), Ok("dana & co"), "{name}");
        assert_eq!(of_signxml(xml, other), Err(Refusal::NotVerified), "{name}");
        let changed = xml.replace("dana &amp; co", "olga &amp; co");
        assert_ne!(changed, xml);
        assert_eq!(
            of_signxml(&changed, certificate),
            Err(Refusal::NotVerified),
            "{name}"
        );
    }
    assert_eq!(
        of_signxml(include_str!("../fixtures/ecdsa.xml"), b"no certificate"),
        Err(Refusal::Certificate)
    );
}

#[test]
fn what_a_test_signs_by_hand_is_taken() {
    let identity = verify(&respond(&OURS, |it| it)).unwrap();
    assert_eq!(identity.text("loginName"), Ok("dana"));
    assert_eq!(identity.text("NameID"), Ok("dana@corp.test"));
    assert_eq!(
        (identity.assertion_id.as_str(), identity.expires),
        ("_assertion", NOON + 360)
    );
    let whole = OURS.sign(&RESPONSE.replace("{assertion}", ASSERTION));
    assert_eq!(verify(&whole).unwrap(), identity);
}

#[test]
fn sec_110_only_a_pinned_certificate_counts_and_key_info_says_nothing() {
    assert_eq!(verify(&respond(&OTHER, |it| it)), Err(Refusal::NotVerified));
    // The right certificate beside another key's signature, and none at all beside the right one.
    let forged = respond(&OTHER, |it| it);
    let (begin, rest) = forged.split_once("<ds:X509Certificate>").unwrap();
    let (_, end) = rest.split_once("</ds:X509Certificate>").unwrap();
    let ours = STANDARD.encode(&OURS.certificate);
    let dressed = format!("{begin}<ds:X509Certificate>{ours}</ds:X509Certificate>{end}");
    assert_eq!(verify(&dressed), Err(Refusal::NotVerified));
    let good = respond(&OURS, |it| it);
    let (begin, rest) = good.split_once("<ds:KeyInfo>").unwrap();
    let (_, end) = rest.split_once("</ds:KeyInfo>").unwrap();
    assert!(verify(&format!("{begin}{end}")).is_ok());
    for odd in [
        "<ds:KeyInfo><ds:RetrievalMethod URI=\"file:///etc/passwd\"/></ds:KeyInfo>",
        "<ds:KeyInfo><x xmlns=\"urn:x\"/></ds:KeyInfo>",
    ] {
        assert_eq!(
            verify(&format!("{begin}{odd}{end}")),
            Err(Refusal::Signature("KeyInfo"))
        );
    }
    // A second signature that is none of ours: each that is there must be good.
    let both = OTHER.sign(&RESPONSE.replace("{assertion}", &OURS.sign(ASSERTION)));
    assert_eq!(verify(&both), Err(Refusal::NotVerified));
}

#[test]
fn sec_110_nothing_unsigned_and_no_weak_algorithm_is_taken() {
    assert_eq!(
        verify(&RESPONSE.replace("{assertion}", ASSERTION)),
        Err(Refusal::Unsigned)
    );
    for (weak, what) in [
        ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", "algorithm"),
        ("http://www.w3.org/2000/09/xmldsig#dsa-sha1", "algorithm"),
        ("http://www.w3.org/2000/09/xmldsig#hmac-sha1", "algorithm"),
        ("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", "algorithm"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-md5", "algorithm"),
        ("", "algorithm"),
    ] {
        let signature = OURS.signature(ASSERTION, "#_assertion", |info| info.replace(RSA_SHA256, weak));
        let xml = RESPONSE.replace("{assertion}", &insert(ASSERTION, &signature));
        assert_eq!(verify(&xml), Err(Refusal::Signature(what)), "{weak}");
    }
}

type Change = Box<dyn FnOnce(String) -> String>;

/// Each is signed with the right key: only what it says is wrong.
#[test]
fn sec_110_one_reference_to_what_it_stands_in_with_two_transforms_and_no_more() {
    const ENVELOPED: &str =
        r#"<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>"#;
    const EXCLUSIVE: &str =
        r#"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform>"#;
    let other = |algorithm: &str| format!("<ds:Transform Algorithm=\"{algorithm}\"></ds:Transform>");
    let twice = |info: String| {
        let (_, rest) = info.split_once("<ds:Reference").unwrap();
        let reference = format!("<ds:Reference{}", rest.trim_end_matches("</ds:SignedInfo>"));
        info.replace(&reference, &format!("{reference}{reference}"))
    };
    let cases: Vec<(&str, Change)> = vec![
        ("number of references", Box::new(twice)),
        ("reference", Box::new(|it| it.replace("#_assertion", ""))),
        ("reference", Box::new(|it| it.replace("#_assertion", "#"))),
        (
            "reference",
            Box::new(|it| it.replace("#_assertion", "#_response")),
        ),
        (
            "reference",
            Box::new(|it| it.replace("#_assertion", "#xpointer(/)")),
        ),
        (
            "reference",
            Box::new(|it| it.replace("#_assertion", "https://evil.test/a")),
        ),
        ("reference", Box::new(|it| it.replace(" URI=\"#_assertion\"", ""))),
        ("transforms", Box::new(|it| it.replace(ENVELOPED, ""))),
        (
            "transforms",
            Box::new(|it| it.replace(EXCLUSIVE, &format!("{EXCLUSIVE}{EXCLUSIVE}"))),
        ),
        (
            "transforms",
            Box::new(move |it| it.replace(EXCLUSIVE, &other("http://www.w3.org/TR/1999/REC-xpath-19991116"))),
        ),
        (
            "transforms",
            Box::new(move |it| it.replace(EXCLUSIVE, &other("http://www.w3.org/TR/1999/REC-xslt-19991116"))),
        ),
        (
            "transforms",
            Box::new(move |it| {
                it.replace(
                    EXCLUSIVE,
                    &other("http://www.w3.org/2001/10/xml-exc-c14n#WithComments"),
                )
            }),
        ),
        (
            "canonicalization",
            Box::new(|it| {
                it.replace("CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"", "CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#WithComments\"")
            }),
        ),
        (
            "digest",
            Box::new(|it| {
                it.replace(
                    "http://www.w3.org/2001/04/xmlenc#sha256",
                    "http://www.w3.org/2000/09/xmldsig#sha1",
                )
            }),
        ),
        (
            "form",
            Box::new(|it| it.replace("<ds:DigestMethod", "<x></x><ds:DigestMethod")),
        ),
        (
            "algorithm",
            Box::new(|it| {
                it.replace(
                    "</ds:SignatureMethod>",
                    "<ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>",
                )
            }),
        ),
    ];
    for (at, (what, change)) in cases.into_iter().enumerate() {
        let signature = OURS.signature(ASSERTION, "#_assertion", change);
        let xml = RESPONSE.replace("{assertion}", &insert(ASSERTION, &signature));
        assert_eq!(verify(&xml), Err(Refusal::Signature(what)), "{at}");
    }
    // Nothing beside SignedInfo, SignatureValue and KeyInfo.
    let good = respond(&OURS, |it| it);
    let object = good.replace("</ds:Signature>", "<ds:Object></ds:Object></ds:Signature>");
    assert_eq!(verify(&object), Err(Refusal::Signature("form")));
}
