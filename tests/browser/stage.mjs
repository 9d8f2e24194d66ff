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
];

export class Stage {
  #browser;

  constructor(browser, manifest) {
    this.#browser = browser;
    this.manifest = manifest;
  }

  /** Starts Chromium with a profile of its own, which is gone afterwards. */
  static async open(manifest) {
    const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
    const browser = await chromium.launch({ executablePath, args: FLAGS });
    return new Stage(browser, manifest);
  }

  async close() {
    await this.#browser.close();
  }

  /** A check with a page of its own: no cookies, nothing stored. */
  async scene(name, options, body) {
    return check(name, async () => {
      const context = await this.#browser.newContext({ locale: "en-GB", ignoreHTTPSErrors: true, ...options });
      context.setDefaultTimeout(15_000);
      const troubles = [];
      try {
        await this.#watch(context, troubles);
        const page = await context.newPage();
        await body(page, context);
        assert.deepEqual(troubles, [], "the page complained");
      } finally {
        await context.close();
      }
    });
  }

  async #watch(context, troubles) {
    const { origin } = new URL(this.manifest.issuer);
    context.on("request", (request) => {
      const url = new URL(request.url());
      if (url.origin !== origin && /^(https?|wss?):$/.test(url.protocol) && !allowed.has(url.origin)) {
        troubles.push(`a request to ${url.origin}`);
      }
    });
    context.on("weberror", (error) => troubles.push(`a script failed: ${error.error().stack}`));
    context.on("console", (message) => {
      // Chromium reports policy violations as errors, and every answer of 400 and above too.
      const isStatus = message.text().startsWith("Failed to load resource: the server responded with a status of 4");
      if (["error", "warning"].includes(message.type()) && !isStatus) troubles.push(message.text());
    });
  }
}

/** Origins beside the demo's that a scene has put something of its own at. */
const allowed = new Set();

/** Puts a page at a foreign URL, which answers without a network. Returns the requests that it gets. */
export async function stand(context, url) {
  const { origin, pathname } = new URL(url);
  const requests = [];
  allowed.add(origin);
  await context.route(
    (at) => at.origin === origin && at.pathname === pathname,
    (route) => {
      requests.push(route.request());
      return route.fulfill({ contentType: "text/html", body: "<!doctype html><title>The client</title>" });
    },
  );
  return requests;
}
