// How tokens, userinfo and responses are signed and encrypted.

import assert from "node:assert/strict";
import * as jose from "jose";
import { check, refused } from "../../../checks.mjs";
import { Browser } from "../browser.mjs";
import { basic, isError, keyPair } from "./provider.mjs";

/** The signed token inside an encrypted one. */
async function decrypted(token, keys, alg, enc) {
  const { plaintext, protectedHeader } = await jose.compactDecrypt(token, keys.privateKey);
  assert.deepEqual([protectedHeader.alg, protectedHeader.enc], [alg, enc]);
  return new TextDecoder().decode(plaintext);
}

async function userinfo(provider, accessToken) {
  const response = await fetch(provider.metadata.userinfo_endpoint, { headers: { authorization: `Bearer ${accessToken}` } });
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type"), /^application\/jwt/);
  return response.text();
}

/** The `response` of an answer, as it came. */
async function response(provider, client) {
  const { query } = provider.request(client, { response_mode: "jwt" });
  const url = `${provider.metadata.authorization_endpoint}?${new URLSearchParams(query)}`;
  const answer = await new Browser(provider.manifest.issuer).authorize(url, query.redirect_uri, provider.consumer);
  return answer.searchParams.get("response");
}

/** Where each kind of token comes from. */
const SOURCES = {
  id_token: async (provider, client) => (await provider.tokens(client)).id_token,
  userinfo: async (provider, client) => userinfo(provider, (await provider.tokens(client)).access_token),
  authorization: response,
};
const MEMBERS = {
  id_token: { signed: "id_token_signed_response_alg", encrypted: "id_token_encrypted_response" },
  userinfo: { signed: "userinfo_signed_response_alg", encrypted: "userinfo_encrypted_response" },
  authorization: { signed: "authorization_signed_response_alg", encrypted: "authorization_encrypted_response" },
};

export async function protecting(provider) {
  const { metadata } = provider;
  for (const [kind, source] of Object.entries(SOURCES)) {
    const { signed, encrypted } = MEMBERS[kind];
    for (const alg of metadata[`${kind}_signing_alg_values_supported`]) {
      await check(`${kind}, signed with ${alg}`, async () => {
        const client = await provider.register({ [signed]: alg });
        const { header } = await provider.verified(await source(provider, client), client);
        assert.equal(header.alg, alg);
      });
    }
    await refused(`${kind}, signed with HS256: not advertised`, () => provider.register({ [signed]: "HS256" }), isError("invalid_client_metadata"));
    for (const alg of metadata[`${kind}_encryption_alg_values_supported`]) {
      for (const enc of metadata[`${kind}_encryption_enc_values_supported`]) {
        await check(`${kind}, encrypted by ${alg} and ${enc}`, async () => {
          const keys = await keyPair(alg, "enc");
          const members = { [signed]: "RS256", [`${encrypted}_alg`]: alg, [`${encrypted}_enc`]: enc, jwks: keys.jwks };
          const client = await provider.register(members);
          const inner = await decrypted(await source(provider, client), keys, alg, enc);
          await provider.verified(inner, client);
        });
      }
    }
    await refused(`${kind}, encrypted by RSA1_5: not advertised`, () => provider.register({ [`${encrypted}_alg`]: "RSA1_5" }), isError("invalid_client_metadata"));
    await refused(`${kind}, encrypted with A192GCM: not advertised`, () => otherwise(provider, encrypted), isError("invalid_client_metadata"));
  }
  await introspecting(provider);
}

/** A client for whom content is encrypted in a way that nobody advertises. */
async function otherwise(provider, encrypted) {
  const keys = await keyPair("ECDH-ES", "enc");
  return provider.register({ [`${encrypted}_alg`]: "ECDH-ES", [`${encrypted}_enc`]: "A192GCM", jwks: keys.jwks });
}

const INTROSPECTION = "application/token-introspection+jwt";

/** What a client is told of a token of its own, as a JWT. */
async function introspected(provider, client) {
  const { access_token: token } = await provider.tokens(client);
  const { headers } = basic(client);
  const answer = await provider.post(provider.metadata.introspection_endpoint, { token }, { ...headers, accept: INTROSPECTION });
  assert.equal(answer.status, 200);
  return answer.text();
}

async function toldSigned(provider, token, alg) {
  const { protectedHeader, payload } = await jose.jwtVerify(token, provider.keys, { typ: "token-introspection+jwt" });
  assert.equal(protectedHeader.alg, alg);
  assert.equal(payload.token_introspection.active, true);
}

async function introspecting(provider) {
  const { metadata } = provider;
  for (const alg of metadata.introspection_signing_alg_values_supported) {
    await check(`introspection, signed with ${alg}`, async () => {
      const client = await provider.register({ introspection_signed_response_alg: alg });
      await toldSigned(provider, await introspected(provider, client), alg);
    });
  }
  await refused("introspection, signed with HS256: not advertised", () => provider.register({ introspection_signed_response_alg: "HS256" }), isError("invalid_client_metadata"));
  const encrypted = "introspection_encrypted_response";
  for (const alg of metadata.introspection_encryption_alg_values_supported) {
    for (const enc of metadata.introspection_encryption_enc_values_supported) {
      await check(`introspection, encrypted by ${alg} and ${enc}`, async () => {
        const keys = await keyPair(alg, "enc");
        const members = { introspection_signed_response_alg: "RS256", [`${encrypted}_alg`]: alg, [`${encrypted}_enc`]: enc, jwks: keys.jwks };
        const client = await provider.register(members);
        const inner = await decrypted(await introspected(provider, client), keys, alg, enc);
        await toldSigned(provider, inner, "RS256");
      });
    }
  }
  await refused("introspection, encrypted by RSA1_5: not advertised", () => provider.register({ [`${encrypted}_alg`]: "RSA1_5" }), isError("invalid_client_metadata"));
  await refused("introspection, encrypted with A192GCM: not advertised", () => otherwise(provider, encrypted), isError("invalid_client_metadata"));
}
