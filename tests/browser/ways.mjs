// The ways in which a chat learns who is there, beside those in which the page leaves for the login and comes back.

import assert from "node:assert/strict";
import { assertAccessible, assertFits } from "./accessibility.mjs";
import { assertExchanges } from "./exchanges.mjs";
import { assertAgentView, assertAnonymous, assertVerified, beginChat, signIn, signInByApp } from "./shop.mjs";
import { DESKTOP, PHONE } from "./stage.mjs";

export async function ways(stage) {
  const { manifest } = stage;
  const [consumer] = manifest.consumers;

  await stage.scene("desktop, anonymous: nobody signs in, and the agent sees nobody", DESKTOP, async (page) => {
    await beginChat(page, manifest, "anonymous");
    await assertAnonymous(page);
    await assertExchanges(page, manifest, "anonymous");
    await assertAccessible(page);
    assert.equal(await page.locator("#chat-sign-in").count(), 0);
  });

  await stage.scene("desktop, step-up: the same conversation goes on with a name", DESKTOP, async (page) => {
    await beginChat(page, manifest, "step_up");
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
    await assertExchanges(page, manifest, "step_up");
    await assertAccessible(page);
  });

  await stage.scene("desktop, in the app: the phone's browser signs in, and the agent sees who it is", DESKTOP, async (page) => {
    await beginChat(page, manifest, "in_app");
    await page.locator("#app-sign-in").waitFor();
    await assertAccessible(page);
    await signInByApp(page, consumer);
    await assertVerified(page, consumer);
    await assertAgentView(page, consumer, { full: true });
    await assertExchanges(page, manifest, "in_app");
    await assertAccessible(page);
  });

  await stage.scene("phone: all ways fit", PHONE, async (page) => {
    for (const way of ["anonymous", "step_up", "in_app"]) {
      await beginChat(page, manifest, way, () => assertFits(page));
      await page.locator("#chat-anonymous, #app-sign-in").waitFor();
      await assertFits(page);
    }
  });

  await stage.scene("keyboard only: what a way is, is read before it is pressed, and the next chat is in the same way", DESKTOP, async (page) => {
    await page.goto(manifest.brand_page);
    await page.locator("#start-code_pkce").focus();
    await page.keyboard.press("Tab");
    assert.ok(await page.locator("#way-code").isVisible());
    assert.ok(!(await page.locator("#way-code_pkce").isVisible()));
    await page.locator("#start-anonymous").focus();
    await page.keyboard.press("Enter");
    await assertAnonymous(page);
    await page.locator("#desk-close").click();
    await page.locator("#chat-close").click();
    assert.equal(await page.locator("#start-anonymous").getAttribute("aria-current"), "true");
    await page.reload();
    assert.equal(await page.locator("#start-anonymous").getAttribute("aria-current"), "true");
    await page.locator("#chat-button").click();
    await assertAnonymous(page);
  });

  const still = { ...DESKTOP, javaScriptEnabled: false };
  for (const way of ["code_pkce", "code", "implicit", "encrypted", "in_app"]) {
    await stage.scene(`without scripts, ${way}: sign in, and the agent sees who it is`, still, async (page) => {
      await beginChat(page, manifest, way, () => page.locator("#language").selectOption("de"));
      await page.locator("#login-form").waitFor();
      assert.equal(await page.locator("html").getAttribute("lang"), "de");
      await signIn(page, consumer);
      // A token comes by a form, which no script sends here.
      if (["implicit", "encrypted"].includes(way)) await page.locator("#form-post button").click();
      await page.locator("#talk-verified").waitFor();
      await page.locator("#talk-agent").click();
      await page.locator("#agent-view #agent-verified").waitFor();
      assert.equal(await page.locator("#agent-sub").textContent(), consumer.sub);
      assert.equal(await page.locator("#agent-checks .failed").count(), 0);
    });
  }
  await stage.scene("without scripts, anonymous and step-up: the same conversation goes on with a name", still, async (page) => {
    await beginChat(page, manifest, "anonymous");
    await page.locator("#talk-anonymous").waitFor();
    assert.equal(await page.locator("#talk-sign-in").count(), 0);
    await beginChat(page, manifest, "step_up");
    const talk = new URL(page.url()).pathname;
    await page.locator("#talk-sign-in").click();
    await signIn(page, consumer);
    await page.locator("#talk-verified").waitFor();
    assert.equal(new URL(page.url()).pathname, talk);
    await page.locator("#talk-agent").click();
    assert.equal(await page.locator("#agent-chain .known").count(), 1);
    assert.ok((await page.locator("#agent-chain .nameless").count()) >= 1);
  });
  await stage.scene("phone: the page of a chat without scripts fits", PHONE, async (page) => {
    const talk = await page.request.post(`${new URL(manifest.brand_page).origin}/demo/ways`, { form: { way: "step_up" } });
    await page.goto(talk.url());
    await page.locator("#talk-anonymous").waitFor();
    await assertFits(page);
    await assertAccessible(page);
  });
}
