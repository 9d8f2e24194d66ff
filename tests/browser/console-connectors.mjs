// The console's connectors: the fields of the platform's page, each with a button that copies it.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { assertAccessible, assertFits } from "./accessibility.mjs";
import { signIn } from "./shop.mjs";
import { DESKTOP, PHONE } from "./stage.mjs";

/** Where pictures of the pages go, if anywhere. */
const folder = process.env.SIGNET_BROWSER_PICTURES;

/** Made, copied from, checked, changed, deleted. */
export async function consoleConnectors(stage) {
  const { console, account_id: account, clients } = stage.manifest;
  const client = clients.platform_implicit.client_id;
  const clipboard = { permissions: ["clipboard-read", "clipboard-write"] };

  for (const [size, options] of [["desktop", DESKTOP], ["phone", PHONE]]) {
    // One for each: a client has no third secret while the first still works.
    const fresh = await register(stage.manifest);
    await stage.scene(`${size}: a connector is made, copied from, checked, changed and deleted`, { ...options, ...clipboard }, async (page) => {
      const looks = async (name) => {
        await assertFits(page);
        if (folder) await page.screenshot({ path: join(folder, `${name}-${size}.png`), fullPage: true, animations: "disabled" });
        await assertAccessible(page);
      };
      await page.goto(console.url);
      await signIn(page, console);
      await page.locator("#accounts").waitFor();
      await page.goto(`${console.url}connectors?account=${account}`);
      await looks("connectors");
      const before = await page.locator("#connectors tbody tr").count();

      // Begun from a client, every field is filled in; what can't be is told beside its field.
      await page.locator("#client").selectOption(client);
      await page.locator("#new-connector button").click();
      await page.locator("#connector-form").waitFor();
      assert.equal(await page.locator("#clientId").inputValue(), client);
      await page.locator("#name").fill(`Shop, ${size}`);
      await page.locator("#jsMethodName").fill("not a name");
      await page.locator("#save").click();
      await page.locator("#notice").waitFor();
      assert.equal(await page.locator("#jsMethodName").getAttribute("aria-invalid"), "true");
      assert.equal(await page.locator("#name").inputValue(), `Shop, ${size}`, "what was typed stays");
      await looks("connector-form");
      await page.locator("#jsMethodName").fill("lpMethods.getToken");
      await page.locator("#save").click();
      await page.locator("#fields").waitFor();
      assert.match(await page.locator("#notice").textContent(), /saved/i);
      await looks("connector");

      // Each value that is pasted on the other side is on the clipboard with one press.
      const buttons = page.locator("#fields button.copy, #at-brand button.copy");
      const count = await buttons.count();
      assert.ok(count >= 5, `${count} values to copy`);
      for (let at = 0; at < count; at += 1) {
        const button = buttons.nth(at);
        const value = await page.locator(`#${await button.getAttribute("data-copy")}`).textContent();
        await button.click();
        await page.waitForFunction(async (value) => (await navigator.clipboard.readText()) === value, value);
        assert.equal(await button.textContent(), "Copied");
      }
      const copied = await page.locator("#fields code.copied").allTextContents();
      for (const value of [stage.manifest.issuer, `${stage.manifest.issuer}/jwks`, client, "lpMethods.getToken"]) {
        assert.ok(copied.includes(value), `${value} can't be copied: ${copied}`);
      }

      // And what the brand registers on its own side.
      const atBrand = await page.locator("#at-brand code.copied").allTextContents();
      const { kid } = stage.manifest.gateway.encryption_key;
      const popups = clients.platform_implicit.redirect_uris.filter((uri) => !/^https:\/\/liveperson\.net\/?$/.test(uri));
      for (const value of [...popups, kid]) assert.ok(atBrand.includes(value), `${value} can't be copied: ${atBrand}`);
      assert.ok(atBrand.some((line) => line.startsWith("MII")), "the encryption key can't be copied");
      // Every section is in sight, on a phone, too.
      for (const section of await page.locator(".ways a").all()) {
        const { x, width } = await section.boundingBox();
        assert.ok(x >= 0 && x + width <= options.viewport.width, await section.textContent());
      }

      await page.locator("#check").click();
      await page.locator("#checks").waitFor();
      const states = await page.locator("#checks .state").allTextContents();
      assert.ok(states.length >= 4 && !states.includes("Wrong"), (await page.locator("#checks").textContent()));
      await looks("connector-checked");

      await page.locator("#edit").click();
      await page.locator("#issuer").fill(`${stage.manifest.issuer}/elsewhere`);
      await page.locator("#save").click();
      await page.locator("#fields").waitFor();
      await page.locator("#check").click();
      await page.locator("#checks").waitFor();
      assert.match(await page.locator("#checks").textContent(), /F-05/);

      await page.locator("#edit").click();
      await page.locator("#delete-form input[type=checkbox]").check();
      await page.locator("#delete").click();
      await page.locator("#connectors").waitFor();
      assert.equal(await page.locator("#connectors tbody tr").count(), before);
    });
    await stage.scene(`${size}: a connector's client gets a new secret, which is shown once and counts`, { ...options, ...clipboard }, async (page) => {
      await page.goto(console.url);
      await signIn(page, console);
      await page.locator("#accounts").waitFor();
      await page.goto(`${console.url}connectors?account=${account}`);
      // Of a client of its own: those of the demo stay as they are.
      await page.locator("#client").selectOption(fresh.client_id);
      await page.locator("#new-connector button").click();
      await page.locator("#connector-form").waitFor();
      await page.locator("#clientSecret").fill(fresh.client_secret);
      await page.locator("#save").click();
      await page.locator("#fields").waitFor();
      const callback = `${new URL(stage.manifest.issuer).origin}/callback/${account}/redirectCode`;
      const atBrand = await page.locator("#at-brand code.copied").allTextContents();
      for (const value of ["https://liveperson.net", callback]) assert.ok(atBrand.includes(value), `${value}: ${atBrand}`);
      await page.locator("#new-secret").click();
      await page.locator("#onward").waitFor();
      await assertFits(page);
      if (folder) await page.screenshot({ path: join(folder, `new-secret-${size}.png`), fullPage: true, animations: "disabled" });
      await assertAccessible(page);
      const [id, secret] = await page.locator("main code").allTextContents();
      assert.equal(id, fresh.client_id);
      assert.notEqual(secret, fresh.client_secret);
      // The new one counts, and the former for another day.
      for (const counts of [secret, fresh.client_secret]) assert.equal(await refusal(stage.manifest, id, counts), "invalid_grant");
      assert.equal(await refusal(stage.manifest, id, "another"), "invalid_client");
      await page.locator("#onward").click();
      await page.locator("#fields").waitFor();
      assert.ok(!(await page.content()).includes(secret), "shown once");
      await page.locator("#check").click();
      await page.locator("#checks").waitFor();
      assert.doesNotMatch(await page.locator("#checks").textContent(), /none of the client/);
      await page.locator("#edit").click();
      await page.locator("#delete-form input[type=checkbox]").check();
      await page.locator("#delete").click();
      await page.locator("#connectors").waitFor();
    });
  }
}

/** A platform's client of the code flow. */
async function register({ config_file, account_id }) {
  const { stdout } = await promisify(execFile)(process.env.SIGNET, [
    ...["client", "create", "--config", config_file, "--account", account_id, "--json", "--platform"],
    ...["--name", "Another window", "--redirect-uri", "https://liveperson.net", "--redirect-uri", "https://window.example.test/cb"],
  ]);
  return JSON.parse(stdout);
}

/** Why a code of nobody's is refused, when a client brings it with that secret. */
async function refusal({ issuer }, id, secret) {
  const body = new URLSearchParams({ grant_type: "authorization_code", code: "nobody's", redirect_uri: "https://liveperson.net" });
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
  const answer = await fetch(`${issuer}/token`, { method: "POST", body, headers: { authorization } });
  return (await answer.json()).error;
}
