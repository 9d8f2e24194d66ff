// The flows of OpenID Connect with openid-client, as a web application runs them.

import assert from "node:assert/strict";
import * as client from "openid-client";
import { check, refused } from "../../checks.mjs";
import { authorize, checksOf, discover, once } from "./party.mjs";
import {
  assertEngagement,
  decrypted,
  decryptionKey,
  pastedKey,
  publishedKeys,
  verify,
  withOtherClaims,
  withOtherSignature,
} from "./tokens.mjs";

/** The code flow with each way to authenticate, in each response mode. */
export async function codeFlow(setting, key) {
  const registered = setting.clients[key];
  const named = `code flow, ${key}`;
  const config = await check(`${named}: discovery`, () => discover(setting, registered));
  if (!config) return;
  for (const mode of ["query", "fragment", "form_post"]) {
    const request = once();
    const tokens = await check(`${named}, ${mode}: tokens`, async () => {
      let answer = await authorize(setting, config, request, { response_mode: mode });
      // The library takes codes from a query; a page's script would hand it the fragment like this.
      if (mode === "fragment") answer = new URL(`${setting.redirectUri}?${answer.hash.slice(1)}`);
      return client.authorizationCodeGrant(config, answer, checksOf(request));
    });
    if (tokens) await claimsOf(setting, `${named}, ${mode}`, config, registered, tokens);
  }
}

async function claimsOf({ manifest }, named, config, registered, tokens) {
  const [consumer] = manifest.consumers;
  await check(`${named}: who it is`, async () => {
    const claims = tokens.claims();
    assert.equal(claims.sub, consumer.sub);
    assert.equal(claims.iss, manifest.issuer);
    assert.equal(claims.aud, registered.client_id);
    assert.equal(tokens.token_type, "bearer");
    assert.ok(tokens.expires_in > 0);
  });
  await check(`${named}: userinfo`, async () => {
    const info = await client.fetchUserInfo(config, tokens.access_token, consumer.sub);
    assert.equal(info.email, consumer.username);
    assert.equal(info.email_verified, true);
    for (const claim of ["name", "given_name", "family_name", "phone_number", "address", "locale", "updated_at"]) {
      assert.ok(info[claim], `${claim} is missing`);
    }
    assertEngagement(info);
  });
}

/** What must fail in the code flow. */
export async function codeFlowMisused(setting) {
  const { basic } = setting.clients;
  const config = await discover(setting, basic);
  const code = async (request) => authorize(setting, config, request);
  const isError = (name) => (error) => error.error === name;

  await refused(
    "a code used twice",
    async () => {
      const request = once();
      const answer = await code(request);
      const tokens = await client.authorizationCodeGrant(config, answer, checksOf(request));
      setting.replayed = tokens.access_token;
      await client.authorizationCodeGrant(config, answer, checksOf(request));
    },
    isError("invalid_grant"),
  );
  await refused("the access token of a code that was used twice", () =>
    client.fetchUserInfo(config, setting.replayed, client.skipSubjectCheck),
  );
  await refused(
    "another code_verifier",
    async () => {
      const request = once();
      const answer = await code(request);
      await client.authorizationCodeGrant(config, answer, { ...checksOf(request), ...{ pkceCodeVerifier: once().verifier } });
    },
    isError("invalid_grant"),
  );
  await refused(
    "a wrong secret",
    async () => {
      const request = once();
      const answer = await code(request);
      const thief = await discover(setting, { ...basic, client_secret: "guessed" });
      await client.authorizationCodeGrant(thief, answer, checksOf(request));
    },
    // Who authenticates by the header is answered by one (RFC 6749 §5.2), and the library reads that first.
    (error) => error.status === 401 && error.cause[0].scheme === "basic",
  );
  await refused(
    "another client's code",
    async () => {
      const request = once();
      const answer = await code(request);
      const other = await discover(setting, setting.clients.post);
      await client.authorizationCodeGrant(other, answer, checksOf(request));
    },
    isError("invalid_grant"),
  );
  await refused("an access token that was altered", async () => {
    const request = once();
    const tokens = await client.authorizationCodeGrant(config, await code(request), checksOf(request));
    const altered = tokens.access_token.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
    await client.fetchUserInfo(config, altered, client.skipSubjectCheck);
  });
}

