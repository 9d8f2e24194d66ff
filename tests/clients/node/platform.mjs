// The messaging platform's way (sections 1.3 to 1.5 and 1.8 of its contract): its external window leaves out most of an
// authorization request, and its server knows nothing but the pasted key and the connector's fields.

import assert from "node:assert/strict";
import { Browser } from "./browser.mjs";
import { check, refused } from "../../checks.mjs";
import { assertEngagement, pastedKey, verify, withOtherClaims } from "./tokens.mjs";

const LIVEPERSON = "https://liveperson.net";

async function ask({ manifest }, redirectUri, parameters) {
  const url = new URL(`${manifest.issuer}/authorize`);
  url.search = new URLSearchParams({ redirect_uri: redirectUri, ...parameters });
  const answer = await new Browser(manifest.issuer).authorize(url, redirectUri, manifest.consumers[0]);
  return new URLSearchParams(answer.search || answer.hash.slice(1));
}

async function assertIdentity({ manifest }, token, audience) {
  const claims = await verify(token, await pastedKey(manifest.issuer), manifest.issuer, audience);
  assert.equal(claims.sub, manifest.consumers[0].sub);
  assert.equal(claims.email, manifest.consumers[0].username);
  assertEngagement(claims);
}

export async function platform(setting) {
  const { manifest } = setting;
  const { platform_implicit: implicit, platform_code: code } = manifest.clients;
  const window = implicit.redirect_uris[0];

  await check("platform, implicit: an id_token without nonce or scope", async () => {
    const answer = await ask(setting, window, { response_type: "id_token", client_id: implicit.client_id });
    setting.platformToken = answer.get("id_token");
    await assertIdentity(setting, setting.platformToken, implicit.client_id);
  });
  await check("platform, implicit: without client_id", async () => {
    const answer = await ask(setting, window, { response_type: "id_token" });
    await assertIdentity(setting, answer.get("id_token"), implicit.client_id);
  });
  await check("platform, implicit: the old response_type=token", async () => {
    const answer = await ask(setting, window, { response_type: "token", client_id: implicit.client_id });
    await assertIdentity(setting, answer.get("id_token"), implicit.client_id);
  });
  await refused("platform, implicit: a token that was altered", async () => {
    const altered = withOtherClaims(setting.platformToken, { sub: "somebody-else" });
    await verify(altered, await pastedKey(manifest.issuer), manifest.issuer, implicit.client_id);
  });
  const redeem = async (parameters, redirectUri) => {
    const answer = await ask(setting, code.redirect_uris[0], { response_type: "code", ...parameters });
    const form = { grant_type: "authorization_code", code: answer.get("code"), redirect_uri: redirectUri };
    const response = await fetch(`${manifest.issuer}/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${code.client_id}:${code.client_secret}`)}` },
      body: new URLSearchParams(form),
    });
    const body = await response.json();
    assert.equal(response.status, 200, JSON.stringify(body));
    await assertIdentity(setting, body.id_token, code.client_id);
  };
  await check("platform, code: redeemed with the redirect_uri that was asked with", () =>
    redeem({ client_id: code.client_id }, code.redirect_uris[0]),
  );
  await check(`platform, code: from an embedded window, redeemed with ${LIVEPERSON}`, () =>
    redeem({ client_id: code.client_id }, LIVEPERSON),
  );
  await check("platform, code: without client_id", () => redeem({}, code.redirect_uris[0]));
}
