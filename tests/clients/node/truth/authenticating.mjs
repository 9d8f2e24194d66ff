// How clients prove who they are: by each method and algorithm, at each endpoint.

import assert from "node:assert/strict";
import * as jose from "jose";
import { check, refused } from "../../../checks.mjs";
import { basic, isError, keyPair } from "./provider.mjs";

const ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

async function assertion(provider, client, alg, key, kid) {
  const token = await new jose.SignJWT({})
    .setProtectedHeader({ alg, ...(kid ? { kid } : {}) })
    .setIssuer(client.client_id)
    .setSubject(client.client_id)
    .setAudience(provider.metadata.issuer)
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime("1m")
    .sign(key);
  return { fields: { client_assertion_type: ASSERTION, client_assertion: token, client_id: client.client_id } };
}

/** Registers a client with this method, and tells how it proves itself. */
async function prover(provider, method, alg) {
  const members = { token_endpoint_auth_method: method, ...(alg ? { token_endpoint_auth_signing_alg: alg } : {}) };
  switch (method) {
    case "client_secret_post": {
      const client = await provider.register(members);
      return { client, prove: async () => ({ fields: { client_id: client.client_id, client_secret: client.client_secret } }) };
    }
    case "client_secret_jwt": {
      const client = await provider.register(members);
      const secret = new TextEncoder().encode(client.client_secret);
      return { client, prove: () => assertion(provider, client, alg ?? "HS256", secret) };
    }
    case "private_key_jwt": {
      const keys = await keyPair(alg ?? "ES256");
      const client = await provider.register({ ...members, jwks: keys.jwks });
      return { client, prove: () => assertion(provider, client, alg ?? "ES256", keys.privateKey, keys.kid) };
    }
    default: {
      const client = await provider.register(members);
      return { client, prove: async () => basic(client) };
    }
  }
}

export async function authenticating(provider) {
  const { metadata } = provider;
  // Certificates are tried out where they are made: tests/it/server/mutual_tls.
  const methods = metadata.token_endpoint_auth_methods_supported.filter((method) => !method.includes("tls_client"));
  for (const method of methods) {
    await check(`token_endpoint_auth_method ${method}`, async () => {
      const { client, prove } = await prover(provider, method);
      const { access_token } = await provider.tokens(client, {}, prove);
      for (const name of ["introspection", "revocation"]) {
        if (metadata[`${name}_endpoint_auth_methods_supported`].includes(method)) await shown(provider, name, access_token, prove);
      }
    });
  }
  for (const alg of metadata.token_endpoint_auth_signing_alg_values_supported) {
    const method = alg.startsWith("HS") ? "client_secret_jwt" : "private_key_jwt";
    await check(`token_endpoint_auth_signing_alg ${alg}`, async () => {
      const { client, prove } = await prover(provider, method, alg);
      const { access_token } = await provider.tokens(client, {}, prove);
      for (const name of ["introspection", "revocation"]) {
        assert.ok(metadata[`${name}_endpoint_auth_signing_alg_values_supported`].includes(alg), name);
        await shown(provider, name, access_token, prove);
      }
    });
  }
  const unknown = isError("invalid_client_metadata");
  await refused("token_endpoint_auth_method: one that nobody knows", () => provider.register({ token_endpoint_auth_method: "handshake" }), unknown);
  await refused("token_endpoint_auth_signing_alg none", () => prover(provider, "private_key_jwt", "none"), () => true);
  for (const alg of metadata.dpop_signing_alg_values_supported) {
    await check(`DPoP, ${alg}`, () => bound(provider, alg));
  }
  await refused("DPoP, HS256", () => bound(provider, "HS256"));
}

/** A token is shown to introspection or revocation by a client that proves itself there. */
async function shown(provider, name, token, prove) {
  const { headers, fields } = await prove();
  const response = await provider.post(provider.metadata[`${name}_endpoint`], { token, ...fields }, headers);
  assert.equal(response.status, 200, name);
}

async function bound(provider, alg) {
  const keys = alg === "HS256" ? undefined : await keyPair(alg);
  const proof = await new jose.SignJWT({ htm: "POST", htu: provider.metadata.token_endpoint, jti: crypto.randomUUID() })
    .setProtectedHeader({ alg, typ: "dpop+jwt", jwk: keys?.jwk ?? { kty: "oct", k: "AAAA" } })
    .setIssuedAt()
    .sign(keys?.privateKey ?? new Uint8Array(32));
  const client = await provider.register();
  const { headers } = basic(client);
  const answer = await provider.tokens(client, {}, { headers: { ...headers, dpop: proof } });
  assert.equal(answer.token_type, "DPoP");
}
