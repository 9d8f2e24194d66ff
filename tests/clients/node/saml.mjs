// A company's identity provider for SAML 2.0, as far as a response that nobody asked for goes. It writes canonical XML, so that
// it needs no canonicalization, and signs with the key of the demo's own certificate.

import { createHash, randomUUID, sign } from "node:crypto";

export const ENTITY_ID = "https://idp.corp.example/metadata";

const DSIG = "http://www.w3.org/2000/09/xmldsig#";
const C14N = "http://www.w3.org/2001/10/xml-exc-c14n#";

/** A response for whoever has that login name, in base64. `audience` is the connection, `acs` where it would be posted. */
export function respond({ key, audience, acs, loginName }) {
  const at = (seconds) => `${new Date(Date.now() + seconds * 1000).toISOString().slice(0, 19)}Z`;
  const [now, end] = [at(0), at(300)];
  const assertion = [
    `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_${randomUUID()}" IssueInstant="${now}" Version="2.0">`,
    `<saml:Issuer>${ENTITY_ID}</saml:Issuer>`,
    `<saml:Subject><saml:NameID>${loginName}</saml:NameID>`,
    `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">`,
    `<saml:SubjectConfirmationData NotOnOrAfter="${end}" Recipient="${acs}"></saml:SubjectConfirmationData>`,
    `</saml:SubjectConfirmation></saml:Subject>`,
    `<saml:Conditions NotBefore="${now}" NotOnOrAfter="${end}"><saml:AudienceRestriction>`,
    `<saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>`,
    `<saml:AuthnStatement AuthnInstant="${now}"></saml:AuthnStatement>`,
    `<saml:AttributeStatement><saml:Attribute Name="loginName">`,
    `<saml:AttributeValue>${loginName}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>`,
  ].join("");
  const xml = [
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Destination="${acs}" ID="_${randomUUID()}"`,
    ` IssueInstant="${now}" Version="2.0"><samlp:Status>`,
    `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"></samlp:StatusCode></samlp:Status>`,
    `${signed(assertion, key)}</samlp:Response>`,
  ].join("");
  return Buffer.from(xml).toString("base64");
}

/** The same assertion with a signature over it, after its issuer. */
function signed(assertion, key) {
  const [, id] = assertion.match(/ ID="([^"]+)"/);
  const algorithm = (name, value, inside = "") => `<ds:${name} Algorithm="${value}">${inside}</ds:${name}>`;
  const digest = createHash("sha256").update(assertion).digest("base64");
  const info = [
    `<ds:SignedInfo xmlns:ds="${DSIG}">`,
    algorithm("CanonicalizationMethod", C14N),
    algorithm("SignatureMethod", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"),
    `<ds:Reference URI="#${id}"><ds:Transforms>`,
    algorithm("Transform", `${DSIG}enveloped-signature`),
    algorithm("Transform", C14N),
    "</ds:Transforms>",
    algorithm("DigestMethod", "http://www.w3.org/2001/04/xmlenc#sha256"),
    `<ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`,
  ].join("");
  const value = sign("sha256", Buffer.from(info), { key, dsaEncoding: "ieee-p1363" }).toString("base64");
  const signature = `<ds:Signature xmlns:ds="${DSIG}">${info}<ds:SignatureValue>${value}</ds:SignatureValue></ds:Signature>`;
  return assertion.replace("</saml:Issuer>", `</saml:Issuer>${signature}`);
}
