// The console as an account's own administrator sees it: signing in with a second factor, users, and API keys.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { assertLooks } from "./accessibility.mjs";
import { DESKTOP, PHONE } from "./stage.mjs";

/** The code that an authenticator shows now (RFC 6238). */
export function codeOf(secret) {
  const bits = [...secret.replaceAll(" ", "")]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const seed = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac("sha1", seed).update(step).digest();
  const number = digest.readUInt32BE(digest.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** The account's administrator signs in for the first time, and from then on by a recovery code. */
export async function accountAdministrators(stage) {
  const { console, account_id: account, gateway } = stage.manifest;
  const codes = [];
  const firstStep = async (page) => {
    await page.goto(`${console.url}login`);
    await page.locator("#as-user").click();
    await page.locator("#account").fill(account);
    await page.locator("#username").fill(gateway.admin.username);
    await page.locator("#password").fill(gateway.admin.password);
    await page.locator("#submit").click();
    await page.locator("#otp").waitFor();
  };
  const enter = async (page) => {
    await firstStep(page);
    await page.locator("#otp").fill(codes.pop());
    await page.locator("#otp-submit").click();
    await page.locator("#users").waitFor();
  };
  await stage.scene("without scripts: an account's administrator sets up a second factor, makes a user and an API key", { ...DESKTOP, javaScriptEnabled: false }, async (page) => {
    await firstStep(page);
    await page.locator("#qr").waitFor();
    const secret = await page.locator("#secret").textContent();
    await page.locator("#otp").fill("000000");
    await page.locator("#otp-submit").click();
    await page.locator("#login-error").waitFor();
    assert.equal(await page.locator("#qr").count(), 0, "the picture is shown once");
    await page.locator("#otp").fill(codeOf(secret));
    await page.locator("#otp-submit").click();
    await page.locator("#codes").waitFor();
    codes.push(...(await page.locator("#codes").textContent()).trim().split("\n"));
    assert.equal(codes.length, 10);
    await page.locator("#onward").click();
    await page.locator("#users").waitFor();
    assert.deepEqual(await page.locator(".ways a").allTextContents(), ["Consumer identity provider", "Users", "API keys"]);

    await page.locator("#new-user").click();
    await page.locator("#loginName").fill("dana");
    await page.locator("#fullName").fill("Dana Hill");
    await page.locator("#nickname").fill("Dana");
    await page.locator("#email").fill("dana@brand.example");
    await page.locator("#save").click();
    await page.locator("#notice").waitFor();
    assert.match(await page.locator("#profileIds-hint").textContent(), /1 to 100 profiles/);
    await page.getByLabel("Agent", { exact: true }).check();
    await page.locator("#save").click();
    const password = await page.locator("#value-3").textContent();
    assert.ok(password.length > 20, password);
    await page.locator("#onward").click();
    await page.locator("#reset-password").click();
    assert.notEqual(await page.locator("#value-3").textContent(), password);
    await page.locator("#onward").click();
    await page.locator("#disable").click();
    await page.locator("#enable").waitFor();
    await page.goto(`${console.url}users?account=${account}&q=HILL`);
    assert.equal(await page.locator("#users tbody tr").count(), 1);
    await page.locator("#users a").first().click();
    await page.locator("#delete-form input[type=checkbox]").check();
    await page.locator("#delete").click();
    assert.match(await page.locator("#notice").textContent(), /deleted/);

    await page.getByRole("link", { name: "API keys" }).click();
    await page.locator("#new-key").click();
    await page.locator("#application_name").fill("Roster");
    await page.locator("#developer_name").fill("Brand IT");
    await page.locator("#ip").fill("192.0.2.0/24");
    await page.getByLabel("Skills (Read)").check();
    await page.locator("#save").click();
    await page.locator("#values").waitFor();
    const values = await page.locator("#values code").allTextContents();
    assert.equal(values.length, 4);
    assert.equal(await page.locator("#values button:visible").count(), 0, "no button without a script");
    await page.locator("#onward").click();
    assert.ok(await page.getByLabel("Skills (Read)").isChecked());
    assert.ok(!(await page.content()).includes(values[1]), "shown once");
    await page.locator("#disable").click();
    await page.locator("#enable").waitFor();
  });
  if (!codes.length) return;

  for (const [size, options] of [["desktop", DESKTOP], ["phone", PHONE]]) {
    await stage.scene(`${size}: the console's pages of users and API keys are accessible, and values are copied`, options, async (page) => {
      const looks = (name) => assertLooks(page, `${name}-${size}`);
      await page.goto(`${console.url}login/user`);
      await looks("sign-in-user");
      await firstStep(page);
      await looks("sign-in-user-code");
      await page.locator("#otp").fill(codes.pop());
      await page.locator("#otp-submit").click();
      await page.locator("#users").waitFor();
      await looks("users");
      await page.locator("#new-user").click();
      await page.locator("#user-form").waitFor();
      await page.locator("#loginName").fill("wrong-one");
      await page.locator("#fullName").fill("Wrong One");
      await page.locator("#nickname").fill("Wrong");
      await page.locator("#email").fill("wrong.one@brand.example");
      await page.locator("#save").click();
      await page.locator("#notice").waitFor();
      await looks("user-wrong");
      await page.goto(`${console.url}users?account=${account}`);
      await page.locator("#users a").first().click();
      await page.locator("#user-form").waitFor();
      await looks("user");
      await page.goto(`${console.url}app-keys?account=${account}`);
      await looks("app-keys");
      await page.locator("#new-key").click();
      await page.locator("#application_name").fill(`Roster on a ${size}`);
      await looks("app-key-new");
      await page.locator("#developer_name").fill("Brand IT");
      await page.locator("#save").click();
      await page.locator("#values").waitFor();
      assert.equal(await page.locator("#values button:visible").count(), 4);
      await looks("app-key-values");
      await page.locator("#onward").click();
      await page.locator("#key-form").waitFor();
      await looks("app-key");
      // Connectors, too, are theirs to look after.
      await page.goto(`${console.url}connectors?account=${account}`);
      await looks("connectors-user");
      await page.locator("#connectors a").first().click();
      await page.locator("#fields").waitFor();
      await looks("connector-user");
      await page.locator("#edit").click();
      await page.locator("#connector-form").waitFor();
      await page.goto(`${console.url}keys?account=${account}`);
      assert.equal(await page.locator("#keys").count(), 0, "signing keys are not");
      await page.goto(`${console.url}app-keys/edit?account=${account}`);
      await page.locator("#application_name").fill(`Another on a ${size}`);
      await page.locator("#developer_name").fill("Brand IT");
      await page.locator("#save").click();
      await page.locator("#values").waitFor();
      await page.locator("#values button").nth(1).click();
      await page.locator("#values button").nth(1).filter({ hasText: /Copied|Marked/ }).waitFor();
    });
  }

  await stage.scene("by keys alone: an account's administrator makes an API key", DESKTOP, async (page) => {
    const press = (key) => page.keyboard.press(key);
    const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.name || "");
    const until = async (id) => {
      for (let at = 0; at < 80 && (await focused()) !== id; at += 1) await press("Tab");
      assert.equal(await focused(), id);
    };
    await page.goto(`${console.url}login/user`);
    await page.locator("#account:focus").waitFor();
    for (const text of [account, gateway.admin.username, gateway.admin.password]) {
      await page.keyboard.type(text);
      if (text !== gateway.admin.password) await press("Tab");
    }
    await press("Enter");
    await page.locator("#otp:focus").waitFor();
    await page.keyboard.type(codes.pop());
    await press("Enter");
    await page.locator("#users").waitFor();
    await page.goto(`${console.url}app-keys?account=${account}`);
    await until("new-key");
    await press("Enter");
    await page.locator("#key-form").waitFor();
    await until("application_name");
    await page.keyboard.type("Typed");
    await press("Tab");
    await page.keyboard.type("By keys");
    await until("may.Administration > Users (Read)");
    await press("Space");
    await until("save");
    await press("Enter");
    await page.locator("#values").waitFor();
    await until("onward");
    await press("Enter");
    await page.locator("#key-form").waitFor();
    assert.ok(await page.getByLabel("Users (Read)", { exact: true }).isChecked());
  });
}
