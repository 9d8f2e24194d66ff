// The console: what an administrator of the demo sees.

import assert from "node:assert/strict";
import { assertAccessible, assertFits } from "./accessibility.mjs";
import { signIn } from "./shop.mjs";
import { DESKTOP, PHONE } from "./stage.mjs";

/** Signing in, choosing an account, looking, signing out. */
export async function administrators(stage) {
  const { console, account_id: account } = stage.manifest;
  const path = (page) => new URL(page.url()).pathname;
  const visit = async (page, look = async () => {}) => {
    await page.goto(console.url);
    assert.equal(path(page), "/admin/login");
    await look(page);
    await signIn(page, console);
    await page.locator("#accounts").waitFor();
    await look(page);
    await page.locator(`a[href$="account=${account}"]`).first().click();
    await page.locator("#account").waitFor();
    await look(page);
  };

  for (const [size, options] of [["desktop", DESKTOP], ["phone", PHONE]]) {
    await stage.scene(`${size}: an administrator sees who changed what`, options, async (page) => {
      await visit(page, async () => {
        await assertFits(page);
        await assertAccessible(page);
      });
      await page.goto(`${console.url}audit?account=${account}&event=client`);
      assert.ok((await page.locator("#audit tbody tr").count()) >= 5);
      await page.locator("#audit details summary").first().click();
      assert.match(await page.locator("#audit pre").first().textContent(), /"redirect_uris"/);
      await assertFits(page);
      await assertAccessible(page);
      await page.locator("#event").fill("nothing");
      await page.locator("#filter button").click();
      await page.locator(".empty").waitFor();
      await assertAccessible(page);
    });
  }

  await stage.scene("without scripts: the console from sign-in to sign-out", { ...DESKTOP, javaScriptEnabled: false }, async (page, context) => {
    await page.goto(console.url);
    await signIn(page, { ...console, password: "wrong" });
    await page.locator("#login-error").waitFor();
    assert.equal(await page.locator("#username").inputValue(), console.username);
    await visit(page);
    await page.locator("#choose-account").click();
    await page.locator("#accounts").waitFor();
    await page.locator("#sign-out button").click();
    await page.locator("#login-form").waitFor();
    await page.goBack();
    await page.reload();
    assert.equal(path(page), "/admin/login", "the back button shows nothing");
    const names = (await context.cookies()).map(({ name }) => name);
    assert.ok(!names.some((name) => name.endsWith("signet-admin")), names.join());
  });

  await stage.scene("by keys alone: the console from sign-in to sign-out", DESKTOP, async (page) => {
    const press = (...keys) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
    const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());
    await page.goto(console.url);
    // A field takes the focus by itself when the page is first drawn, which may be after it has loaded.
    await page.locator("#username:focus").waitFor();
    await page.keyboard.type(console.username);
    await press("Tab");
    await page.keyboard.type(console.password);
    await press("Enter");
    await page.locator("#accounts").waitFor();
    await press("Tab");
    assert.equal(await focused(), "Skip to the content");
    await press("Enter", "Tab");
    assert.match(await focused(), new RegExp(account));
    await press("Enter");
    await page.locator("#account").waitFor();
    for (let at = 0; at < 12 && (await focused()) !== "Sign out"; at += 1) await press("Tab");
    await press("Enter");
    await page.locator("#login-form").waitFor();
  });
}
