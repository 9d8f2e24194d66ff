// Cookies of other sites are really kept from pages here, and nothing of the helper's depends on them: the page signs in
// silently all the same, where the provider is on its own site.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DESKTOP, allow, persistent } from "./stage.mjs";

/** A server that gives each visitor a cookie that every site may have sent along, and tells what came. */
export async function prober() {
  const server = createServer((request, response) => {
    const origin = request.headers.origin;
    response.setHeader("cache-control", "no-store");
    response.setHeader("set-cookie", "probe=1; Path=/; SameSite=None; Secure");
    if (origin) {
      response.setHeader("access-control-allow-origin", origin);
      response.setHeader("access-control-allow-credentials", "true");
    }
    response.setHeader("content-type", "text/html; charset=utf-8");
    const came = (request.headers.cookie ?? "").includes("probe=1");
    response.end(`<!doctype html><title>Probe</title><link rel="icon" href="data:,"><p id="came">${came}</p>`);
  });
  await new Promise((resolve) => server.listen(0, resolve));
  return server;
}

/** Whether the cookie came with a page, a call, and a frame. */
export async function cookies(page, probe) {
  const said = (text) => text.includes(">true<");
  const called = await page.evaluate((url) => fetch(url, { credentials: "include" }).then((it) => it.text()), probe);
  const frame = await page.evaluateHandle((url) => {
    const frame = document.createElement("iframe");
    frame.src = url;
    document.body.append(frame);
    return new Promise((resolve) => (frame.onload = () => resolve(frame)));
  }, probe);
  const framed = await (await frame.asElement().contentFrame()).content();
  return { called: said(called), framed: said(framed) };
}

export async function thirdPartyCookies(stage) {
  const server = await prober();
  const { port } = server.address();
  // To a browser both are trustworthy, so that a Secure cookie needs no certificate; they are two sites.
  const [own, other] = [`http://localhost:${port}/`, `http://127.0.0.1:${port}/`];
  [own, other].forEach((url) => allow(new URL(url).origin));
  try {
    await stage.scene("third-party cookies don't come back, and first-party ones do", DESKTOP, async (page) => {
      const visit = async (url) => {
        await page.goto(url);
        return (await page.locator("#came").textContent()) === "true";
      };
      // Both have given their cookie, and get it back on their own pages.
      for (const url of [own, other]) {
        await visit(url);
        assert.equal(await visit(url), true, url);
      }
      await visit(other);
      assert.deepEqual(await cookies(page, other), { called: true, framed: true });
      assert.deepEqual(await cookies(page, own), { called: false, framed: false });
      // And in a browser whose settings let them through the same probe sees them, so that it can tell.
      assert.deepEqual(await letThrough(own, other), { called: true, framed: true });
    });
  } finally {
    server.close();
  }
}

/** What the probe of `own` says on a page of `other` where the browser blocks no cookies. */
async function letThrough(own, other) {
  const folder = await mkdtemp(join(tmpdir(), "signet-cookies."));
  try {
    await mkdir(join(folder, "Default"));
    const profile = { cookie_controls_mode: 0, block_third_party_cookies: false };
    await writeFile(join(folder, "Default", "Preferences"), JSON.stringify({ profile }));
    const context = await persistent(folder);
    try {
      const page = await context.newPage();
      for (const url of [own, other]) await page.goto(url);
      return await cookies(page, own);
    } finally {
      await context.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
