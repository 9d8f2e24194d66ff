// Agents and bots log in with the messaging platform's own SDK (sections 6, 7 and 8 of its contract), as it is published. It
// finds its way by the Domain API alone, and speaks https alone. After the login it opens a socket, of which there is none
// here: that is where each of its lives ends.

import assert from "node:assert/strict";
import { once as event } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Agent as SDK } from "node-agent-sdk";
import * as client from "openid-client";
import { check } from "../../checks.mjs";
import { authorize, checksOf, discover, once } from "./party.mjs";

/** Lets the SDK begin, and gives back what it ended with, and itself. */
async function begin({ manifest }, credentials) {
  const { base_url, account_id } = manifest.gateway;
  const sdk = new SDK({ accountId: account_id, csdsDomain: new URL(base_url).host, ...credentials });
  const [error] = await event(sdk, "error", { signal: AbortSignal.timeout(20_000) }).catch((thrown) => [thrown]);
  // Whatever comes later is looked at where it matters.
  sdk.on("error", (later) => (sdk.later = later));
  return { sdk, error };
}

/** The login went well where the socket is the first thing that is missing. */
function assertLoggedIn({ sdk, error }) {
  assert.match(String(error?.message), /unexpected server response/i);
  assert.match(sdk.token, /^[0-9a-f]{64}$/);
  assert.match(sdk.csrf, /^[0-9a-f]{64}$/);
  assert.match(String(sdk.userId), /^[0-9]+$/);
}

/** Whether the Users API knows a bearer. */
async function isKnown({ gateway }, bearer) {
  const url = `${gateway.base_url}/api/account/${gateway.account_id}/configuration/le-users/users?v=6.0`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${bearer}` } });
  return answer.status !== 401;
}

export async function agents(setting) {
  const { manifest } = setting;
  const { user, bot, app_key: key, app_key_limited: limited, oauth2 } = manifest.gateway;
  if (!manifest.gateway.base_url.startsWith("https:")) return;
  const values = (of) => ({
    username: bot.username,
    appKey: of.app_key,
    secret: of.secret,
    accessToken: of.access_token,
    accessTokenSecret: of.access_token_secret,
  });

  await check("node-agent-sdk, by password; it keeps its session alive", async () => {
    const credentials = { username: user.username, password: user.password };
    const begun = await begin(setting, { ...credentials, refreshSessionInterval: 100 });
    try {
      assertLoggedIn(begun);
      assert.ok(await isKnown(manifest, begun.sdk.token));
      await pause(1000);
      assert.equal(begun.sdk.later, undefined);
    } finally {
      begun.sdk.dispose();
    }
  });
  await check("node-agent-sdk, by a wrong password", async () => {
    const { sdk, error } = await begin(setting, { username: user.username, password: "another" });
    assert.ok(error && !sdk.token, String(error));
    sdk.dispose();
  });
  for (const [name, of] of Object.entries({ "an app key": key, "an app key for logins alone": limited })) {
    await check(`node-agent-sdk, by ${name}`, async () => {
      const begun = await begin(setting, values(of));
      begun.sdk.dispose();
      assertLoggedIn(begun);
    });
  }
  await check("node-agent-sdk, by an app key with a wrong secret", async () => {
    const { sdk, error } = await begin(setting, { ...values(key), secret: key.access_token_secret });
    assert.ok(error && !sdk.token, String(error));
    sdk.dispose();
  });
  await check("node-agent-sdk, by OAuth 2 client credentials", async () => {
    const begun = await begin(setting, {
      username: bot.username,
      appKey: oauth2.client_id,
      secret: oauth2.client_secret,
      accessToken: "dummy",
      accessTokenSecret: "dummy",
    });
    begun.sdk.dispose();
    assertLoggedIn(begun);
  });
  await check("node-agent-sdk, by a token that it is given", async () => {
    const first = await begin(setting, { username: user.username, password: user.password });
    first.sdk.dispose();
    const { sdk, error } = await begin(setting, { token: first.sdk.token, userId: first.sdk.userId });
    sdk.dispose();
    assert.match(String(error?.message), /unexpected server response/i);
  });
  await check("node-agent-sdk, by an assertion, which is taken once", async () => {
    const config = await discover(setting, setting.clients.agents);
    const request = once();
    const answer = await authorize(setting, config, request);
    const tokens = await client.authorizationCodeGrant(config, answer, checksOf(request));
    const begun = await begin(setting, { assertion: tokens.id_token });
    begun.sdk.dispose();
    assertLoggedIn(begun);
    assert.ok(await isKnown(manifest, begun.sdk.token));
    const again = await begin(setting, { assertion: tokens.id_token });
    again.sdk.dispose();
    assert.ok(again.error && !again.sdk.token, String(again.error));
  });
  await check("node-agent-sdk, by an assertion that is none", async () => {
    const { sdk, error } = await begin(setting, { assertion: "PHNhbWw+" });
    assert.ok(error && !sdk.token, String(error));
    sdk.dispose();
  });
}
