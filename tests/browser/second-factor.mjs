// An administrator's own second factor, from the deed that needs one to its recovery codes, and back.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { assertLooks } from "./accessibility.mjs";
import { codeOf } from "./console-people.mjs";
import { signIn } from "./shop.mjs";
import { DESKTOP, PHONE } from "./stage.mjs";

/** Set up, shown once, used once, asked for from then on. */
export async function secondFactor(stage) {
  const { console, account_id: account } = stage.manifest;
  const needs = `/admin/sso/edit?account=${account}`;
  const place = `${console.url}second-factor?next=${encodeURIComponent(needs)}`;

  for (const [size, options] of [["desktop", DESKTOP], ["phone", PHONE]]) {
    await stage.scene(`${size}: an administrator sets up a second factor, and signs in by it`, options, async (page) => {
      const looks = (name) => assertLooks(page, `${name}-${size}`);
      const who = await administrator(stage.manifest, `factor-${size}`);
      await page.goto(console.url);
      await signIn(page, who);
      await page.locator("#accounts").waitFor();
      await page.goto(place);
      await page.locator("#factor-needed").waitFor();
      await looks("second-factor");
      // The picture holds what the line beside it says, and is large enough for a camera.
      const { width, height } = await page.locator("#qr").boundingBox();
      assert.ok(width >= 160 && Math.abs(width - height) < 1, `${width} by ${height}`);
      const secret = await page.locator("#secret").textContent();
      assert.match(secret, /^[A-Z2-7 ]{32,}$/);

      await page.locator("#otp").fill("000000");
      await page.locator("#otp-submit").click();
      await page.locator("#notice").waitFor();
      assert.equal(await page.locator("#otp").getAttribute("aria-invalid"), "true");
      await looks("second-factor-wrong");
      assert.equal(await page.locator("#secret").count(), 0, "shown once, and the same authenticator goes on");

      await page.locator("#otp").fill(codeOf(secret));
      await page.locator("#otp-submit").click();
      await page.locator("#codes").waitFor();
      await looks("recovery-codes");
      const codes = (await page.locator("#codes").textContent()).trim().split("\n");
      assert.equal(new Set(codes).size, 10);
      await page.locator("#onward").click();
      await page.locator("#sso-form").waitFor();
      assert.equal(new URL(page.url()).pathname, "/admin/sso/edit", "back at what needed it");

      await page.goto(`${console.url}second-factor`);
      await page.locator("#factor-title").waitFor();
      await looks("second-factor-there");
      const shown = await page.content();
      for (const once of [secret, ...codes]) assert.ok(!shown.includes(once), "shown once");
      await page.locator("#sign-out button").click();

      // From now on a password alone lets nobody in, and a recovery code once.
      const enter = async (code) => {
        await page.goto(console.url);
        await signIn(page, who);
        // Without a code it is told like a wrong password.
        await page.locator("#login-error").waitFor();
        await looks("sign-in-code");
        await page.locator("#password").fill(who.password);
        await page.locator("#otp").fill(code);
        await page.locator("#submit").click();
      };
      await enter(codes[0]);
      await page.locator("#accounts").waitFor();
      await page.locator("#sign-out button").click();
      await enter(codes[0]);
      await page.locator("#login-error").waitFor();
      assert.equal(await page.locator("#accounts").count(), 0, "once");
    });
  }

  await stage.scene("without scripts: an administrator sets up a second factor", { ...DESKTOP, javaScriptEnabled: false }, async (page) => {
    const who = await administrator(stage.manifest, "factor-still");
    await page.goto(console.url);
    await signIn(page, who);
    await page.locator("#accounts").waitFor();
    await page.goto(place);
    const secret = await page.locator("#secret").textContent();
    await page.locator("#otp").fill(codeOf(secret));
    await page.locator("#otp-submit").click();
    await page.locator("#codes").waitFor();
    assert.equal(await page.getByRole("button", { name: "Copy" }).count(), 0, "no button without a script");
    await page.locator("#onward").click();
    await page.locator("#sso-form").waitFor();
  });

  await stage.scene("by keys alone: an administrator sets up a second factor", DESKTOP, async (page) => {
    const who = await administrator(stage.manifest, "factor-keys");
    const focused = () => page.evaluate(() => document.activeElement.id);
    const until = async (id) => {
      for (let at = 0; at < 40 && (await focused()) !== id; at += 1) await page.keyboard.press("Tab");
      assert.equal(await focused(), id);
      const shows = await page.evaluate(() => document.activeElement.matches(":focus-visible"));
      assert.ok(shows, `it doesn't show that ${id} has the focus`);
    };
    await page.goto(console.url);
    await page.locator("#username:focus").waitFor();
    await page.keyboard.type(who.username);
    await page.keyboard.press("Tab");
    await page.keyboard.type(who.password);
    await page.keyboard.press("Enter");
    await page.locator("#accounts").waitFor();
    await page.goto(place);
    await page.locator("#qr").waitFor();
    // The secret can be reached, to be read out or marked.
    await until("secret");
    const secret = await page.locator("#secret").textContent();
    await until("otp");
    await page.keyboard.type(codeOf(secret));
    await page.keyboard.press("Enter");
    await page.locator("#codes").waitFor();
    await until("codes");
    await until("onward");
    await page.keyboard.press("Enter");
    await page.locator("#sso-form").waitFor();
  });
}

/** A new administrator of the whole server, by a command. */
async function administrator({ config_file }, name) {
  const command = ["admin", "create", name, "--generate-password", "--config", config_file, "--json"];
  const { stdout } = await promisify(execFile)(process.env.SIGNET, command);
  return { username: name, password: JSON.parse(stdout).password };
}
