// What an authorization request may say.

import assert from "node:assert/strict";
import * as jose from "jose";
import { check, refused } from "../../../checks.mjs";
import { Browser } from "../browser.mjs";
import { keyPair } from "./provider.mjs";

const PARTS = { code: "code", token: "access_token", id_token: "id_token" };
const grantsOf = (type) => [
  ...(type.includes("code") ? ["authorization_code"] : []),
  ...(/token/.test(type) ? ["implicit"] : []),
];

export async function authorizing(provider) {
  const { metadata } = provider;
  for (const type of metadata.response_types_supported) {
    const client = await check(`response_type ${type}: registered`, () =>
      provider.register({ response_types: [type], grant_types: grantsOf(type) }),
    );
    if (!client) continue;
    for (const mode of metadata.response_modes_supported) await answered(provider, client, type, mode);
  }
  await refused("response_type none: not advertised", () => provider.register({ response_types: ["none"] }));
  const client = await provider.register();
  await refusedByRedirect(provider, client, "response_type", "code telegram", "unsupported_response_type");
  await refusedByRedirect(provider, client, "response_mode", "carrier_pigeon", "invalid_request");
  await refusedByRedirect(provider, client, "code_challenge_method", "plain", "invalid_request");
  await refusedByRedirect(provider, client, "prompt", "shout", "invalid_request");
  for (const method of metadata.code_challenge_methods_supported) {
    await check(`code_challenge_method ${method}`, () => provider.tokens(client, { code_challenge_method: method }));
  }
  for (const prompt of metadata.prompt_values_supported) await prompted(provider, client, prompt);
  for (const alg of metadata.request_object_signing_alg_values_supported) await withObject(provider, alg);
  await refused("request_object_signing_alg HS256: not advertised", () =>
    provider.register({ request_object_signing_alg: "HS256" }),
  );
  await encryptedObjects(provider);
  for (const locale of metadata.ui_locales_supported) {
    await check(`ui_locales ${locale}`, async () => {
      const { query } = provider.request(client, { ui_locales: locale });
      const url = `${metadata.authorization_endpoint}?${new URLSearchParams(query)}`;
      assert.match(await pageAt(provider, url), new RegExp(`<html[^>]* lang="${locale}"`));
    });
  }
}

async function answered(provider, client, type, mode) {
  const named = `response_type ${type}, response_mode ${mode}`;
  const exposes = type !== "code" && mode.split(".")[0] === "query";
  const { response, mode: came } = (await check(`${named}: answered`, () => provider.authorize(client, { response_type: type, response_mode: mode }))) ?? {};
  if (!response) return;
  await check(`${named}: ${exposes ? "not in the query" : "as asked"}`, async () => {
    if (exposes) {
      assert.equal(response.error, "invalid_request");
      assert.notEqual(came, "query");
      return;
    }
    const wanted = mode === "jwt" ? (type === "code" ? "query.jwt" : "fragment.jwt") : mode;
    assert.equal(came, wanted);
    for (const [part, parameter] of Object.entries(PARTS)) {
      assert.equal(parameter in response, type.split(" ").includes(part), parameter);
    }
    if (response.id_token) await provider.verified(response.id_token, client);
  });
}

async function refusedByRedirect(provider, client, name, value, error) {
  await check(`${name} ${value}: not advertised, refused`, async () => {
    const { response } = await provider.authorize(client, { [name]: value });
    assert.equal(response.error, error);
  });
}

async function prompted(provider, client, prompt) {
  await check(`prompt ${prompt}`, async () => {
    const browser = new Browser(provider.manifest.issuer);
    if (prompt === "create") {
      const { query } = provider.request(client, { prompt });
      const html = await pageAt(provider, `${provider.metadata.authorization_endpoint}?${new URLSearchParams(query)}`);
      assert.match(html, /<form[^>]* id="register-form"/);
      return;
    }
    await provider.authorize(client, {}, { browser });
    const { response } = await provider.authorize(client, { prompt }, { browser });
    assert.ok(response.code, JSON.stringify(response));
  });
}

