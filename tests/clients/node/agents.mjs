// Agents and bots log in with the messaging platform's own SDK (sections 6, 7 and 8 of its contract), as it is published. It
// finds its way by the Domain API alone, and speaks https alone. After the login it opens a socket with its bearer, to a
// messaging service of ours that believes no bearer which Signet doesn't know: who is connected is logged in.

import assert from "node:assert/strict";
import { once as event } from "node:events";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { Agent as SDK } from "node-agent-sdk";
import * as client from "openid-client";
import { check } from "../../checks.mjs";
import { authorize, checksOf, discover, once } from "./party.mjs";
import { respond } from "./saml.mjs";
import { messagingService } from "./socket.mjs";

/** Lets the SDK begin, and gives back itself, and the error that it ended with, if any. */
async function begin({ manifest }, credentials) {
  const { base_url, account_id } = manifest.gateway;
  const sdk = new SDK({ accountId: account_id, csdsDomain: new URL(base_url).host, ...credentials });
  const signal = AbortSignal.timeout(20_000);
  const error = await event(sdk, "connected", { signal }).then(
    () => undefined,
    (thrown) => thrown,
  );
  // Whatever comes later is looked at where it matters.
  sdk.on("error", (later) => (sdk.later = later));
  return { sdk, error };
}

/** Who logged in is connected, and is answered. */
async function assertLoggedIn({ sdk, error }, service) {
  assert.equal(error, undefined);
  assert.match(sdk.token, /^[0-9a-f]{64}$/);
  assert.match(sdk.csrf, /^[0-9a-f]{64}$/);
  assert.match(String(sdk.userId), /^[0-9]+$/);
  assert.equal(service.seen.at(-1), sdk.token);
  await assertAnswered(sdk);
}

async function assertAnswered(sdk) {
  const clock = await promisify((done) => sdk.getClock({}, done))();
  assert.ok(Math.abs(clock.currentTime - Date.now()) < 60_000, JSON.stringify(clock));
}

/** A login and a logout without the SDK, which has no logout. */
async function logIn({ gateway }, { username, password }) {
  const url = `${gateway.base_url}/api/account/${gateway.account_id}`;
  const post = (path, body, headers) =>
    fetch(`${url}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const answer = await post("login?v=1.3", { username, password });
  assert.equal(answer.status, 200);
  const { bearer, csrf, config } = await answer.json();
  const cookie = answer.headers.getSetCookie()[0].split(";")[0];
  const logOut = async () => assert.equal((await post("logout", { csrf }, { cookie })).status, 200);
  return { bearer, userId: config.userId, logOut };
}

export async function agents(setting) {
  const { manifest } = setting;
  if (!manifest.gateway.base_url.startsWith("https:")) return;
  const service = await messagingService(manifest);
  try {
    await everyWay(setting, service);
  } finally {
    service.close();
  }
}

async function everyWay(setting, service) {
  const { manifest } = setting;
  const { user, bot, app_key: key, app_key_limited: limited, oauth2 } = manifest.gateway;
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
      await assertLoggedIn(begun, service);
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
      await assertLoggedIn(begun, service).finally(() => begun.sdk.dispose());
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
    await assertLoggedIn(begun, service).finally(() => begun.sdk.dispose());
  });
  await check("node-agent-sdk, by a token that it is given, until its session ends", async () => {
    const { bearer: token, userId, logOut } = await logIn(manifest, user);
    const { sdk, error } = await begin(setting, { token, userId });
    try {
      assert.equal(error, undefined);
      assert.equal(service.seen.at(-1), token);
      await assertAnswered(sdk);
    } finally {
      sdk.dispose();
    }
    await logOut();
    const wrong = { "one whose session has ended": token, "one that nobody has": "0".repeat(64) };
    for (const [name, token] of Object.entries(wrong)) {
      const { sdk, error } = await begin(setting, { token, userId });
      sdk.dispose();
      assert.match(String(error?.message), /unexpected server response \(401\)/i, name);
    }
  });
  await check("node-agent-sdk, by an assertion, which is taken once", async () => {
    const config = await discover(setting, setting.clients.agents);
    const request = once();
    const answer = await authorize(setting, config, request);
    const tokens = await client.authorizationCodeGrant(config, answer, checksOf(request));
    const begun = await begin(setting, { assertion: tokens.id_token });
    await assertLoggedIn(begun, service).finally(() => begun.sdk.dispose());
    const again = await begin(setting, { assertion: tokens.id_token });
    again.sdk.dispose();
    assert.ok(again.error && !again.sdk.token, String(again.error));
  });
  await check("node-agent-sdk, by an assertion that is none", async () => {
    const { sdk, error } = await begin(setting, { assertion: "PHNhbWw+" });
    assert.ok(error && !sdk.token, String(error));
    sdk.dispose();
  });
  await check("node-agent-sdk, by a SAML response as assertion, which is taken once", async () => {
    const { base_url, account_id } = manifest.gateway;
    const connection = setting.clients.saml.name;
    const response = (loginName) =>
      respond({
        key: readFileSync(join(dirname(manifest.ca_file), "certificate.key")),
        audience: connection,
        acs: `${base_url}/api/account/${account_id}/login/callback?connection=${connection}`,
        loginName,
      });
    const assertion = response(user.username);
    const begun = await begin(setting, { assertion });
    await assertLoggedIn(begun, service).finally(() => begun.sdk.dispose());
    const changed = Buffer.from(assertion, "base64").toString().replaceAll(`>${user.username}<`, `>${bot.username}<`);
    const wrong = {
      "the same again": assertion,
      "another name than was signed": Buffer.from(changed).toString("base64"),
      "a name that nobody has": response("nobody"),
    };
    for (const [name, assertion] of Object.entries(wrong)) {
      const { sdk, error } = await begin(setting, { assertion });
      sdk.dispose();
      assert.ok(error && !sdk.token, `${name}: ${error}`);
    }
  });
}
