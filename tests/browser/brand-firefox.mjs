// The same brand's pages in Firefox: what differs between browsers is cookies, pop-ups and channels.

import assert from "node:assert/strict";
import { check } from "../checks.mjs";
import { payload, redeem, register, serve } from "./brand.mjs";
import { prober } from "./cookies.mjs";
import { Firefox } from "./firefox.mjs";
import { only } from "./stage.mjs";

const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/** Calls the method as the platform does, and keeps what it calls back with. */
const begin = (challenge) => `(window.calls = [], lpGetAuthenticationToken((...all) => calls.push(all), ${JSON.stringify(challenge)}), null)`;
const answered = "window.calls?.length > 0";

export async function brandInFirefox({ manifest }) {
  if (!only.test("Firefox")) return;
  const { issuer, consumers: [consumer] } = manifest;
  const firefox = await check("Firefox starts", () => Firefox.start(process.env.FIREFOX));
  if (!firefox) return;
  const server = await serve(issuer);
  const probe = await prober();
  const { port } = server.address();
  const [near, far] = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
  const shop = (base, client, flow, attributes = {}) => {
    const all = { client: client.client_id, flow, redirect: `${base}/shop`, ...attributes };
    return `${base}/shop?${new URLSearchParams(Object.entries(all).map(([name, value]) => [`data-${name}`, value]))}`;
  };
  const signIn = async (tab) => {
    await firefox.until(tab, 'document.getElementById("login-form")');
    const { username, password } = consumer;
    for (const [id, value] of Object.entries({ username, password })) {
      await firefox.evaluate(tab, `(document.getElementById("${id}").value = ${JSON.stringify(value)}, null)`);
    }
    await firefox.evaluate(tab, '(document.getElementById("submit").click(), null)');
  };
  const calls = (tab) => firefox.evaluate(tab, "new Promise((done) => setTimeout(() => done(calls), 300))");
  const identities = (tab) =>
    firefox.evaluate(tab, "Promise.all(lpTag.identities.map((declare) => new Promise((done) => declare(done))))");
  const scene = (name, body) => check(`Firefox ${firefox.version}: ${name}`, async () => body(await firefox.tab()));
  try {
    const code = await register(manifest, [near, far], "Chat", "--platform");
    const implicit = await register(manifest, [near, far], "Chat", "--platform", "--public", "--response-type", "id_token", "--grant-type", "implicit");

    await scene("a code without a question at the provider's site, where other sites' cookies don't come back", async (tab) => {
      const url = `http://127.0.0.1:${probe.address().port}/`;
      for (const _ of [1, 2]) await firefox.goto(tab, url);
      assert.equal(await firefox.evaluate(tab, 'document.getElementById("came").textContent'), "true");
      await firefox.goto(tab, `${issuer}/device`);
      await signIn(tab);
      await firefox.until(tab, 'document.getElementById("device-form")');
      await firefox.goto(tab, shop(near, code, "code", { interaction: "none" }));
      const came = await firefox.evaluate(tab, `fetch(${JSON.stringify(url)}, { credentials: "include" }).then((it) => it.text())`);
      assert.match(came, />false</);
      await firefox.evaluate(tab, begin(CHALLENGE));
      await firefox.until(tab, answered);
      const [[token, error], ...more] = await calls(tab);
      assert.deepEqual([error ?? null, more], [null, []]);
      const { iss, sub } = await redeem(manifest, code, token, VERIFIER);
      assert.deepEqual(await identities(tab), [{ iss, acr: "loa1", sub }]);
    });
    await scene("an id_token by redirect and return from another site", async (tab) => {
      const start = shop(far, implicit, "implicit", { interaction: "redirect" });
      await firefox.goto(tab, start);
      await firefox.evaluate(tab, begin());
      await signIn(tab);
      await firefox.until(tab, `location.href === ${JSON.stringify(start)} && window.signet`);
      await firefox.evaluate(tab, begin());
      await firefox.until(tab, answered);
      const [[token, error]] = await calls(tab);
      assert.equal(error ?? null, null);
      assert.deepEqual(await identities(tab), [{ iss: issuer, acr: "loa1", sub: payload(token).sub }]);
    });
    await scene("a code by a pop-up from another site, and a call that is over in time leaves it to the next", async (tab) => {
      await firefox.goto(tab, shop(far, code, "code", { interaction: "popup", timeout: "2" }));
      await firefox.evaluate(tab, begin(CHALLENGE), true);
      await firefox.until(tab, answered);
      assert.deepEqual(await calls(tab), [["", "timeout"]]);
      const [popup] = await firefox.others(tab);
      await signIn(popup);
      for (let tries = 0; tries < 100 && (await firefox.others(tab)).length; tries += 1) await new Promise((done) => setTimeout(done, 100));
      assert.deepEqual(await firefox.others(tab), [], "the pop-up has closed itself");
      await firefox.evaluate(tab, begin(CHALLENGE));
      await firefox.until(tab, answered);
      const [[token, error]] = await calls(tab);
      assert.equal(error ?? null, null);
      await redeem(manifest, code, token, VERIFIER);
    });
  } finally {
    server.close();
    probe.close();
    await firefox.stop();
  }
}
