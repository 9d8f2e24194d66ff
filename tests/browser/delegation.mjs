// Consumer delegation: a bot sends a consumer to their brand, in a pop-up that closes by itself; then the bot has tokens of
// theirs. The page that opens it is of another site, as the platform's window is, and our sign-in page cuts the two apart.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { check } from "../checks.mjs";
import { serve } from "./brand.mjs";
import { Firefox } from "./firefox.mjs";
import { promisify } from "node:util";
import { signIn } from "./shop.mjs";
import { DESKTOP, PHONE, allow, only } from "./stage.mjs";

/** A program of the platform's, and a connector by which it may ask consumers of the demo's brand. */
class Bot {
  static async made(manifest) {
    const bot = new Bot();
    const { issuer, config_file, account_id, gateway } = manifest;
    const whose = ["--config", config_file, "--account", account_id, "--json"];
    const signet = async (...command) => JSON.parse((await promisify(execFile)(process.env.SIGNET, [...command, ...whose])).stdout);
    const brands = await signet(
      ...["client", "create", "--name", "Glaze bot", "--scope", "openid profile", "--auth-method", "client_secret_basic"],
      ...["--redirect-uri", `${gateway.base_url}/callback/${gateway.account_id}/redirectCode`],
    );
    const program = await signet("client", "create", "--name", "Bot", "--grant-type", "client_credentials", "--scope", "msg.consumer");
    const connector = spawn(process.env.SIGNET, [
      ...["connector", "create", ...whose, "--type", "code", "--pkce", "--name", "Delegation", "--jwt-public-key", "CONSUMER_DELEGATION"],
      ...["--issuer", issuer, "--issuer-display-name", "Brand"],
      ...["--authorization-endpoint", `${issuer}/authorize`, "--token-endpoint", `${issuer}/token`],
      ...["--client-id", brands.client_id, "--client-secret-stdin"],
    ]);
    connector.stdin.end(`${brands.client_secret}\n`);
    const said = connector.stdout.toArray();
    const complained = connector.stderr.toArray();
    const [status] = await once(connector, "close");
    assert.equal(status, 0, Buffer.concat(await complained).toString());
    const { connector_id: id } = JSON.parse(Buffer.concat(await said).toString());

    const token = await fetch(`${gateway.base_url}/sentinel/api/v2/account/${gateway.account_id}/app/token`, {
      method: "POST",
      body: new URLSearchParams({ ...pick(program), grant_type: "client_credentials" }),
    });
    bot.authorization = (await token.json()).access_token;
    bot.path = `${gateway.base_url}/api/account/${gateway.account_id}/app/${id}/delegation`;
    bot.issuer = issuer;
    return bot;
  }

  ask(path, json) {
    const headers = { authorization: this.authorization, "content-type": "application/json" };
    return fetch(path, { method: "POST", headers, body: JSON.stringify(json) });
  }

  async begin() {
    const answer = await this.ask(this.path, { scope: "openid profile" });
    assert.equal(answer.status, 201);
    return answer.json();
  }

  async fetch({ delegation_id }) {
    return this.ask(`${this.path}/${delegation_id}/tokens`, {});
  }

  /** It has a token of theirs. */
  async assertActsFor(begun, consumer) {
    const answer = await this.fetch(begun);
    assert.equal(answer.status, 200);
    const { access_token } = await answer.json();
    const userinfo = await fetch(`${this.issuer}/userinfo`, { headers: { authorization: `Bearer ${access_token}` } });
    assert.equal((await userinfo.json()).sub, consumer.sub);
  }
}

const pick = ({ client_id, client_secret }) => ({ client_id, client_secret });

