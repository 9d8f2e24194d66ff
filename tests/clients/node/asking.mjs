// What a request may ask of the provider: silence, a fresh login, and single claims.

import assert from "node:assert/strict";
import * as client from "openid-client";
import { check, refused } from "../../checks.mjs";
import { Browser } from "./browser.mjs";
import { checksOf, discover, once, open, parametersOf } from "./party.mjs";

export async function asking(setting) {
  const { manifest, clients } = setting;
  const [consumer] = manifest.consumers;
  const config = await discover(setting, clients.basic);
  const isError = (name) => (error) => error.error === name;
  const ask = async (browser, extra) => {
    const request = once();
    const url = client.buildAuthorizationUrl(config, await parametersOf(setting, request, { scope: "openid", ...extra }));
    const answer = await open(setting, url, browser);
    return client.authorizationCodeGrant(config, answer, { ...checksOf(request), maxAge: extra.max_age });
  };

  const browser = new Browser(manifest.issuer);
  await refused("prompt=none: nobody is there", () => ask(browser, { prompt: "none" }), isError("login_required"));
  await check("prompt=none: after a login", async () => {
    const first = (await ask(browser, {})).claims();
    const second = (await ask(browser, { prompt: "none" })).claims();
    assert.equal(second.sid, first.sid);
    assert.equal(second.auth_time, first.auth_time);
  });
  await check("max_age: the login is fresh enough", async () => {
    const { auth_time } = (await ask(browser, { max_age: 3600 })).claims();
    assert.equal(typeof auth_time, "number");
  });
  await check("prompt=login: another login", async () => {
    const { sub } = (await ask(browser, { prompt: "login", max_age: 0 })).claims();
    assert.equal(sub, consumer.sub);
  });
  await check("claims: one in the id_token, one at userinfo", async () => {
    const claims = { id_token: { email: null, acr: null }, userinfo: { given_name: { essential: true } } };
    const tokens = await ask(browser, { claims: JSON.stringify(claims) });
    assert.equal(tokens.claims().email, consumer.username);
    assert.equal(typeof tokens.claims().acr, "string");
    const info = await client.fetchUserInfo(config, tokens.access_token, consumer.sub);
    assert.equal(typeof info.given_name, "string");
    assert.equal(info.email, undefined);
  });
  await refused(
    "claims: another consumer than the one that is there",
    () => ask(browser, { prompt: "none", claims: JSON.stringify({ id_token: { sub: { value: manifest.consumers[1].sub } } }) }),
    isError("login_required"),
  );
}
