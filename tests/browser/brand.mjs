// A brand's own pages, which have the helper /sdk/signet.js on them: at the provider's site, where its cookies come along,
// and at another site, where no browser sends them.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, copyFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { check } from "../checks.mjs";
import { cookies, prober } from "./cookies.mjs";
import { signIn } from "./shop.mjs";
import { DESKTOP, allow } from "./stage.mjs";

const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const challengeOf = (verifier) => createHash("sha256").update(verifier).digest("base64url");
const CHALLENGE = challengeOf(VERIFIER);

/** The brand's web server: the script element of its pages has the attributes that a query has named last. */
export async function serve(issuer) {
  let attributes = "";
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://brand");
    if (searchParams.has("data-client")) attributes = [...searchParams].map(([name, value]) => `${name}="${value}"`).join(" ");
    const script = pathname === "/module" ? "" : `<script src="${issuer}/sdk/signet.js" ${attributes}></script>`;
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<!doctype html><link rel="icon" href="data:,"><title>Brand</title>
<script>window.lpTag = { identities: [], pages: [], newPage(url) { this.pages.push(url); } };</script>${script}
<button id="chat">Chat</button>`);
  });
  await new Promise((resolve) => server.listen(0, resolve));
  return server;
}

export async function register(manifest, bases, name, ...options) {
  const uris = bases.flatMap((base) => [`${base}/shop`, `${base}/back`, `${base}/module`]);
  const origins = options.includes("--origin") ? [] : bases.flatMap((base) => ["--origin", base]);
  const { stdout } = await promisify(execFile)(process.env.SIGNET, [
    ...["client", "create", "--config", manifest.config_file, "--account", manifest.account_id, "--json"],
    ...["--name", name, "--first-party", "--scope", "openid profile"],
    ...[...uris, "https://liveperson.net"].flatMap((uri) => ["--redirect-uri", uri]),
    ...origins,
    ...options,
  ]);
  return JSON.parse(stdout);
}

/** Calls the method as the platform does, and keeps all that it calls back with. */
const call = (page, challenge, name = "lpGetAuthenticationToken") =>
  page.evaluate(
    ([name, challenge]) =>
      new Promise((resolve) => {
        const method = name.split(".").reduce((owner, step) => owner[step], window);
        window.calls = [];
        method((...args) => {
          window.calls.push(args);
          // Whatever comes a second time would come soon.
          setTimeout(() => resolve(window.calls), 300);
        }, challenge);
      }),
    [name, challenge],
  );

/** The same from a click, which a browser lets open a pop-up. */
async function click(page, challenge) {
  await page.evaluate((challenge) => {
    window.calls = [];
    document.getElementById("chat").onclick = () =>
      lpGetAuthenticationToken((...args) => window.calls.push(args), challenge);
  }, challenge);
  await page.locator("#chat").click();
}

const answered = (page) => page.waitForFunction(() => window.calls?.length > 0 && window.calls).then((it) => it.jsonValue());
const identities = (page) =>
  page.evaluate(() => Promise.all(lpTag.identities.map((declare) => new Promise((done) => declare(done)))));
export const payload = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());

/** Redeems a code as the platform's server does, and gives the claims of the id_token. */
export async function redeem({ issuer }, client, { ssoKey, redirect_uri }, verifier) {
  const body = new URLSearchParams({ grant_type: "authorization_code", code: ssoKey, redirect_uri });
  if (verifier) body.set("code_verifier", verifier);
  const basic = Buffer.from(`${client.client_id}:${client.client_secret}`).toString("base64");
  const answer = await fetch(`${issuer}/token`, { method: "POST", body, headers: { authorization: `Basic ${basic}` } });
  const tokens = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(tokens));
  return payload(tokens.id_token);
}

async function refused(manifest, client, token, verifier) {
  await assert.rejects(redeem(manifest, client, token, verifier), /invalid_grant/);
}

/** The compiler is content with code that is written against the types as they are served. */
async function types({ issuer }) {
  const folder = await mkdtemp(join(tmpdir(), "signet-types."));
  try {
    const served = await fetch(`${issuer}/sdk/signet.d.ts`);
    await writeFile(join(folder, "signet.d.ts"), await served.text());
    await copyFile(new URL("types/use.ts", import.meta.url), join(folder, "use.ts"));
    const compiler = new URL("node_modules/typescript/bin/tsc", import.meta.url).pathname;
    const how = ["--noEmit", "--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"];
    await promisify(execFile)(process.execPath, [compiler, ...how, join(folder, "use.ts")]).catch(({ stdout }) =>
      assert.fail(stdout),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function brandPages(stage) {
  await check("brand page: the helper's types", () => types(stage.manifest));
  const { manifest } = stage;
  const { issuer, consumers } = manifest;
  const [consumer] = consumers;
  const server = await serve(issuer);
  const { port } = server.address();
  // A site is a scheme and a host's registered name: the port makes another origin, and not another site.
  const [near, far] = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
  [near, far].forEach(allow);
  try {
    const bases = [near, far];
    const clients = {
      code: await register(manifest, bases, "Chat", "--platform"),
      implicit: await register(manifest, bases, "Chat", "--platform", "--public", "--response-type", "id_token", "--grant-type", "implicit"),
      named: await register(manifest, bases, "Chat", "--platform", "--response-type", "code id_token", "--grant-type", "authorization_code", "--grant-type", "implicit"),
      stranger: await register(manifest, bases, "Chat", "--platform", "--origin", "https://elsewhere.example"),
    };
    await scenes({ stage, manifest, issuer, consumer, clients, near, far });
  } finally {
    server.close();
  }
}

async function scenes({ stage, manifest, issuer, consumer, clients, near, far }) {
  const shop = (base, flow, attributes = {}, path = "/shop", rest = "") => {
    const client = clients[attributes.client ?? flow];
    const query = new URLSearchParams({ "data-client": client.client_id, "data-flow": flow });
    for (const [name, value] of Object.entries(attributes)) if (name !== "client") query.set(`data-${name}`, value);
    query.set("data-redirect", attributes.redirect ?? `${base}${path}`);
    return `${base}${path}?${query}${rest}`;
  };
  const enter = async (page) => {
    await page.goto(`${issuer}/device`);
    await signIn(page, consumer);
    await page.locator("#device-form").waitFor();
  };

  await stage.scene("brand page, same site: a code without leaving it, exactly once each", DESKTOP, async (page) => {
    await enter(page);
    await page.goto(shop(near, "code", { method: "lpMethods.getToken" }));
    const [[token, error], ...more] = await call(page, undefined, "lpMethods.getToken");
    assert.deepEqual([error, more], [undefined, []]);
    assert.equal(token.redirect_uri, `${near}/shop`);
    const claims = await redeem(manifest, clients.code, token);
    assert.deepEqual(await identities(page), [{ iss: claims.iss, acr: "loa1", sub: claims.sub }]);
    await refused(manifest, clients.code, token);
    const [[next]] = await call(page, undefined, "lpMethods.getToken");
    assert.notEqual(next.ssoKey, token.ssoKey);
    // Or as the platform says where the page gives a plain code.
    await redeem(manifest, clients.code, { ...next, redirect_uri: "https://liveperson.net" });
  });
  await stage.scene("brand page, same site: a code for the platform's challenge", DESKTOP, async (page) => {
    await enter(page);
    await page.goto(shop(near, "code"));
    const [[token]] = await call(page, CHALLENGE);
    await refused(manifest, clients.code, token);
    await redeem(manifest, clients.code, token, VERIFIER);
  });
  await stage.scene("brand page, same site: one id_token for all who ask at once", DESKTOP, async (page) => {
    await enter(page);
    let asked = 0;
    page.on("request", (request) => (asked += Number(request.method() === "POST" && request.url().includes("/authorize/embedded?"))));
    await page.goto(shop(near, "implicit"));
    const [[one], [two], three] = [
      ...(await Promise.all([call(page), call(page)])).map(([first]) => first),
      await page.evaluate(() => signet.token()),
    ];
    assert.ok(one === two && one === three && asked === 1, `${asked}`);
    const { iss, sub, nonce } = payload(one);
    assert.ok(nonce);
    assert.deepEqual(await identities(page), [{ iss, acr: "loa1", sub }]);
    assert.equal(await page.evaluate(() => JSON.stringify([localStorage, sessionStorage])), "[{},{}]");
  });
  await stage.scene("brand page, same site: an id_token is kept until a minute before its end, and a code never", DESKTOP, async (page) => {
    await enter(page);
    let asked = 0;
    page.on("request", (request) => (asked += Number(request.method() === "POST" && request.url().includes("/authorize/embedded?"))));
    // The page's clock is the test's: it goes on only when it is told to.
    await page.clock.install();
    await page.goto(shop(near, "implicit"));
    const token = () => page.evaluate(() => signet.token());
    const first = await token();
    const { exp, iat } = payload(first);
    // iat lies five seconds back.
    const lives = exp - iat - 5;
    await page.clock.fastForward((lives - 70) * 1000);
    assert.equal(await token(), first);
    assert.equal(asked, 1);
    await page.clock.fastForward(11_000);
    const second = await token();
    assert.notEqual(second, first);
    assert.equal(asked, 2);
    assert.equal(await token(), second, "and that one is kept in its turn");
    assert.equal(asked, 2);

    await page.goto(shop(near, "code"));
    const codes = [await token(), await token()].map(({ ssoKey }) => ssoKey);
    assert.notEqual(codes[0], codes[1]);
    assert.equal(asked, 4);
  });
  await stage.scene("brand page, same site: who is there is declared to a platform that replaces the page's object", DESKTOP, async (page) => {
    await enter(page);
    await page.addInitScript(() => addEventListener("DOMContentLoaded", () => (window.lpTag = { site: "12345678" })));
    await page.goto(shop(near, "code"));
    const [{ sub }] = await identities(page);
    assert.ok(sub);
  });
  await stage.scene("brand page, same site: silent in a browser that keeps other sites' cookies from this very page", DESKTOP, async (page) => {
    const probe = await prober();
    try {
      const url = `http://127.0.0.1:${probe.address().port}/`;
      allow(new URL(url).origin);
      for (const _ of [1, 2]) await page.goto(url);
      assert.equal(await page.locator("#came").textContent(), "true");
      await enter(page);
      await page.goto(shop(near, "code", { interaction: "none" }));
      assert.deepEqual(await cookies(page, url), { called: false, framed: false });
      const [[token]] = await call(page);
      await redeem(manifest, clients.code, token);
    } finally {
      probe.close();
    }
  });
  await stage.scene("brand page, same site: nobody is there", DESKTOP, async (page) => {
    await page.goto(shop(near, "code", { interaction: "none" }));
    assert.deepEqual(await identities(page), [null]);
    assert.deepEqual(await call(page), [["", "login_required"]]);
  });
  const blocked = { ...DESKTOP, expected: /net::ERR_BLOCKED_BY_RESPONSE/ };
  await stage.scene("brand page, same site: the logout", blocked, async (page) => {
    await enter(page);
    await page.goto(shop(near, "implicit", { interaction: "none" }));
    await call(page);
    const said = await page.evaluate(async () => {
      const said = [];
      signet.onchange = ({ detail }) => said.push(detail);
      await signet.logout();
      return [said, lpTag.identities.length, lpTag.pages, location.href];
    });
    assert.deepEqual(said, [[null], 0, [page.url()], page.url()]);
    assert.deepEqual(await call(page), [["", "login_required"]]);
    await page.goto(`${issuer}/me`);
    await page.locator("#login-form").waitFor();
  });
  const busy = (page, status, times, retryAfter) => {
    const cors = { "access-control-allow-origin": near, "access-control-allow-credentials": "true", "access-control-expose-headers": "retry-after" };
    let asked = 0;
    return page.route(/\/authorize\/embedded\?/, (route) => {
      asked += 1;
      return asked > times ? route.continue() : route.fulfill({ status, headers: { ...cors, "retry-after": retryAfter } });
    });
  };
  await stage.scene("brand page: a provider that is busy is asked again, as late as it says", { ...DESKTOP, expected: /status of 5/ }, async (page) => {
    await enter(page);
    await busy(page, 429, 2, "2");
    await page.goto(shop(near, "code", { interaction: "none" }));
    const begun = Date.now();
    const [[token]] = await call(page);
    assert.ok(token.ssoKey && Date.now() - begun >= 4000);
    await page.unrouteAll();
    // And not at all where that would be too late.
    await busy(page, 503, 9, "1");
    await page.goto(shop(near, "code", { interaction: "none", timeout: "4" }));
    assert.deepEqual(await call(page), [["", "unavailable"]]);
  });
  await stage.scene("brand page: a provider that fails once, and a network that does, are asked again to a success", { ...DESKTOP, expected: /status of 503|net::ERR_CONNECTION_RESET/ }, async (page) => {
    await enter(page);
    await busy(page, 503, 1, "1");
    await page.goto(shop(near, "code", { interaction: "none" }));
    const timed = async () => {
      const begun = Date.now();
      const [[token, error], ...more] = await call(page);
      assert.deepEqual([error, more], [undefined, []]);
      // Five seconds at least, whatever the answer said.
      assert.ok(Date.now() - begun >= 5000);
      return token;
    };
    await redeem(manifest, clients.code, await timed());
    await page.unrouteAll();
    // The network fails for the first question, and while it is looked whether the provider can be reached at all.
    let failed = [];
    await page.route(new RegExp(`^${issuer}/(authorize/embedded\\?|sdk/signet.d.ts)`), (route) => {
      if (failed.length === 2) return route.continue();
      failed.push(new URL(route.request().url()).pathname);
      return route.abort("connectionreset");
    });
    await redeem(manifest, clients.code, await timed());
    assert.deepEqual(failed, ["/authorize/embedded", "/sdk/signet.d.ts"]);
    await page.unrouteAll();
    // Where there is no time for another question, the call is answered at once.
    await page.route(new RegExp(`^${issuer}/`), (route) => route.abort("connectionreset"));
    await page.evaluate(() => signet.configure({ timeout: 4 }));
    assert.deepEqual(await call(page), [["", "unavailable"]]);
  });
  await stage.scene("brand page, same site: a logout in one tab is one in all", blocked, async (page, context) => {
    await enter(page);
    const other = await context.newPage();
    for (const tab of [page, other]) {
      await tab.goto(shop(near, "implicit", { interaction: "none" }));
      await call(tab);
    }
    await page.evaluate(() => signet.logout());
    await other.waitForFunction(() => lpTag.identities.length === 0);
    assert.deepEqual(await call(other), [["", "login_required"]]);
  });
  await stage.scene("brand page: a redirect URI that isn't registered is named as such", DESKTOP, async (page) => {
    await enter(page);
    await page.goto(shop(near, "code", { interaction: "none", redirect: `${near}/elsewhere` }));
    assert.deepEqual(await call(page), [["", "invalid_request"]]);
  });
  const cors = { ...DESKTOP, expected: /blocked by CORS policy|net::ERR_FAILED/ };
  await stage.scene("brand page: an origin that the client doesn't list is handed nothing", cors, async (page) => {
    await enter(page);
    await page.goto(shop(near, "code", { client: "stranger", interaction: "none" }));
    assert.deepEqual(await call(page), [["", "unavailable"]]);
    assert.deepEqual(await identities(page), [null]);
  });
  await stage.scene("brand page, other site: sign in by redirect and come back to the same place", DESKTOP, async (page) => {
    const start = shop(far, "implicit", { interaction: "redirect" }, "/shop", "&cart=3#bowls");
    await page.goto(start);
    assert.deepEqual(await identities(page), [null]);
    await click(page);
    await signIn(page, consumer);
    await page.waitForURL(start);
    const [[token, error]] = await call(page);
    assert.equal(error, undefined);
    const { iss, sub } = payload(token);
    assert.deepEqual(await identities(page), [{ iss, acr: "loa1", sub }]);
    assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  });
  await stage.scene("brand page, other site: the challenge survives the redirect, by a page of its own", DESKTOP, async (page) => {
    const start = shop(far, "code", { interaction: "redirect", redirect: `${far}/back` });
    await page.goto(start);
    await click(page, CHALLENGE);
    await signIn(page, consumer);
    await page.waitForURL(start);
    const [[token]] = await call(page, CHALLENGE);
    assert.equal(token.redirect_uri, `${far}/back`);
    await redeem(manifest, clients.code, token, VERIFIER);
    // The provider knows who is there by now. A code for an older challenge isn't delivered for a newer one.
    const arrived = page.waitForRequest((request) => new URL(request.url()).pathname === "/back");
    await click(page, CHALLENGE);
    await arrived;
    await page.waitForURL(start);
    await page.evaluate(() => signet.configure({ interaction: "none" }));
    assert.deepEqual(await call(page, challengeOf("another")), [["", "login_required"]]);
  });
  await stage.scene("brand page, other site: sign in in a pop-up", DESKTOP, async (page) => {
    for (const flow of ["code", "implicit"]) {
      await page.goto(shop(far, flow, { interaction: "popup", timeout: "60" }));
      const opened = page.waitForEvent("popup");
      await click(page, flow === "code" ? CHALLENGE : undefined);
      const popup = await opened;
      const closed = popup.waitForEvent("close");
      // The second time it closes by itself: who is signed in isn't asked again.
      if (flow === "code") await signIn(popup, consumer);
      const [[token, error]] = await answered(page);
      assert.equal(error, undefined);
      await closed;
      if (flow === "code") await redeem(manifest, clients.code, token, VERIFIER);
      else assert.deepEqual(await identities(page), [{ iss: issuer, acr: "loa1", sub: payload(token).sub }]);
    }
  });
  await stage.scene("brand page, other site: in the code flow, too, who is there is declared where the page asks for an id_token beside the code", DESKTOP, async (page) => {
    for (const interaction of ["redirect", "popup"]) {
      const start = shop(far, "code", { client: "named", interaction, named: "true", timeout: "60" });
      await page.goto(start);
      assert.deepEqual(await identities(page), [null]);
      const opened = interaction === "popup" && page.waitForEvent("popup");
      await click(page, CHALLENGE);
      if (opened) await opened;
      else await signIn(page, consumer);
      const arrived = async () => {
        await page.waitForURL(start);
        return call(page, CHALLENGE);
      };
      const [[token, error]] = opened ? await answered(page) : await arrived();
      assert.equal(error, undefined);
      const { iss, sub } = await redeem(manifest, clients.named, token, VERIFIER);
      assert.deepEqual(await identities(page), [{ iss, acr: "loa1", sub }]);
    }
  });
  await stage.scene("brand page, other site: a client that isn't allowed code id_token is told so", DESKTOP, async (page) => {
    const start = shop(far, "code", { interaction: "redirect", named: "true" });
    await page.goto(start);
    const back = page.waitForRequest((request) => new URL(request.url()).pathname === "/authorize");
    await click(page);
    await back;
    await page.waitForURL(start);
    assert.deepEqual(await call(page), [["", "unauthorized_client"]]);
  });
  await stage.scene("brand page: signet.login from a click, and whoever listens hears who it is", DESKTOP, async (page) => {
    await page.goto(shop(near, "implicit", { interaction: "popup" }));
    assert.deepEqual(await identities(page), [null]);
    await page.evaluate(() => {
      window.calls = [];
      signet.addEventListener("change", ({ detail }) => window.calls.push(detail));
      document.getElementById("chat").onclick = () => signet.login();
    });
    const opened = page.waitForEvent("popup");
    await page.locator("#chat").click();
    await signIn(await opened, consumer);
    const [identity] = await answered(page);
    assert.deepEqual(await identities(page), [identity]);
    assert.equal(await page.evaluate(() => lpTag.pages.length), 1);
  });
  await stage.scene("brand page: a call is answered in time, whatever happens", DESKTOP, async (page) => {
    await page.goto(shop(far, "code", { interaction: "popup", timeout: "2" }));
    const opened = page.waitForEvent("popup");
    await click(page);
    const popup = await opened;
    assert.deepEqual(await answered(page), [["", "timeout"]]);
    const closed = popup.waitForEvent("close");
    await signIn(popup, consumer);
    await closed;
    assert.deepEqual(await page.evaluate(() => window.calls), [["", "timeout"]]);
    // Without a click there is no pop-up, and the page stays where it is. (What a test calls counts as clicked.)
    await page.evaluate(() => Object.defineProperty(navigator, "userActivation", { value: { isActive: false } }));
    // What they signed in for, late as it was, is the next call's: once.
    const [[token, error], ...more] = await call(page);
    assert.deepEqual([error, more], [undefined, []]);
    await redeem(manifest, clients.code, token);
    assert.deepEqual(await call(page), [["", "login_required"]]);
  });
  await stage.scene("brand page: a late answer for an older challenge is nobody's", DESKTOP, async (page) => {
    await page.goto(shop(far, "code", { interaction: "popup", timeout: "2" }));
    const opened = page.waitForEvent("popup");
    await click(page, challengeOf("an older one"));
    const popup = await opened;
    assert.deepEqual(await answered(page), [["", "timeout"]]);
    const closed = popup.waitForEvent("close");
    await signIn(popup, consumer);
    await closed;
    await page.evaluate(() => Object.defineProperty(navigator, "userActivation", { value: { isActive: false } }));
    assert.deepEqual(await call(page, CHALLENGE), [["", "login_required"]]);
  });
  await stage.scene("brand page: who goes back from the sign-in is told so, and not sent there again", DESKTOP, async (page) => {
    const start = shop(far, "code", { interaction: "redirect" });
    await page.goto(start);
    await click(page);
    await page.locator("#login-form").waitFor();
    await page.goBack();
    await page.waitForURL(start);
    await page.waitForFunction(() => window.calls?.length > 0 || !window.calls);
    const calls = (await page.evaluate(() => window.calls)) ?? (await call(page));
    assert.deepEqual(calls, [["", "abandoned"]]);
  });
  await stage.scene("brand page: an answer to nobody's question is not taken", DESKTOP, async (page) => {
    await page.goto(shop(far, "code", { interaction: "none" }, "/shop", `&tab=2#code=stolen&state=signet.x&iss=${encodeURIComponent(issuer)}`));
    assert.ok(page.url().endsWith("&tab=2"));
    assert.deepEqual(await call(page), [["", "login_required"]]);
  });
  await stage.scene("brand page: the same as a module", DESKTOP, async (page) => {
    await enter(page);
    await page.goto(`${near}/module`);
    const [token, identity] = await page.evaluate(
      async ([issuer, client]) => {
        const { signet } = await import(`${issuer}/sdk/signet.mjs`);
        signet.configure({ client, flow: "implicit" });
        return [await signet.token(), await signet.identity()];
      },
      [issuer, clients.implicit.client_id],
    );
    assert.deepEqual(identity, { iss: issuer, acr: "loa1", sub: payload(token).sub });
  });
}