/** What the provider answers to a request object of a new client's, which `wrap` may put into something. */
export async function askedBy(provider, alg, members = {}, wrap = async (object) => object) {
  const keys = alg === "none" ? undefined : await keyPair(alg);
  const client = await provider.register({ request_object_signing_alg: alg, ...(keys ? { jwks: keys.jwks } : {}), ...members });
  const { sent, query } = provider.request(client);
  const claims = { ...query, iss: client.client_id, aud: provider.metadata.issuer };
  const header = keys && { alg, kid: keys.kid, typ: "oauth-authz-req+jwt" };
  const object = keys
    ? await new jose.SignJWT(claims).setProtectedHeader(header).setIssuedAt().setNotBefore("0s").setExpirationTime("2m").sign(keys.privateKey)
    : new jose.UnsecuredJWT(claims).setIssuedAt().setExpirationTime("2m").encode();
  const { client_id, response_type, scope, redirect_uri, state } = query;
  const request = await wrap(object);
  const { response } = await provider.open(client, { sent, query: { client_id, response_type, scope, redirect_uri, state, request } });
  return response;
}

async function withObject(provider, alg) {
  await check(`request object, ${alg}`, async () => {
    const response = await askedBy(provider, alg);
    assert.ok(response.code, JSON.stringify(response));
  });
}

/** Encrypts to the key that the provider publishes for it. */
async function sealed(provider, object, header, of = header.alg) {
  const { keys } = await (await fetch(provider.metadata.jwks_uri)).json();
  const jwk = keys.find((key) => key.use === "enc" && key.alg === of);
  const key = await jose.importJWK(jwk, header.alg);
  const text = new TextEncoder().encode(object);
  return new jose.CompactEncrypt(text).setProtectedHeader({ kid: jwk.kid, cty: "oauth-authz-req+jwt", ...header }).encrypt(key);
}

async function encryptedObjects(provider) {
  const { metadata } = provider;
  const algs = metadata.request_object_encryption_alg_values_supported;
  const encs = metadata.request_object_encryption_enc_values_supported;
  for (const alg of algs) {
    for (const enc of encs) {
      await check(`request object, encrypted by ${alg} and ${enc}`, async () => {
        const members = { request_object_encryption_alg: alg, request_object_encryption_enc: enc };
        const response = await askedBy(provider, "ES256", members, (object) => sealed(provider, object, { alg, enc }));
        assert.ok(response.code, JSON.stringify(response));
      });
    }
  }
  for (const [alg, enc, of] of [["RSA-OAEP", "A256GCM", "RSA-OAEP-256"], ["RSA-OAEP-256", "A192GCM"], ["ECDH-ES+A128KW", "A256GCM", "ECDH-ES"], ["ECDH-ES", "A192CBC-HS384"]]) {
    await check(`request object, encrypted by ${alg} and ${enc}: not advertised, refused`, async () => {
      assert.ok(!algs.includes(alg) || !encs.includes(enc));
      const response = await askedBy(provider, "ES256", {}, (object) => sealed(provider, object, { alg, enc }, of));
      assert.equal(response.error, "invalid_request_object");
    });
    await refused(`request_object_encryption ${alg}, ${enc}: not registered`, () =>
      provider.register({ request_object_encryption_alg: alg, request_object_encryption_enc: enc }),
    );
  }
}

/** The page that somebody sees who opens this. */
async function pageAt(provider, url) {
  const cookies = [];
  for (let hops = 0; hops < 5; hops += 1) {
    const response = await fetch(url, { redirect: "manual", headers: { cookie: cookies.join("; ") } });
    cookies.push(...response.headers.getSetCookie().map((line) => line.split(";")[0]));
    const location = response.headers.get("location");
    if (!location) return response.text();
    url = new URL(location, url);
  }
  throw new Error("redirected in circles");
}