/** The implicit flow: the id_token comes through the browser. */
export async function implicitFlow(setting) {
  const { manifest, clients } = setting;
  const config = await discover(setting, clients.public, client.useIdTokenResponseType);
  const ask = async (mode) => {
    const request = { ...once(), verifier: undefined };
    return [request, await authorize(setting, config, request, { response_mode: mode })];
  };
  for (const mode of ["fragment", "form_post"]) {
    await check(`implicit flow, ${mode}: id_token`, async () => {
      const [request, answer] = await ask(mode);
      const claims = await client.implicitAuthentication(config, answer, request.nonce, { expectedState: request.state });
      assert.equal(claims.sub, manifest.consumers[0].sub);
      assert.equal(claims.nonce, request.nonce);
      // No access token will come, so the claims are here.
      assert.equal(claims.email, manifest.consumers[0].username);
      assertEngagement(claims);
    });
  }
  const altered = async (change) => {
    const [request, answer] = await ask("fragment");
    const parameters = new URLSearchParams(answer.hash.slice(1));
    change(parameters, request);
    answer.hash = parameters.toString();
    return client.implicitAuthentication(config, answer, request.nonce, { expectedState: request.state });
  };
  const onToken = (change) => (parameters) => parameters.set("id_token", change(parameters.get("id_token")));
  await refused("implicit flow: an id_token with another sub", () =>
    altered(onToken((token) => withOtherClaims(token, { sub: "somebody-else" }))),
  );
  await refused("implicit flow: an id_token with another signature", () => altered(onToken(withOtherSignature)));
  await refused("implicit flow: an answer to another request", () =>
    altered((_, request) => {
      request.nonce = client.randomNonce();
    }),
  );
}

/** id_tokens that this client alone can read: from the token endpoint as the library does it, and through the browser. */
export async function encrypted(setting) {
  const { manifest, clients } = setting;
  const registered = clients.encrypted;
  const key = await decryptionKey(registered.private_key);
  const decrypting = (config) => client.enableDecryptingResponses(config, ["A256GCM"], { key, kid: "enc-1" });
  await check("encrypted id_token: code flow", async () => {
    const config = await discover(setting, registered, decrypting);
    const request = once();
    const answer = await authorize(setting, config, request);
    const tokens = await client.authorizationCodeGrant(config, answer, checksOf(request));
    assert.equal(tokens.id_token.split(".").length, 5);
    assert.equal(tokens.claims().sub, manifest.consumers[0].sub);
  });
  const config = await discover(setting, registered, client.useIdTokenResponseType);
  const answer = await authorize(setting, config, { ...once(), verifier: undefined });
  const token = new URLSearchParams(answer.hash.slice(1)).get("id_token");
  await check("encrypted id_token: implicit flow", async () => {
    const inner = await decrypted(token, key);
    assert.deepEqual(inner.header, { alg: "RSA-OAEP-256", enc: "A256GCM", kid: "enc-1", cty: "JWT" });
    const keys = publishedKeys(config.serverMetadata());
    const claims = await verify(inner.token, keys, manifest.issuer, registered.client_id);
    assert.equal(claims.sub, manifest.consumers[0].sub);
    assertEngagement(claims);
  });
  await refused("encrypted id_token: one bit turned", () => decrypted(withOtherSignature(token), key));
}

/** code and id_token in one answer; the library checks c_hash. */
export async function hybridFlow(setting) {
  const { manifest, clients } = setting;
  const config = await discover(setting, clients.basic, client.useCodeIdTokenResponseType);
  for (const mode of ["fragment", "form_post"]) {
    await check(`hybrid flow, ${mode}: code and id_token`, async () => {
      const request = once();
      const answer = await authorize(setting, config, request, { response_mode: mode });
      const tokens = await client.authorizationCodeGrant(config, answer, checksOf(request));
      assert.equal(tokens.claims().sub, manifest.consumers[0].sub);
      const info = await client.fetchUserInfo(config, tokens.access_token, manifest.consumers[0].sub);
      assertEngagement(info);
    });
  }
  await refused("hybrid flow: a code that the id_token beside it does not vouch for", async () => {
    const [first, second] = [once(), once()];
    const answers = [await authorize(setting, config, first), await authorize(setting, config, second)];
    const [mine, other] = answers.map((answer) => new URLSearchParams(answer.hash.slice(1)));
    mine.set("code", other.get("code"));
    answers[0].hash = mine.toString();
    await client.authorizationCodeGrant(config, answers[0], checksOf(first));
  });
}

/** One id_token, verified by both published forms of the key, and every forgery of it refused by both. */
export async function signatures(setting, forgeries) {
  const { manifest, clients } = setting;
  const config = await discover(setting, clients.basic);
  const request = once();
  const answer = await authorize(setting, config, request);
  const { id_token: token } = await client.authorizationCodeGrant(config, answer, checksOf(request));
  const keys = { "JWK set": publishedKeys(config.serverMetadata()), "pasted line": await pastedKey(manifest.issuer) };
  for (const [name, key] of Object.entries(keys)) {
    await check(`${name}: the signature`, () => verify(token, key, manifest.issuer, clients.basic.client_id));
    for (const [what, forge] of Object.entries(forgeries)) {
      await refused(`${name}: ${what}`, () => verify(forge(token), key, manifest.issuer, clients.basic.client_id));
    }
    await refused(`${name}: another audience`, () => verify(token, key, manifest.issuer, clients.post.client_id));
    await refused(`${name}: another issuer`, () => verify(token, key, "https://id.example.test", clients.basic.client_id));
  }
}
