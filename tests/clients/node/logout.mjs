// A client ends the session (OpenID Connect RP-Initiated Logout), and is told of its end, as all clients of it are
// (OpenID Connect Back-Channel Logout).

import assert from "node:assert/strict";
import { once as event } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import * as jose from "jose";
import * as client from "openid-client";
import { check, refused } from "../../checks.mjs";
import { Browser } from "./browser.mjs";
import { checksOf, discover, once, open, parametersOf } from "./party.mjs";
import { publishedKeys } from "./tokens.mjs";

/** The logout token that comes to this address. Outside of tests it is an https one. */
async function receive(address) {
  const { hostname, port, pathname } = new URL(address);
  const server = createServer().listen(port, hostname);
  await event(server, "listening");
  const token = event(server, "request").then(async ([request, response]) => {
    assert.equal(request.url, pathname);
    const form = new URLSearchParams(await text(request));
    response.end();
    server.close();
    return form.get("logout_token");
  });
  return { token };
}

export async function loggingOut(setting) {
  const { manifest, clients } = setting;
  const { client_id: audience, backchannel_logout_uri, post_logout_redirect_uris } = clients.leaving;
  const [goodbye] = post_logout_redirect_uris;
  const config = await discover(setting, clients.leaving);
  const browser = new Browser(manifest.issuer);
  const request = once();
  const answer = await open(setting, client.buildAuthorizationUrl(config, await parametersOf(setting, request)), browser);
  const tokens = await client.authorizationCodeGrant(config, answer, checksOf(request));
  const { token } = await receive(backchannel_logout_uri);

  await check("logout: the browser comes back", async () => {
    const state = client.randomState();
    const parameters = { id_token_hint: tokens.id_token, post_logout_redirect_uri: goodbye, state };
    const back = await browser.authorize(client.buildEndSessionUrl(config, parameters), goodbye, {});
    assert.equal(back.searchParams.get("state"), state);
  });
  await check("logout: the client is told, by a token of the session", async () => {
    const requiredClaims = ["iat", "exp", "jti", "sid", "events"];
    const options = { issuer: manifest.issuer, audience, typ: "logout+jwt", requiredClaims };
    const { payload } = await jose.jwtVerify(await token, publishedKeys(config.serverMetadata()), options);
    assert.deepEqual(payload.events, { "http://schemas.openid.net/event/backchannel-logout": {} });
    assert.equal(payload.sid, tokens.claims().sid);
    assert.equal(payload.sub, tokens.claims().sub);
    assert.equal(payload.nonce, undefined);
  });
  await refused("logout: tokens of the session work no more", () =>
    client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub),
  );
}
