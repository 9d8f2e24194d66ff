// What goes over the wire in each of the demo's ways, step by step, as it is unfolded beside the agent's view.

import assert from "node:assert/strict";

const CHALLENGE = ["The chat", "The platform", "POST /demo/platform/challenges", "201", /"connector"/, /"code_challenge": "[\w-]{43}"/];
const IN_VAIN = (client, type) => [
  ...["The shop’s page", "The brand’s login", `POST /authorize/embedded?client_id=${client}`, "403"],
  ...[new RegExp(`response_type=${type}\\n`), /"error": "login_required"/],
];
const SIGN_IN = (client, type, back, who = "The shop’s page") => [
  ...[who, "The brand’s login", "GET /authorize", ""],
  ...[new RegExp(`client_id=${client}\\n(.*\\n)*response_type=${type}\\n`), back],
];
const METHOD = (request, answer) => ["The chat", "The shop’s page", "window.lpGetAuthenticationToken(…)", "", request, answer];
const REDEEM = (request) => ["The platform", "The brand’s login", "POST /token", "200", request, /"id_token": "eyJ.…"/];
const KEYS = ["The platform", "The brand’s login", "GET /jwks", "200", /accept: application\/json/, /"kid"/];
const EXCHANGE = (request = /"id_token": "eyJ.…"/) => [
  ...["The platform", "The identity service", /^POST \/api\/account\/\d+\/app\/[\w-]+\/authenticate\?v=3\.0$/, "200"],
  ...[request, /"token": "eyJ.…"/],
];
const SOCKET = [
  [
    ...["The platform", "The messaging socket", /^GET \/ws_api\/account\/\d+\/messaging\/consumer\?v=3$/, "101"],
    ...[/upgrade: websocket/, undefined],
  ],
  ["The platform", "The messaging socket", "InitConnection", "200", /"jwt": "eyJ.…"/, /"reqId": "0"/],
  ["The platform", "The messaging socket", "GetClock", "200", /"kind": "req"/, /"currentTime": \d{13}/],
];
const ANONYMOUS = [
  ...["The platform", "The identity service", /^POST \/api\/account\/\d+\/anonymous\/authorize$/, "200"],
  ...[/\{\}/, /"token": "eyJ.…"/],
];

const byCode = /Back at \/demo\/ with\ncode=....…\nstate=signet\./;
const byToken = /Back at \/demo\/ with\nid_token=eyJ.…\n/;
const pkce = /code_challenge=[\w-]{43}\n(.*\n)*code_challenge_method=S256/;
const basic = /authorization: Basic ....…\n(.*\n)*grant_type=authorization_code/;
const verified = /grant_type=authorization_code\n(.*\n)*code_verifier=....…/;
const handsCode = /^callback\(\{\s*"ssoKey": "....…"/;
const handsToken = /^callback\("eyJ.…"\)$/;

/** The steps of each way: from whom, to whom, what, its status, what is in the request, and in the answer. */
const WAYS = {
  code_pkce: [
    ...[CHALLENGE, IN_VAIN("messaging-code", "code"), SIGN_IN("messaging-code", "code", byCode)],
    ...[METHOD(/code_challenge=[\w-]{43}$/, handsCode), REDEEM(verified), KEYS, EXCHANGE(), ...SOCKET],
  ],
  code: [
    ...[IN_VAIN("messaging-code", "code"), SIGN_IN("messaging-code", "code", byCode)],
    ...[METHOD(/^callback$/, handsCode), REDEEM(basic), KEYS, EXCHANGE(), ...SOCKET],
  ],
  implicit: [
    ...[IN_VAIN("messaging-implicit", "id_token"), SIGN_IN("messaging-implicit", "id_token", byToken)],
    ...[METHOD(/^callback$/, handsToken), KEYS, EXCHANGE(), ...SOCKET],
  ],
  encrypted: [
    ...[IN_VAIN("messaging-encrypted", "id_token"), SIGN_IN("messaging-encrypted", "id_token", byToken)],
    ...[METHOD(/^callback$/, handsToken), KEYS, EXCHANGE(), ...SOCKET],
  ],
  anonymous: [ANONYMOUS, EXCHANGE(), ...SOCKET],
  step_up: [
    ...[ANONYMOUS, EXCHANGE(), ...SOCKET, CHALLENGE, IN_VAIN("messaging-code", "code"), SIGN_IN("messaging-code", "code", byCode)],
    ...[METHOD(/code_challenge=[\w-]{43}$/, handsCode), REDEEM(verified), KEYS, EXCHANGE(/"anonymous_token": "eyJ.…"/), ...SOCKET],
  ],
  in_app: [
    SIGN_IN("messaging-code", "code", /Back at com\.brand\.app:\/callback with\ncode=....…\n/, "The app"),
    ...[REDEEM(basic), KEYS, EXCHANGE(), ...SOCKET],
  ],
};

/** All of the steps are there in their order, none beside them; each can be unfolded, and no secret is in any. */
export async function assertExchanges(page, { clients }, way) {
  const wire = page.locator("#desk #agent-exchanges");
  await wire.waitFor();
  const shown = wire.locator("details.exchange");
  let steps = WAYS[way];
  // A key that is known isn't asked for again.
  if ((await shown.count()) < steps.length) steps = steps.filter((step) => step !== KEYS);
  assert.equal(await shown.count(), steps.length, await wire.innerText());
  for (const [at, [from, to, line, status, request, answer]] of steps.entries()) {
    const exchange = shown.nth(at);
    const text = async (selector) => ((await exchange.locator(selector).count()) ? exchange.locator(selector).first().textContent() : "");
    const what = `${way}, step ${at + 1}`;
    const who = (await text(".exchange-who")).replace(/\s+/g, " ").trim();
    assert.ok(who.startsWith(from) && who.endsWith(to), `${what}: ${who}`);
    const called = await text(".exchange-line code");
    assert.ok(typeof line === "string" ? called === line : line.test(called), `${what}: ${called}`);
    assert.equal(await text(".exchange-status"), status, what);
    const parts = { Request: request, Answer: answer };
    for (const name of Object.keys(parts)) assert.ok(!(await exchange.getByLabel(name, { exact: true }).isVisible()), `${what}: folded`);
    await exchange.locator("summary").first().click();
    for (const [name, pattern] of Object.entries(parts)) {
      const part = exchange.getByLabel(name, { exact: true });
      if (pattern === undefined) {
        assert.equal(await part.count(), 0, `${what}: ${name}`);
        continue;
      }
      assert.ok(await part.isVisible(), `${what}: no ${name}`);
      assert.match(await part.textContent(), pattern, what);
    }
  }
  const words = await wire.textContent();
  for (const { client_secret } of Object.values(clients)) assert.ok(!client_secret || !words.includes(client_secret), "a secret is shown");
  // A whole signed token, or an encrypted one.
  assert.doesNotMatch(words, /eyJ[\w-]{20,}\.[\w-]*\.[\w-]{20,}/);
}
