// Verifying an id_token as somebody does who has never heard of the provider's other parts: with jose, by the published
// JWK set, and by the one line that is pasted into the messaging platform.

import assert from "node:assert/strict";
import * as jose from "jose";

/** The key of `/public-key`: one line of base64, which is the inside of a PEM file. */
export async function pastedKey(issuer) {
  const response = await fetch(`${issuer}/public-key`);
  const line = await response.text();
  assert.match(line, /^[A-Za-z0-9+/]+={0,2}$/, "not one line of base64");
  const pem = `-----BEGIN PUBLIC KEY-----\n${line.match(/.{1,64}/g).join("\n")}\n-----END PUBLIC KEY-----\n`;
  return jose.importSPKI(pem, "RS256");
}

/** The published keys. */
export function publishedKeys(metadata) {
  return jose.createRemoteJWKSet(new URL(metadata.jwks_uri));
}

/** Signature, issuer, audience and times. Returns the claims. */
export async function verify(token, key, issuer, audience) {
  const requiredClaims = ["iss", "sub", "aud", "exp", "iat"];
  const options = { issuer, audience, algorithms: ["RS256"], typ: "JWT", requiredClaims, clockTolerance: 5 };
  const { payload } = await jose.jwtVerify(token, key, options);
  return payload;
}

/** The token inside an encrypted one, for whoever has the private key. */
export async function decrypted(token, privateKey) {
  const options = { keyManagementAlgorithms: ["RSA-OAEP-256"], contentEncryptionAlgorithms: ["A256GCM"] };
  const { plaintext, protectedHeader } = await jose.compactDecrypt(token, privateKey, options);
  return { token: new TextDecoder().decode(plaintext), header: protectedHeader };
}

/** A private key to decrypt with. */
export function decryptionKey(pem) {
  return jose.importPKCS8(pem, "RSA-OAEP-256");
}

/** The token with other claims under the old signature. */
export function withOtherClaims(token, change) {
  const [header, payload, signature] = token.split(".");
  const claims = { ...JSON.parse(Buffer.from(payload, "base64url")), ...change };
  return [header, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
}

/** The token with one bit of its last part turned: the signature, or the authentication tag of an encrypted one. */
export function withOtherSignature(token) {
  const parts = token.split(".");
  const bytes = Buffer.from(parts.pop(), "base64url");
  bytes[bytes.length >> 1] ^= 1;
  return [...parts, bytes.toString("base64url")].join(".");
}

/** The token without a signature, as `alg: none` (RFC 8725 §2.1). */
export function unsigned(token) {
  const [, payload] = token.split(".");
  return [Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url"), payload, ""].join(".");
}

/** The engagement attributes that the messaging platform reads: both objects, with what the demo's first consumer has. */
export function assertEngagement(claims) {
  assert.ok(Array.isArray(claims.lp_sdes), "lp_sdes is an array");
  const [customer, personal] = ["ctmrinfo", "personal"].map((type) => claims.lp_sdes.find((it) => it.type === type));
  assert.equal(claims.lp_sdes.length, 2);
  assert.deepEqual(Object.keys(customer).sort(), ["info", "type"]);
  assert.deepEqual(Object.keys(personal).sort(), ["personal", "type"]);
  assert.equal(typeof customer.info.customerId, "string");
  assert.equal(typeof personal.personal.firstname, "string");
  assert.equal(typeof personal.personal.contacts[0].email, "string");
}
