// The platform's consumer side from outside the process, section by section of its contract: connectors (3), messaging without
// a login (4), and the identity service (5). Each endpoint is asked as a window, an app or a program asks it, by HTTP alone.

import assert from "node:assert/strict";
import { createHash, generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import * as jose from "jose";
import WebSocket from "websocket";
import { check } from "../../checks.mjs";
import { Browser } from "./browser.mjs";
import { withOtherClaims, withOtherSignature } from "./tokens.mjs";

const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const HEX = /^[0-9a-f]{64}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** What a gateway calls itself in what it signs for consumers. */
const IDP = "https://idp.liveperson.net";

/** The platform, as whoever has its address meets it. */
class Platform {
  constructor({ base_url, account_id }) {
    this.base = base_url;
    this.account = `${base_url}/api/account/${account_id}`;
    this.keys = jose.createRemoteJWKSet(new URL(`${base_url}/idp/well-known/jwks`));
  }

  async ask(url, { method = "POST", json, form, ...headers } = {}) {
    const type = json ? "application/json" : form && "application/x-www-form-urlencoded";
    const response = await fetch(url, {
      method,
      headers: { ...(type ? { "content-type": type } : {}), ...headers },
      body: json ? JSON.stringify(json) : form && new URLSearchParams(form),
    });
    const text = await response.text();
    const body = /json/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : text;
    return { status: response.status, headers: response.headers, body };
  }

  authenticate(path, json) {
    return this.ask(`${this.account}/${path}`, { json });
  }

  /** A token of the platform's own for a consumer (5.3), verified by what it publishes. */
  async internal(token, account) {
    const options = { issuer: IDP, audience: `acc:${account}`, algorithms: ["RS256"], requiredClaims: ["sub", "exp", "iat"] };
    const { payload, protectedHeader } = await jose.jwtVerify(token, this.keys, options);
    assert.deepEqual([protectedHeader.alg, protectedHeader.typ], ["RS256", "JWT"]);
    assert.ok(Number.isInteger(payload.exp) && Number.isInteger(payload.iat));
    return payload;
  }
}

/** What a brand's page has for the platform: what comes back from the brand's login, in whichever way. */
async function fromBrand({ manifest }, client, parameters) {
  const url = new URL(`${manifest.issuer}/authorize`);
  const redirect_uri = client.redirect_uris[0];
  url.search = new URLSearchParams({ redirect_uri, client_id: client.client_id, scope: "openid", ...parameters });
  const answer = await new Browser(manifest.issuer).authorize(url, redirect_uri, manifest.consumers[0]);
  return new URLSearchParams(answer.search || answer.hash.slice(1));
}

/** `{"internalErrorCode"}` (5.5). */
function assertInternalError({ status, body, headers }, code) {
  assert.equal(status, 500, JSON.stringify(body));
  assert.deepEqual(body, { internalErrorCode: code });
  assert.equal(headers.get("cache-control"), "no-store");
}

/** The platform's own error (7.3). */
function assertError({ status, body }, expected, code) {
  assert.equal(status, expected, JSON.stringify(body));
  assert.deepEqual(Object.keys(body.error).sort(), ["internalCode", "message", "responseStatus", "time"]);
  assert.equal(body.error.internalCode, code);
}

/** What the window is told (1.4). */
function assertRejected({ status, body }) {
  assert.equal(status, 401, JSON.stringify(body));
  const { time, ...rest } = body.error;
  assert.ok(!Number.isNaN(Date.parse(time)), time);
  assert.deepEqual(rest, { message: "Failed to validate user with customer authentication service", internalCode: 10 });
}

/** The error of the API for connectors (5.6). */
function assertSendError({ status, body }, expected, code) {
  assert.equal(status, expected, JSON.stringify(body));
  assert.deepEqual([body.kind, body.code, body.type, body.body.errorCode], ["resp", expected, ".ReqBody$ErrorResp", code]);
  assert.ok(body.body.title && body.body.details);
}

export async function contract(setting) {
  const platform = new Platform(setting.manifest.gateway);
  await connectors(setting, platform);
  await anonymous(setting, platform);
  await identity(setting, platform);
  await programs(setting, platform);
  await delegation(setting, platform);
  await socket(setting, platform);
}

/** The bearer of somebody who works in the account. */
async function bearer(platform, { username, password }) {
  const { body } = await platform.ask(`${platform.account}/login?v=1.3`, { json: { username, password } });
  return { authorization: `Bearer ${body.bearer}` };
}

/** Section 3: the connector as the platform keeps it. */
async function connectors({ manifest }, platform) {
  const { admin, user } = manifest.gateway;
  const { issuer } = manifest;
  const list = `${platform.account}/configuration/le-connectors/connectors`;
  const allowed = await bearer(platform, admin);
  const configuration = {
    issuer,
    issuerDisplayName: "Brand",
    authorizationEndpoint: `${issuer}/authorize`,
    tokenEndpoint: `${issuer}/token`,
    clientId: "lp-messaging",
    clientSecret: "a secret of the contract's",
    jwtValidationType: "JWKS_ENDPOINT",
    jwksEndpoint: `${issuer}/jwks`,
    jwtPublicKey: null,
    pkceEnabled: true,
    rfcCompliance: true,
    jsMethodName: "lpGetAuthenticationToken",
    jsContext: "window",
    acrValues: ["loa1"],
    preferred: false,
  };
  const wanted = (changes = {}, rest = {}) => ({
    ...{ name: "contract", type: "code", enabled: true, ...rest },
    configuration: { ...configuration, ...changes },
  });

  await check("contract 3: a connector is made, read, changed and deleted, and its secret never told", async () => {
    const made = await platform.ask(`${list}?v=2.0`, { json: wanted(), ...allowed });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const one = `${list}/${made.body.id}?v=2.0`;
    const read = await platform.ask(one, { method: "GET", ...allowed });
    const { clientSecret, jwtPublicKey, ...kept } = configuration;
    for (const [name, value] of Object.entries(kept)) assert.deepEqual(read.body.configuration[name], value, name);
    const { body: all } = await platform.ask(`${list}?v=2.0`, { method: "GET", ...allowed });
    assert.ok(all.some((it) => it.id === made.body.id));
    for (const shown of [made.body, read.body, all]) assert.ok(!JSON.stringify(shown).includes(clientSecret));
    const { body: selected } = await platform.ask(`${list}?v=2.0&select=id,name`, { method: "GET", ...allowed });
    assert.ok(selected.every((it) => Object.keys(it).sort().join() === "id,name"));

    const changed = wanted({ pkceEnabled: false, clientSecret: undefined, jsMethodName: "lpMethods.getToken" });
    const put = await platform.ask(one, { method: "PUT", json: changed, ...allowed });
    assert.equal(put.status, 200, JSON.stringify(put.body));
    assert.deepEqual([put.body.configuration.pkceEnabled, put.body.configuration.jsMethodName], [false, "lpMethods.getToken"]);
    assert.equal((await platform.ask(one, { method: "DELETE", ...allowed })).status, 204);
    assertError(await platform.ask(one, { method: "GET", ...allowed }), 404, 2);
  });
  await check("contract 3: what the rules forbid is refused", async () => {
    const key = (modulusLength) => generateKeyPairSync("rsa", { modulusLength }).publicKey;
    const lineOf = (key) => key.export({ type: "spki", format: "der" }).toString("base64");
    const good = key(2048);
    const line = lineOf(good);
    const byKey = (jwtPublicKey) => ({ jwtValidationType: "JWT_PUBLIC_KEY", jwksEndpoint: null, jwtPublicKey });
    const refused = [
      ["pkceEnabled", wanted({ tokenEndpoint: null, clientSecret: undefined }, { type: "implicit" })],
      ["tokenEndpoint", wanted({ tokenEndpoint: null })],
      ["clientSecret", wanted({ clientSecret: undefined })],
      // Neither of the two keys, and both.
      ["jwksEndpoint", wanted({ jwksEndpoint: null })],
      ["jwtPublicKey", wanted({ jwtPublicKey: line })],
      // Too weak, with its BEGIN line, and without a character.
      ["jwtPublicKey", wanted(byKey(lineOf(key(1024))))],
      ["jwtPublicKey", wanted(byKey(good.export({ type: "spki", format: "pem" })))],
      ["jwtPublicKey", wanted(byKey(line.slice(1)))],
      ["authorizationEndpoint", wanted({ authorizationEndpoint: "javascript:alert(1)" })],
      ["tokenEndpoint", wanted({ tokenEndpoint: "http://idp.brand.example/token" })],
      ["jsMethodName", wanted({ jsMethodName: "not a name" })],
    ];
    for (const [field, json] of refused) {
      const answer = await platform.ask(`${list}?v=2.0`, { json, ...allowed });
      assert.equal(answer.status, 400, `${field}: ${JSON.stringify(answer.body)}`);
      assert.equal(answer.body.error.internalCode, 1, field);
      assert.ok(answer.body.error.message.includes(field), `${field}: ${answer.body.error.message}`);
    }
  });
  await check("contract 3: nobody without the right comes to connectors", async () => {
    assertError(await platform.ask(`${list}?v=2.0`, { method: "GET" }), 401, 3);
    const agent = await bearer(platform, user);
    assertError(await platform.ask(`${list}?v=2.0`, { json: wanted(), ...agent }), 403, 4);
  });
}

/** Section 4: messaging without a login. */
async function anonymous({ manifest }, platform) {
  const { account_id: account, connectors: ids } = manifest.gateway;
  const authorize = `${platform.account}/anonymous/authorize`;
  const exchange = `app/${ids.anonymous}/authenticate?v=3.0`;
  const external = (token) => jose.decodeJwt(token);

  await check("contract 4.2: an anonymous token for ten minutes, exchanged, and refreshed as the same identity", async () => {
    const { status, body } = await platform.ask(authorize, { "content-type": "application/json" });
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(Object.keys(body), ["token"]);
    const first = external(body.token);
    assert.equal(first.exp - first.iat, 600);

    const exchanged = await platform.authenticate(exchange, { id_token: body.token });
    assert.equal(exchanged.status, 200, JSON.stringify(exchanged.body));
    assert.deepEqual(Object.keys(exchanged.body), ["token"]);
    const inside = await platform.internal(exchanged.body.token, account);
    assert.match(inside.sub, UUID);
    assert.ok(!("lp.ext" in inside) && inside.jti);

    const refreshed = await platform.ask(authorize, { json: { id_token: body.token } });
    assert.equal(refreshed.status, 200, JSON.stringify(refreshed.body));
    const again = await platform.authenticate(exchange, { id_token: refreshed.body.token });
    assert.equal((await platform.internal(again.body.token, account)).sub, inside.sub);

    const { body: other } = await platform.ask(authorize);
    assert.notEqual(external(other.token).sub, first.sub);
  });
  await check("contract 4.2: what no anonymous token is, is neither refreshed nor exchanged", async () => {
    const { body } = await platform.ask(authorize);
    const { body: inside } = await platform.authenticate(exchange, { id_token: body.token });
    const forged = [withOtherSignature(body.token), withOtherClaims(body.token, { sub: crypto.randomUUID() }), inside.token, "no.token.here", ""];
    for (const id_token of forged) {
      assertInternalError(await platform.ask(authorize, { json: { id_token } }), "9007");
      assertInternalError(await platform.authenticate(exchange, { id_token }), "9007");
    }
    assertError(await platform.authenticate(exchange, {}), 400, 1);
    assertError(await platform.ask(authorize, { "content-type": "application/json", json: undefined, method: "GET" }), 405, 1);
  });
  await check("contract 4.3: the old sign-up gives a token at once", async () => {
    const { status, body } = await platform.ask(`${platform.account}/signup`);
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(Object.keys(body), ["jwt"]);
    const { sub, jti } = await platform.internal(body.jwt, account);
    assert.match(sub, UUID);
    assert.ok(jti);
  });
  await check("contract 4.4: step-up makes the anonymous identity the consumer's, once", async () => {
    const { body: before } = await platform.ask(authorize);
    const { platform_implicit: client } = manifest.clients;
    const token = async () => (await fromBrand({ manifest }, client, { response_type: "id_token", nonce: "n" })).get("id_token");
    const path = `app/${ids.implicit}/authenticate?v=3.0`;
    const stepped = await platform.authenticate(path, { id_token: await token(), anonymous_token: before.token });
    const inside = await platform.internal(stepped.body.token, account);
    assert.match(inside.sub, HEX);
    assert.ok(inside["lp.ext"].anonymous_subs.includes(external(before.token).sub));
    // Nobody's own any more.
    assertInternalError(await platform.ask(authorize, { json: { id_token: before.token } }), "9007");
  });
}

/** Sections 5.1 to 5.5: a brand's token or code for the platform's. */
async function identity({ manifest, clients }, platform) {
  const { account_id: account, connectors: ids } = manifest.gateway;
  const { platform_implicit: implicit, platform_code: code, platform_encrypted: encrypted } = manifest.clients;
  const [consumer] = manifest.consumers;
  const idToken = async (client = implicit) =>
    (await fromBrand({ manifest }, client, { response_type: "id_token", nonce: "n" })).get("id_token");
  const codeFor = async (parameters = {}) => (await fromBrand({ manifest }, code, { response_type: "code", ...parameters })).get("code");
  const challenged = { code_challenge: CHALLENGE, code_challenge_method: "S256" };
  const byConnector = (id) => `app/${id}/authenticate?v=3.0`;
  const redirect_uri = code.redirect_uris[0];

  /** The consumer's token, as 5.3 has it. */
  const assertConsumer = async (token) => {
    const inside = await platform.internal(token, account);
    const hash = createHash("sha256").update(`${account}\0${manifest.issuer}\0${consumer.sub}`).digest("hex");
    assert.equal(inside.sub, hash);
    const { sub, iss, lp_sdes } = inside["lp.ext"];
    assert.deepEqual([sub, iss], [consumer.sub, manifest.issuer]);
    assert.match(lp_sdes, /^[0-9a-f]+$/);
    return inside;
  };

  await check("contract 5.1: an id_token by the connector, v=3.0; the platform's ends with the brand's", async () => {
    const id_token = await idToken();
    const { status, body } = await platform.authenticate(byConnector(ids.implicit), { id_token });
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(Object.keys(body), ["token"]);
    assert.equal((await assertConsumer(body.token)).exp, jose.decodeJwt(id_token).exp);
  });
  await check("contract 5.1: an encrypted id_token", async () => {
    const id_token = await idToken(encrypted);
    assert.equal(id_token.split(".").length, 5);
    const { kid } = manifest.gateway.encryption_key;
    const { alg, kid: named } = jose.decodeProtectedHeader(id_token);
    assert.deepEqual([alg, named], ["RSA-OAEP-256", kid]);
    const { body } = await platform.authenticate(byConnector(ids.encrypted), { id_token });
    await assertConsumer(body.token);
    assertInternalError(await platform.authenticate(byConnector(ids.encrypted), { id_token: withOtherSignature(id_token) }), "9012");
  });
  await check("contract 5.1: a code by the connector, with its redirect_uri, and with the platform's where none is named", async () => {
    const named = await platform.authenticate(byConnector(ids.code), { code: await codeFor(), redirect_uri });
    assert.equal(named.status, 200, JSON.stringify(named.body));
    await assertConsumer(named.body.token);
    const plain = await platform.authenticate(byConnector(ids.code), { code: await codeFor() });
    await assertConsumer(plain.body.token);
  });
  await check("contract 5.1: a code with PKCE, and not without its verifier", async () => {
    const ask = async (code_verifier) =>
      platform.authenticate(byConnector(ids.code_pkce), { code: await codeFor(challenged), redirect_uri, code_verifier });
    await assertConsumer((await ask(VERIFIER)).body.token);
    assertRejected(await ask(undefined));
    assertRejected(await ask("x".repeat(43)));
    assertError(await ask("too short"), 400, 1);
  });
  await check("contract 5.1: authCode in the oldest way, and what apps send, through the preferred connector", async () => {
    const oldest = await platform.authenticate("authenticate", { authCode: await codeFor(challenged), redirect_uri, code_verifier: VERIFIER });
    assert.equal(oldest.status, 200, JSON.stringify(oldest.body));
    assert.deepEqual(Object.keys(oldest.body), ["jwt"]);
    await assertConsumer(oldest.body.jwt);
    const app = await platform.authenticate("app/default/authenticate?v=2.0", {
      ...{ authCode: await codeFor(challenged), redirect_uri, code_verifier: VERIFIER },
    });
    await assertConsumer(app.body.jwt);
    assert.equal(app.body.jwt, app.body.token);
  });
  await check("contract 5.2: a token that proves nothing is 9007", async () => {
    const good = await idToken();
    const now = Math.floor(Date.now() / 1000);
    const { privateKey } = await jose.generateKeyPair("RS256");
    const { kid } = jose.decodeProtectedHeader(good);
    const foreign = await new jose.SignJWT(jose.decodeJwt(good)).setProtectedHeader({ alg: "RS256", typ: "JWT", kid }).sign(privateKey);
    const bad = {
      "altered": withOtherClaims(good, { sub: "somebody-else" }),
      "another signature": withOtherSignature(good),
      "longer than it lives": withOtherClaims(good, { exp: now + 1e6 }),
      "another's key under the same kid": foreign,
      "another client's": await idToken({ client_id: clients.basic.client_id, redirect_uris: [clients.redirect_uri] }),
      "not a token": "x",
    };
    for (const [what, id_token] of Object.entries(bad)) {
      const answer = await platform.authenticate(byConnector(ids.implicit), { id_token });
      assert.deepEqual([answer.status, answer.body], [500, { internalErrorCode: "9007" }], what);
    }
  });
  await check("contract 5.5: a code is worth something once; nothing ends the consumer's session", async () => {
    const once = await codeFor();
    const first = await platform.authenticate(byConnector(ids.code), { code: once, redirect_uri });
    assert.equal(first.status, 200, JSON.stringify(first.body));
    assertRejected(await platform.authenticate(byConnector(ids.code), { code: once, redirect_uri }));
    assertRejected(await platform.authenticate(byConnector(ids.code), { code: "nobody's", redirect_uri }));
    assertRejected(await platform.authenticate(byConnector(ids.code), { code: await codeFor(), redirect_uri: "https://elsewhere.example/" }));
  });
  await check("contract 5.5: wrong bodies, versions, connectors and accounts are told apart", async () => {
    const id_token = await idToken();
    assertError(await platform.authenticate(`app/${ids.implicit}/authenticate?v=9.9`, { id_token }), 400, 1);
    assertError(await platform.authenticate(byConnector(ids.implicit), {}), 400, 1);
    assertError(await platform.authenticate(byConnector(ids.implicit), { code: "x" }), 400, 1);
    assertError(await platform.authenticate(byConnector(ids.code), { id_token }), 400, 1);
    assertError(await platform.ask(`${platform.account}/${byConnector(ids.implicit)}`, { "content-type": "application/json" }), 400, 1);
    assertError(await platform.authenticate(byConnector("nobody-s"), { id_token }), 404, 2);
    assertError(await platform.ask(`${platform.base}/api/account/nobody-s/signup`), 404, 6);
  });
  await check("contract 5: a window may ask from a page of any origin", async () => {
    const url = `${platform.account}/authenticate`;
    const asked = await platform.ask(url, {
      method: "OPTIONS",
      ...{ origin: "https://shop.example", "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
    });
    assert.equal(asked.status, 204);
    const answer = await platform.ask(url, { json: {}, origin: "https://shop.example" });
    assert.equal(answer.headers.get("access-control-allow-origin"), "*");
    assert.equal(answer.headers.get("access-control-allow-credentials"), null);
  });
  await check("contract 5.1, delegation: the callback lets in nobody who isn't awaited, and says no more", async () => {
    const { status, headers, body } = await platform.ask(
      `${platform.base}/callback/${account}/redirectCode?code=stolen&state=nobody-s`,
      { method: "GET" },
    );
    assert.equal(status, 400);
    assert.match(headers.get("content-type"), /^text\/html/);
    assert.ok(!body.includes("stolen"));
  });
}

/** Section 5.6 and `consumer` of 5.1: programs, and whom they speak for. */
async function programs({ manifest, clients }, platform) {
  const { account_id: account } = manifest.gateway;
  const { client_id, client_secret } = clients.sentinel;
  const paths = [`sentinel/api/account/${account}/app/token?v=1.0`, `sentinel/api/v2/account/${account}/app/token`];
  const form = { client_id, client_secret, grant_type: "client_credentials" };
  const keys = jose.createRemoteJWKSet(new URL(`${platform.base}/sentinel/well-known/jwks`));
  const ask = (path, form) => platform.ask(`${platform.base}/${path}`, { form });

  await check("contract 5.6: an app's token by both paths, verified by the published set", async () => {
    const { grant_type, ...rest } = form;
    const answers = [await ask(paths[0], form), await ask(paths[1], form), await ask(`${paths[0]}&grant_type=${grant_type}`, rest)];
    for (const { status, body } of answers) {
      assert.equal(status, 200, JSON.stringify(body));
      assert.equal(body.token_type, "Bearer");
      const { payload, protectedHeader } = await jose.jwtVerify(body.access_token, keys, { issuer: "Sentinel", audience: account });
      assert.match(protectedHeader.kid, /^appjwt-\d\d-\d\d-\d\d$/);
      assert.deepEqual([protectedHeader.alg, protectedHeader.typ], ["RS256", "JWT"]);
      assert.deepEqual([payload.azp, payload.scope, payload.exp - payload.iat], [client_id, "msg.consumer", 3600]);
    }
  });
  await check("contract 5.6: who may not gets none, in OAuth's own words", async () => {
    for (const [changes, status, error] of [
      [{ client_secret: "another" }, 401, "invalid_client"],
      [{ client_id: "nobody" }, 401, "invalid_client"],
      [{ grant_type: "password" }, 400, "unsupported_grant_type"],
      [{ scope: "orders.read" }, 400, "invalid_scope"],
    ]) {
      const answer = await ask(paths[1], { ...form, ...changes });
      assert.deepEqual([answer.status, answer.body.error], [status, error], JSON.stringify(changes));
    }
  });
  const consumer = (json, headers) => platform.ask(`${platform.account}/consumer?v=1.0`, { json, ...headers });
  await check("contract 5.1: a program's token for its consumer, 201", async () => {
    const { body: app } = await ask(paths[1], form);
    const speak = (name) => consumer({ ext_consumer_id: name }, { authorization: app.access_token });
    const { status, body } = await speak("customer 7");
    assert.equal(status, 201, JSON.stringify(body));
    assert.deepEqual(Object.keys(body), ["token"]);
    const { payload } = await jose.jwtVerify(body.token, keys);
    assert.deepEqual([payload.account_id, payload.ext_consumer_id], [account, "customer 7"]);
    assert.match(payload.lp_consumer_id, HEX);
    const [again, other] = [await speak("customer 7"), await speak("customer 8")].map((it) => jose.decodeJwt(it.body.token));
    assert.equal(again.lp_consumer_id, payload.lp_consumer_id);
    assert.notEqual(other.lp_consumer_id, payload.lp_consumer_id);
  });
  await check("contract 5.6: errors of the API for connectors have its own codes", async () => {
    const { body: app } = await ask(paths[1], form);
    assertSendError(await consumer({ ext_consumer_id: "x" }), 401, 40105);
    assertSendError(await consumer({ ext_consumer_id: "x" }, { authorization: withOtherSignature(app.access_token) }), 401, 40102);
    assertSendError(await consumer({}, { authorization: app.access_token }), 400, 40001);
    assertSendError(await consumer({ ext_consumer_id: 7 }, { authorization: app.access_token }), 400, 40001);
  });
}

/** Section 1.15 and the callback of 5.1: a bot acts for a consumer at their brand. */
async function delegation({ manifest, clients }, platform) {
  const { issuer, gateway, consumers: [consumer, other] } = manifest;
  const { sentinel, delegated: client } = clients;
  const allowed = await bearer(platform, gateway.admin);
  const list = `${platform.account}/configuration/le-connectors/connectors`;
  const configuration = {
    ...{ issuer, issuerDisplayName: "Brand", authorizationEndpoint: `${issuer}/authorize`, tokenEndpoint: `${issuer}/token` },
    ...{ clientId: client.client_id, clientSecret: client.client_secret },
    ...{ jwtValidationType: "JWT_PUBLIC_KEY", jwtPublicKey: "CONSUMER_DELEGATION", jwksEndpoint: null },
    ...{ pkceEnabled: true, rfcCompliance: true, preferred: false },
  };
  const made = await platform.ask(`${list}?v=2.0`, {
    json: { name: "delegation", type: "code", enabled: true, configuration },
    ...allowed,
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const { client_id, client_secret } = sentinel;
  const form = { client_id, client_secret, grant_type: "client_credentials" };
  const { body: app } = await platform.ask(`${platform.base}/sentinel/api/v2/account/${gateway.account_id}/app/token`, { form });
  const program = { authorization: app.access_token };

  const path = `${platform.account}/app/${made.body.id}/delegation`;
  const begin = async () => {
    const { status, body } = await platform.ask(path, { json: { scope: "openid offline_access" }, ...program });
    assert.equal(status, 201, JSON.stringify(body));
    assert.ok(body.url.startsWith(`${platform.base}/callback/${gateway.account_id}/begin?`), body.url);
    return body;
  };
  const fetchTokens = ({ delegation_id }) => platform.ask(`${path}/${delegation_id}/tokens`, { json: {}, ...program });

  await check("contract 1.15: a consumer lets a bot in, which acts for them at the brand, by tokens that it fetches once", async () => {
    const begun = await begin();
    assert.deepEqual((({ status, body }) => [status, body])(await fetchTokens(begun)), [202, { status: "pending" }]);
    const { html } = await new Browser(issuer).decide(begun.url, consumer, "closing-done");
    assert.match(html, /<script src="\/assets\/close\.[^"]+\.js"/);
    const { status, body: tokens } = await fetchTokens(begun);
    assert.equal(status, 200, JSON.stringify(tokens));
    assert.ok(!("id_token" in tokens) && tokens.access_token && tokens.refresh_token, Object.keys(tokens).join());
    assert.equal((await fetchTokens(begun)).status, 404);

    // The brand knows them for the consumer's.
    const userinfo = async (token) =>
      (await platform.ask(`${issuer}/userinfo`, { method: "GET", authorization: `Bearer ${token}` })).body;
    assert.equal((await userinfo(tokens.access_token)).sub, consumer.sub);
    const again = await platform.ask(`${issuer}/token`, {
      form: { grant_type: "refresh_token", refresh_token: tokens.refresh_token },
      authorization: `Basic ${Buffer.from(`${client.client_id}:${client.client_secret}`).toString("base64")}`,
    });
    assert.equal(again.status, 200, JSON.stringify(again.body));
    assert.equal((await userinfo(again.body.access_token)).sub, consumer.sub);
  });
  await check("contract 1.15: an answer counts in the browser alone that went for it, and once", async () => {
    const begun = await begin();
    const callback = client.redirect_uris[0];
    const answer = await new Browser(issuer).authorize(begun.url, callback, other);
    const stranger = await platform.ask(answer, { method: "GET" });
    assert.deepEqual([stranger.status, stranger.body.includes("closing-done")], [400, false]);
    assert.equal((await fetchTokens(begun)).status, 202);
    const browser = new Browser(issuer);
    const own = await begin();
    const back = await browser.authorize(own.url, callback, other);
    await browser.decide(back, other, "closing-done");
    await assert.rejects(browser.decide(back, other, "closing-done"), /400 at/);
    assert.equal((await fetchTokens(own)).status, 200);
  });
  await check("contract 1.15: a consumer who says no leaves the bot nothing", async () => {
    const begun = await begin();
    await new Browser(issuer).decide(begun.url, { ...manifest.consumers[2], decision: "deny" }, "closing-done");
    assert.equal((await fetchTokens(begun)).status, 404);
  });
  assert.equal((await platform.ask(`${list}/${made.body.id}?v=2.0`, { method: "DELETE", ...allowed })).status, 204);
}

/** Sections 1.11 and 5.4: the consumer's socket, opened as a browser does it and as a program does. */
async function socket({ manifest }, platform) {
  const { account_id: account, connectors: ids } = manifest.gateway;
  const { body } = await platform.ask(`${platform.account}/service/asyncMessagingEnt/baseURI.json?version=1.0`, { method: "GET" });
  const url = `${platform.base.replace(/^http/, "ws")}/ws_api/account/${account}/messaging/consumer?v=3`;
  assert.equal(body.baseURI, new URL(url).host);
  const idToken = (await fromBrand({ manifest }, manifest.clients.platform_implicit, { response_type: "id_token", nonce: "n" })).get("id_token");
  const { body: known } = await platform.authenticate(`app/${ids.implicit}/authenticate?v=3.0`, { id_token: idToken });
  const { body: nameless } = await platform.ask(`${platform.account}/signup`);

  const within = () => ({ signal: AbortSignal.timeout(20_000) });
  const closed = async (window) => (await once(window, "close", within()))[0];
  const say = (window, message) => window.send(JSON.stringify({ kind: "req", ...message }));
  const hear = async (window) => JSON.parse((await once(window, "message", within()))[0]);
  const first = (jwt) => ({
    ...{ id: "0", type: "InitConnection" },
    headers: [
      { type: ".ams.headers.ClientProperties", deviceFamily: "DESKTOP", os: "WINDOWS" },
      { type: ".ams.headers.ConsumerAuthentication", jwt },
    ],
  });
  /** A window has no headers of its own, a program shows the token in the handshake. */
  const open = async (headers = { origin: "https://shop.example" }) => {
    const window = new WebSocket(url, { headers });
    await once(window, "open", within());
    return window;
  };
  const withHeader = (jwt) => open({ authorization: `jwt ${jwt}` });

  await check("contract 5.4: who logged in and who is anonymous connect by the first message, and by the handshake", async () => {
    for (const token of [known.token, nameless.jwt]) {
      const window = await open();
      say(window, first(token));
      const { kind, reqId, code } = await hear(window);
      assert.deepEqual([kind, reqId, code], ["resp", "0", 200]);
      say(window, { id: "1", type: "GetClock" });
      const clock = await hear(window);
      assert.deepEqual([clock.reqId, clock.code], ["1", 200]);
      assert.ok(Math.abs(clock.body.currentTime - Date.now()) < 60_000);
      window.close();
      await closed(window);

      const program = await withHeader(token);
      say(program, { id: 2, type: "GetClock" });
      const { reqId: same, code: status } = await hear(program);
      assert.deepEqual([same, status], [2, 200]);
      program.ping();
      await once(program, "pong", within());
      program.close();
      await closed(program);
    }
  });
  await check("contract 1.11, F-09: a brand's own token, and one that is forged, end the socket with 4407", async () => {
    for (const token of [idToken, withOtherSignature(known.token), withOtherClaims(known.token, { sub: "somebody-else" })]) {
      const window = await open();
      say(window, first(token));
      assert.equal(await closed(window), 4407);
      assert.equal(await closed(await withHeader(token)), 4407);
    }
  });
  await check("contract 1.11: a socket without a token is closed with 4401", async () => {
    const window = await open();
    say(window, { id: "1", type: "GetClock" });
    assert.equal(await closed(window), 4401);
    const silent = await open();
    assert.equal(await closed(silent), 4401);
  });
  await check("contract 5.4: what is no handshake, or for no account, opens nothing", async () => {
    assertError(await platform.ask(url.replace(/^ws/, "http"), { method: "GET" }), 400, 1);
    for (const [wrong, status] of [[url.replace(`/${account}/`, "/nobody-s/"), 404], [url.replace("v=3", "v=4"), 400]]) {
      const [, answer] = await once(new WebSocket(wrong), "unexpected-response", within());
      assert.equal(answer.statusCode, status);
      answer.destroy();
    }
  });
}