export async function delegation(stage) {
  if (!only.test("delegation")) return;
  const { manifest } = stage;
  const [consumer, other] = manifest.consumers;
  const bot = await check("delegation: a bot is prepared", () => Bot.made(manifest));
  if (!bot) return;
  const server = await serve(manifest.issuer);
  const window = `http://127.0.0.1:${server.address().port}/module`;
  allow(new URL(window).origin);
  /** The pop-up, opened by a press on the platform's page. */
  const open = async (page, begun) => {
    await page.goto(window);
    await page.evaluate((url) => (document.getElementById("chat").onclick = () => (self.opened = self.open(url, "brand", "popup"))), begun.url);
    const [popup] = await Promise.all([page.waitForEvent("popup"), page.locator("#chat").click()]);
    return popup;
  };
  const gone = (popup, act) =>
    Promise.all([
      popup.waitForEvent("close"),
      act().catch((error) => {
        // Gone already.
        if (!popup.isClosed()) throw error;
      }),
    ]);
  try {
    for (const [name, size] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
      await stage.scene(`delegation, ${name}: the consumer signs in, allows, and the pop-up closes; again, and it closes at once`, size, async (page) => {
        const who = size === DESKTOP ? consumer : other;
        const begun = await bot.begin();
        const popup = await open(page, begun);
        await popup.locator("#login-form").waitFor();
        await signIn(popup, who);
        await popup.locator("#consent-form").waitFor();
        assert.equal((await bot.fetch(begun)).status, 202);
        await gone(popup, () => popup.locator("#consent-allow").click());
        await bot.assertActsFor(begun, who);
        // No page of ours is shown on the way but the last.
        const next = await bot.begin();
        const opened = page.waitForEvent("popup");
        await page.evaluate((url) => (document.getElementById("chat").onclick = () => self.open(url, "another", "popup")), next.url);
        await page.locator("#chat").click();
        const quick = await opened;
        if (!quick.isClosed()) await quick.waitForEvent("close");
        await bot.assertActsFor(next, who);
      });
    }
    await stage.scene("delegation: the pop-up closes when the consumer says no", DESKTOP, async (page) => {
      const begun = await bot.begin();
      const popup = await open(page, begun);
      await signIn(popup, manifest.consumers[2]);
      await gone(popup, () => popup.locator("#consent-deny").click());
      assert.equal((await bot.fetch(begun)).status, 404);
    });
    await stage.scene("delegation: what nobody opened is a page that says it may be closed, without scripts too", { ...DESKTOP, javaScriptEnabled: false }, async (page) => {
      const begun = await bot.begin();
      await page.goto(begun.url);
      await signIn(page, manifest.consumers[2]);
      await page.locator("#consent-allow").click();
      await page.locator("#closing-done").waitFor();
      await bot.assertActsFor(begun, manifest.consumers[2]);
    });
    await inFirefox(bot, window, manifest.consumers[3]);
  } finally {
    server.close();
  }
}

async function inFirefox(bot, window, { username, password, sub }) {
  const firefox = await check("Firefox starts", () => Firefox.start(process.env.FIREFOX));
  if (!firefox) return;
  try {
    await check(`Firefox ${firefox.version}, delegation: the pop-up closes by itself`, async () => {
      const tab = await firefox.tab();
      await firefox.goto(tab, window);
      const begun = await bot.begin();
      await firefox.evaluate(tab, `(open(${JSON.stringify(begun.url)}, "brand", "popup"), null)`, true);
      let popup;
      for (let tries = 0; tries < 100 && !popup; tries += 1) {
        [popup] = await firefox.others(tab);
        if (!popup) await new Promise((done) => setTimeout(done, 100));
      }
      const press = (id) => firefox.evaluate(popup, `(document.getElementById("${id}").click(), null)`);
      await firefox.until(popup, 'document.getElementById("login-form")');
      for (const [id, value] of Object.entries({ username, password })) {
        await firefox.evaluate(popup, `(document.getElementById("${id}").value = ${JSON.stringify(value)}, null)`);
      }
      await press("submit");
      await firefox.until(popup, 'document.getElementById("consent-form")');
      await press("consent-allow");
      for (let tries = 0; tries < 100 && (await firefox.others(tab)).length; tries += 1) await new Promise((done) => setTimeout(done, 100));
      assert.deepEqual(await firefox.others(tab), []);
      await bot.assertActsFor(begun, { sub });
    });
  } finally {
    await firefox.stop();
  }
}
