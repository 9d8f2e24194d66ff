// Every value that a registry has, the metadata doesn't list, and a client could register: each is refused by its name.

import assert from "node:assert/strict";
import { check } from "../../../checks.mjs";
import { isError } from "./provider.mjs";

/** "JSON Web Signature and Encryption Algorithms" of IANA's registry "JOSE", and its content encryptions. */
const SIGNATURES = "HS256 HS384 HS512 RS256 RS384 RS512 ES256 ES384 ES512 ES256K PS256 PS384 PS512 EdDSA Ed25519 Ed448 none ML-DSA-44 ML-DSA-65 ML-DSA-87".split(" ");
const ENCRYPTIONS = (
  "RSA1_5 RSA-OAEP RSA-OAEP-256 RSA-OAEP-384 RSA-OAEP-512 A128KW A192KW A256KW dir ECDH-ES ECDH-ES+A128KW ECDH-ES+A192KW ECDH-ES+A256KW " +
  "A128GCMKW A192GCMKW A256GCMKW PBES2-HS256+A128KW PBES2-HS384+A192KW PBES2-HS512+A256KW"
).split(" ");
const CONTENTS = "A128CBC-HS256 A192CBC-HS384 A256CBC-HS512 A128GCM A192GCM A256GCM".split(" ");
/** IANA's registries "OAuth Token Endpoint Authentication Methods" and "OAuth Authorization Endpoint Response Types". */
const METHODS = "none client_secret_post client_secret_basic client_secret_jwt private_key_jwt tls_client_auth self_signed_tls_client_auth".split(" ");
const RESPONSES = ["code", "code id_token", "code id_token token", "code token", "id_token", "id_token token", "none", "token"];

const JWKS_URI = { jwks_uri: "https://client.example.test/jwks" };
const CIBA = { grant_types: ["urn:openid:params:grant-type:ciba"], response_types: [] };
/** What some values can't go without. */
const NEEDED = {
  tls_client_auth: { tls_client_auth_san_dns: "client.example.test" },
  self_signed_tls_client_auth: JWKS_URI,
  push: { backchannel_client_notification_endpoint: "https://client.example.test/ping" },
};

/** A member, the list that its values are from, all that there are, and what a client registers with it. */
const MEMBERS = [
  ...["id_token", "userinfo", "authorization", "introspection"].flatMap((kind) => [
    [`${kind}_signed_response_alg`, `${kind}_signing_alg_values_supported`, SIGNATURES],
    [`${kind}_encrypted_response_alg`, `${kind}_encryption_alg_values_supported`, ENCRYPTIONS, JWKS_URI],
    [`${kind}_encrypted_response_enc`, `${kind}_encryption_enc_values_supported`, CONTENTS, { ...JWKS_URI, [`${kind}_encrypted_response_alg`]: "RSA-OAEP-256" }],
  ]),
  ["request_object_signing_alg", "request_object_signing_alg_values_supported", SIGNATURES, JWKS_URI],
  ["request_object_encryption_alg", "request_object_encryption_alg_values_supported", ENCRYPTIONS],
  ["request_object_encryption_enc", "request_object_encryption_enc_values_supported", CONTENTS, { request_object_encryption_alg: "RSA-OAEP-256" }],
  ["token_endpoint_auth_method", "token_endpoint_auth_methods_supported", METHODS],
  ["token_endpoint_auth_signing_alg", "token_endpoint_auth_signing_alg_values_supported", SIGNATURES, { ...JWKS_URI, token_endpoint_auth_method: "private_key_jwt" }],
  ["backchannel_authentication_request_signing_alg", "backchannel_authentication_request_signing_alg_values_supported", SIGNATURES, { ...JWKS_URI, ...CIBA, backchannel_token_delivery_mode: "poll" }],
  ["backchannel_token_delivery_mode", "backchannel_token_delivery_modes_supported", ["poll", "ping", "push"], CIBA],
  ["subject_type", "subject_types_supported", ["public", "pairwise", "ephemeral"]],
];

export async function unadvertised(provider) {
  for (const [member, list, all, beside = {}] of MEMBERS) {
    const others = all.filter((value) => !provider.document[list].includes(value));
    await check(`${member}: ${others.join(", ")} not advertised, refused`, async () => {
      // The same with one that is advertised is taken, so that it's the value that is refused.
      await provider.register({ ...beside, [member]: provider.document[list][0] });
      for (const value of others) {
        await assert.rejects(provider.register({ ...beside, ...NEEDED[value], [member]: value }), isError("invalid_client_metadata"), value);
      }
    });
  }
  const types = RESPONSES.filter((type) => !provider.document.response_types_supported.includes(type));
  await check(`response_type: ${types.join(", ")} not advertised, refused`, async () => {
    for (const type of types) {
      const members = { response_types: [type], grant_types: ["authorization_code", "implicit"] };
      await assert.rejects(provider.register(members), isError("invalid_client_metadata"), type);
    }
  });
}
