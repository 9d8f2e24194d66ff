// What a client does with tokens beside signing in: it refreshes them, gets some for itself and for an API, asks about
// them, and takes them back.

import assert from "node:assert/strict";
import * as client from "openid-client";
import { check, refused } from "../../checks.mjs";
import { authorize, checksOf, discover, once } from "./party.mjs";

const isError = (name) => (error) => error.error === name;

/** Signs in, to stay so. */
async function stayIn(setting, config) {
  const request = once();
  const answer = await authorize(setting, config, request, { scope: "openid email offline_access" });
  return client.authorizationCodeGrant(config, answer, checksOf(request));
}

/** Refresh tokens: of a client with a secret, and of a public one, which gets another one at each use. */
export async function refreshing(setting) {
  const { manifest, clients } = setting;
  const [consumer] = manifest.consumers;
  for (const key of ["basic", "public"]) {
    const config = await discover(setting, clients[key]);
    await check(`refresh, ${key}`, async () => {
      const first = await stayIn(setting, config);
      const second = await client.refreshTokenGrant(config, first.refresh_token);
      assert.notEqual(second.access_token, first.access_token);
      assert.equal(second.claims().sub, consumer.sub);
      assert.equal(second.claims().auth_time, first.claims().auth_time);
      if (key === "public") assert.notEqual(second.refresh_token, first.refresh_token);
      const third = await client.refreshTokenGrant(config, second.refresh_token ?? first.refresh_token);
      const info = await client.fetchUserInfo(config, third.access_token, consumer.sub);
      assert.equal(info.email, consumer.username);
    });
  }
  const config = await discover(setting, clients.basic);
  await check("refresh, for less than before", async () => {
    const { refresh_token: token } = await stayIn(setting, config);
    const less = await client.refreshTokenGrant(config, token, { scope: "openid" });
    assert.equal(less.scope, "openid");
    const info = await client.fetchUserInfo(config, less.access_token, consumer.sub);
    assert.equal(info.email, undefined);
  });
  await refused(
    "refresh, for more than before",
    async () => {
      const { refresh_token: token } = await stayIn(setting, config);
      await client.refreshTokenGrant(config, token, { scope: "openid email phone" });
    },
    isError("invalid_scope"),
  );
  await refused(
    "refresh, by another client",
    async () => {
      const { refresh_token: token } = await stayIn(setting, config);
      const other = await discover(setting, clients.public);
      await client.refreshTokenGrant(other, token);
    },
    isError("invalid_grant"),
  );
}

/** A program's own token, for an API, which asks about it. */
export async function programs(setting) {
  const { manifest, clients } = setting;
  const [resource] = manifest.resources;
  const config = await discover(setting, clients.program);
  const signed = { ...clients.program, introspection_signed_response_alg: "RS256" };
  const asking = { JSON: config, JWT: await discover(setting, signed) };
  for (const [form, asker] of Object.entries(asking)) {
    await check(`client credentials, and introspection by ${form}`, async () => {
      const tokens = await client.clientCredentialsGrant(config, { scope: "orders.read", resource });
      assert.equal(tokens.scope, "orders.read");
      const told = await client.tokenIntrospection(asker, tokens.access_token);
      assert.equal(told.active, true);
      assert.equal(told.client_id, clients.program.client_id);
      assert.equal(told.scope, "orders.read");
      assert.equal(told.iss, manifest.issuer);
      assert.deepEqual([told.aud].flat(), [resource]);
    });
  }
  await check("introspection: a token of another client for something else", async () => {
    const other = await discover(setting, clients.basic);
    const { access_token: token } = await stayIn(setting, other);
    assert.deepEqual(await client.tokenIntrospection(config, token), { active: false });
  });
  await refused(
    "client credentials, for a resource that isn't the client's",
    () => client.clientCredentialsGrant(config, { resource: "https://api.elsewhere.test/" }),
    isError("invalid_target"),
  );
  await refused(
    "client credentials, for a scope that isn't the client's",
    () => client.clientCredentialsGrant(config, { scope: "everything" }),
    isError("invalid_scope"),
  );
}

/** Tokens that are taken back. */
export async function revoking(setting) {
  const config = await discover(setting, setting.clients.basic);
  await check("revocation: an access token", async () => {
    const { access_token: token } = await stayIn(setting, config);
    assert.equal((await client.tokenIntrospection(config, token)).active, true);
    await client.tokenRevocation(config, token);
    assert.deepEqual(await client.tokenIntrospection(config, token), { active: false });
  });
  await check("revocation: a refresh token, and with it all that came of it", async () => {
    const tokens = await stayIn(setting, config);
    await client.tokenRevocation(config, tokens.refresh_token);
    assert.deepEqual(await client.tokenIntrospection(config, tokens.access_token), { active: false });
    await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), isError("invalid_grant"));
  });
  await check("revocation: a token that nobody knows", () => client.tokenRevocation(config, "unknown"));
}
