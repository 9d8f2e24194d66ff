//! An identity provider's good response, and what is expected of it.

use std::sync::LazyLock;

use saml::{Expected, Identity, Refusal};

use crate::signer::Idp;

pub(crate) const ISSUER: &str = "https://idp.test/metadata";
pub(crate) const ACS: &str = "https://sp.test/acs?connection=SAML-1-corp";
pub(crate) const AUDIENCE: &str = "SAML-1-corp";
/// 2026-11-24T12:00:00Z
pub(crate) const NOON: i64 = 1_795_521_600;

pub(crate) const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

pub(crate) const ASSERTION: &str = concat!(
    r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_assertion" IssueInstant="2026-11-24T12:00:00Z" Version="2.0">"#,
    "<saml:Issuer>https://idp.test/metadata</saml:Issuer>",
    r#"<saml:Subject><saml:NameID>dana@corp.test</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">"#,
    r#"<saml:SubjectConfirmationData InResponseTo="_request" NotOnOrAfter="2026-11-24T12:05:00Z" Recipient="https://sp.test/acs?connection=SAML-1-corp"></saml:SubjectConfirmationData>"#,
    "</saml:SubjectConfirmation></saml:Subject>",
    r#"<saml:Conditions NotBefore="2026-11-24T11:59:00Z" NotOnOrAfter="2026-11-24T12:05:00Z">"#,
    "<saml:AudienceRestriction><saml:Audience>SAML-1-corp</saml:Audience></saml:AudienceRestriction></saml:Conditions>",
    r#"<saml:AuthnStatement AuthnInstant="2026-11-24T12:00:00Z" SessionNotOnOrAfter="2026-11-24T20:00:00Z"></saml:AuthnStatement>"#,
    r#"<saml:AttributeStatement><saml:Attribute Name="loginName"><saml:AttributeValue>dana</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>"#,
    "</saml:Assertion>"
);

pub(crate) const RESPONSE: &str = concat!(
    r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Destination="https://sp.test/acs?connection=SAML-1-corp" ID="_response" InResponseTo="_request" IssueInstant="2026-11-24T12:00:00Z" Version="2.0">"#,
    r#"<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">https://idp.test/metadata</saml:Issuer>"#,
    r#"<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"></samlp:StatusCode></samlp:Status>"#,
    "{assertion}</samlp:Response>"
);

/// The one that is pinned.
pub(crate) static OURS: LazyLock<Idp> = LazyLock::new(Idp::new);
/// Another.
pub(crate) static OTHER: LazyLock<Idp> = LazyLock::new(Idp::new);

/// A response of `idp` whose assertion is signed, made of a changed one.
pub(crate) fn respond(idp: &Idp, change: impl FnOnce(String) -> String) -> String {
    RESPONSE.replace("{assertion}", &idp.sign(&change(ASSERTION.to_owned())))
}

/// What is expected of [`OURS`].
pub(crate) fn verify(xml: &str) -> Result<Identity, Refusal> {
    verify_at(xml, NOON, Some("_request"))
}

pub(crate) fn verify_at(xml: &str, now: i64, in_response_to: Option<&str>) -> Result<Identity, Refusal> {
    let certificates = [OURS.certificate.clone()];
    let expected = Expected {
        issuer: ISSUER,
        certificates: &certificates,
        audience: AUDIENCE,
        assertion_consumer_service: ACS,
        in_response_to,
        now,
    };
    expected.verify(xml)
}
