// A Chromium, and pages in it that are watched: a violated policy, an error in a script, or a request to anywhere but the
// demo fails the scene.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { check } from "../checks.mjs";

export const DESKTOP = { viewport: { width: 1280, height: 800 } };
export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

// Of its own services it needs none, and some would call home.
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // No name but the demo's leads anywhere. What the browser sends to a client is read off before it fails.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
  "--disable-auto-reload",
];

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** A Chromium with the profile in that folder, whose settings count. The stage's has none, and blocks cookies of other sites. */
export const persistent = (folder) => chromium.launchPersistentContext(folder, { executablePath, args: FLAGS });

/** Which scenes are gone through. */
export const only = new RegExp(process.env.SIGNET_BROWSER_ONLY ?? "");

export class Stage {
  #browser;

  constructor(browser, manifest) {
    this.#browser = browser;
    this.manifest = manifest;
  }

  /** Starts Chromium with a profile of its own, which is gone afterwards. */
  static async open(manifest) {
    const browser = await chromium.launch({ executablePath, args: FLAGS });
    return new Stage(browser, manifest);
  }

  async close() {
    await this.#browser.close();
  }

  /** A check with a page of its own: no cookies, nothing stored. */
  async scene(name, { expected, ...options }, body) {
    if (!only.test(name)) return undefined;
    return check(name, async () => {
      const context = await this.#browser.newContext({ locale: "en-GB", ignoreHTTPSErrors: true, ...options });
      context.setDefaultTimeout(15_000);
      const troubles = [];
      try {
        await this.#watch(context, troubles, expected);
        const page = await context.newPage();
        await body(page, context);
        assert.deepEqual(troubles, [], "the page complained");
      } finally {
        await context.close();
      }
    });
  }

  async #watch(context, troubles, alsoExpected = /$^/) {
    const { origin } = new URL(this.manifest.issuer);
    context.on("request", (request) => {
      const url = new URL(request.url());
      if (url.origin !== origin && /^(https?|wss?):$/.test(url.protocol) && !allowed.has(url.origin)) {
        troubles.push(`a request to ${url.origin}`);
      }
    });
    context.on("weberror", (error) => troubles.push(`a script failed: ${error.error().stack}`));
    context.on("console", (message) => {
      // Chromium reports policy violations as errors, but answers of 400 and above too, and that a client is not there.
      const expected = /^Failed to load resource: (the server responded with a status of 4|net::ERR_NAME_NOT_RESOLVED)/;
      if (["error", "warning"].includes(message.type()) && ![expected, alsoExpected].some((it) => it.test(message.text()))) troubles.push(message.text());
    });
  }
}

/** Origins beside the demo's that a scene expects to be sent to. */
const allowed = new Set();

/** Lets the browser go to that origin too. */
export function allow(origin) {
  allowed.add(origin);
}

/** The request with which the browser is sent to a client. Nobody answers it there. */
export function arrival(page, url) {
  const { origin, pathname } = new URL(url);
  allowed.add(origin);
  return page.waitForRequest((request) => {
    const at = new URL(request.url());
    return at.origin === origin && at.pathname === pathname;
  });
}

/** What was sent along: in the body, or in the query or fragment of the redirect. */
export async function parameters(request) {
  if (request.method() === "POST") return new URLSearchParams(request.postData());
  // A request knows no fragment; the answer that led to it does.
  const redirect = await request.redirectedFrom().response();
  const { search, hash } = new URL(await redirect.headerValue("location"));
  return new URLSearchParams(hash ? hash.slice(1) : search);
}
