// The helper in Firefox: at the provider's site without a question, and at another one by redirect and by pop-up. Debian's
// Firefox is driven by WebDriver BiDi, which it speaks itself.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import WebSocket from "ws";

/** A Firefox with a profile of its own. */
export class Firefox {
  #process;
  #folder;
  #socket;
  #waiting = new Map();
  #last = 0;

  static async start(executable) {
    const firefox = new Firefox();
    firefox.#folder = await mkdtemp(join(tmpdir(), "signet-firefox."));
    const options = ["--headless", "--no-remote", "--profile", firefox.#folder, "--remote-debugging-port", "0"];
    firefox.#process = spawn(executable, options, { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, HOME: firefox.#folder } });
    const address = await new Promise((resolve, reject) => {
      let said = "";
      firefox.#process.stderr.on("data", (text) => {
        said += text;
        const found = /WebDriver BiDi listening on (ws:\S+)/.exec(said);
        if (found) resolve(found[1]);
      });
      firefox.#process.on("exit", () => reject(new Error(`Firefox ended: ${said}`)));
      setTimeout(() => reject(new Error(`Firefox says nothing: ${said}`)), 60_000).unref();
    });
    firefox.#socket = new WebSocket(`${address}/session`);
    await new Promise((resolve, reject) => firefox.#socket.once("open", resolve).once("error", reject));
    firefox.#socket.on("message", (text) => {
      const { id, type, result, message } = JSON.parse(text);
      const [resolve, reject] = firefox.#waiting.get(id) ?? [];
      if (resolve) type === "success" ? resolve(result) : reject(new Error(message));
    });
    const { capabilities } = await firefox.#send("session.new", { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } });
    firefox.version = capabilities.browserVersion;
    return firefox;
  }

  #send(method, params) {
    this.#last += 1;
    const answer = new Promise((...both) => this.#waiting.set(this.#last, both));
    this.#socket.send(JSON.stringify({ id: this.#last, method, params }));
    return Promise.race([answer, pause(30_000, undefined, { ref: false }).then(() => Promise.reject(new Error(`no answer to ${method}`)))]);
  }

  /** A tab in a container of its own: no cookies, nothing stored. */
  async tab() {
    const { userContext } = await this.#send("browser.createUserContext", {});
    const { context } = await this.#send("browsingContext.create", { type: "tab", userContext });
    return context;
  }

  goto(context, url) {
    return this.#send("browsingContext.navigate", { context, url, wait: "complete" });
  }

  /** What an expression comes to there; as from a click, where `clicks`. */
  async evaluate(context, expression, clicks = false) {
    const { type, result, exceptionDetails } = await this.#send("script.evaluate", {
      expression: `Promise.resolve(${expression}).then((it) => JSON.stringify(it) ?? "null")`,
      target: { context },
      awaitPromise: true,
      userActivation: clicks,
    });
    assert.equal(type, "success", exceptionDetails?.text);
    return JSON.parse(result.value);
  }

  /** Waits until an expression is true there, whichever page that is by then. */
  async until(context, expression) {
    for (let tries = 0; tries < 100; tries += 1) {
      // Between two pages there is nobody to ask.
      if (await this.evaluate(context, `Boolean(${expression})`).catch(() => false)) return;
      await pause(150);
    }
    throw new Error(`not so in time: ${expression}, at ${await this.evaluate(context, "location.href").catch(() => "no page")}`);
  }

  /** The other windows of its container. */
  async others(context) {
    const { contexts } = await this.#send("browsingContext.getTree", {});
    const { userContext } = contexts.find((it) => it.context === context);
    return contexts.filter((it) => it.context !== context && it.userContext === userContext).map((it) => it.context);
  }

  async stop() {
    await this.#send("browser.close", {}).catch(() => {});
    this.#socket.close();
    this.#process.kill();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
