// The ways in which a chat learns who is there, beside those in which the page leaves for the login and comes back.

import assert from "node:assert/strict";
import { assertAccessible, assertFits } from "./accessibility.mjs";
import { assertAgentView, assertAnonymous, assertExchanges, assertVerified, openShop, signIn, signInByApp } from "./shop.mjs";
import { DESKTOP, PHONE } from "./stage.mjs";

export async function ways(stage) {
  const { manifest } = stage;
  const [consumer] = manifest.consumers;

  await stage.scene("desktop, anonymous: nobody signs in, and the agent sees nobody", DESKTOP, async (page) => {
    await openShop(page, manifest, "anonymous");
    await page.locator("#chat-button").click();
    await assertAnonymous(page);
    await assertExchanges(page, ["/anonymous/authorize", "/authenticate?v=3.0"], []);
    await assertAccessible(page);
    assert.equal(await page.locator("#chat-sign-in").count(), 0);
  });

  await stage.scene("desktop, step-up: the same conversation goes on with a name", DESKTOP, async (page) => {
    await openShop(page, manifest, "step_up");
    await page.locator("#chat-button").click();
    await assertAnonymous(page);
    const conversation = () => page.locator("#desk .agent-facts code").last().textContent();
    const before = await conversation();
    await page.locator("#desk-close").click();
    await page.locator("#chat-input").fill("Where is my order?");
    await page.locator("#chat-send").click();
    await page.locator("#chat-sign-in").click();
    await page.locator("#login-form").waitFor();
    await signIn(page, consumer);
    await assertVerified(page, consumer);
    await page.locator(".say-consumer", { hasText: "Where is my order?" }).waitFor();
    await assertAgentView(page, consumer, { full: true });
    assert.equal(await conversation(), before);
    assert.ok((await page.locator("#agent-chain .nameless").count()) >= 1);
    const secret = manifest.clients.platform_code.client_secret;
    await assertExchanges(page, ["/anonymous/authorize", "GET /authorize", "POST /token", "/authenticate?v=3.0"], [secret]);
    await assertAccessible(page);
  });

  await stage.scene("desktop, in the app: the phone's browser signs in, and the agent sees who it is", DESKTOP, async (page) => {
    await openShop(page, manifest, "in_app");
    await page.locator("#chat-button").click();
    await page.locator("#app-sign-in").waitFor();
    await assertAccessible(page);
    await signInByApp(page, consumer);
    await assertVerified(page, consumer);
    await assertAgentView(page, consumer, { full: true });
    await assertExchanges(page, ["com.brand.app:/callback", "POST /token"], []);
    await assertAccessible(page);
  });

  await stage.scene("phone: all ways fit", PHONE, async (page) => {
    for (const way of ["anonymous", "step_up", "in_app"]) {
      await openShop(page, manifest, way);
      await assertFits(page);
      await page.locator("#chat-button").tap();
      await page.locator("#chat-anonymous, #app-sign-in").waitFor();
      await assertFits(page);
    }
  });

  await stage.scene("keyboard only: another way is chosen by the arrows", DESKTOP, async (page) => {
    await page.goto(manifest.brand_page);
    await page.locator("#connector-code_pkce").focus();
    await page.keyboard.press("ArrowDown");
    assert.ok(await page.locator("#connector-code").isChecked());
    assert.ok(await page.locator("#way-code").isVisible());
    assert.ok(!(await page.locator("#way-code_pkce").isVisible()));
  });
}
