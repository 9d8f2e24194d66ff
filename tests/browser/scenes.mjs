// What happens in the demo, scene by scene.

import assert from "node:assert/strict";
import { assertAccessible, assertFits } from "./accessibility.mjs";
import { assertExchanges } from "./exchanges.mjs";
import { CONNECTORS, assertAgentView, assertVerified, beginChat, signIn } from "./shop.mjs";
import { DESKTOP, PHONE, arrival, parameters } from "./stage.mjs";

/** Each connector, from the click to the agent's view. */
export async function connectors(stage) {
  const { manifest } = stage;
  for (const [index, connector] of CONNECTORS.entries()) {
    const consumer = manifest.consumers[index];
    await stage.scene(`desktop, ${connector}: sign in and be known`, DESKTOP, async (page) => {
      await beginChat(page, manifest, connector);
      await page.locator("#login-form").waitFor();
      await signIn(page, consumer);
      await assertVerified(page, consumer);
      await assertAgentView(page, consumer, { full: index === 0 });
      await assertExchanges(page, manifest, connector);
      await page.locator("#desk-close").click();
      await page.locator("#chat-input").fill("Where is my order?");
      await page.locator("#chat-send").click();
      await page.locator(".say-consumer", { hasText: "Where is my order?" }).waitFor();
    });
  }
  await stage.scene("phone: sign in and be known", PHONE, async (page) => {
    const [consumer] = manifest.consumers;
    await beginChat(page, manifest, "code_pkce", () => assertFits(page));
    await page.locator("#login-form").waitFor();
    await assertFits(page);
    await signIn(page, consumer);
    await assertVerified(page, consumer);
    assert.ok(!(await page.locator("#desk").isVisible()), "the agent's view covers the chat");
    await page.locator("#desk-button").tap();
    await assertAgentView(page, consumer, { full: true });
    await assertFits(page);
  });
  await stage.scene("desktop: who is signed in is known at once, by every connector", DESKTOP, async (page) => {
    const [consumer] = manifest.consumers;
    for (const [index, connector] of CONNECTORS.entries()) {
      await beginChat(page, manifest, connector);
      if (index === 0) await signIn(page, consumer);
      await assertVerified(page, consumer);
    }
  });
}

/** A wrong password, and the end of a session. */
export async function sessions(stage) {
  const { manifest } = stage;
  const consumer = manifest.consumers[3];
  await stage.scene("a wrong password is said to be wrong, and the right one goes on", DESKTOP, async (page) => {
    await beginChat(page, manifest, "code");
    const answer = page.waitForResponse((response) => {
      // The shop's helper has asked before, in vain.
      const request = response.request();
      return request.method() === "POST" && request.isNavigationRequest();
    });
    await signIn(page, { ...consumer, password: "wrong" });
    assert.equal((await answer).status(), 422);
    await page.locator("#login-error").waitFor();
    assert.equal(await page.locator("#login-error").getAttribute("role"), "alert");
    assert.equal(await page.locator("#username").inputValue(), consumer.username);
    assert.equal(await page.locator("#password").inputValue(), "");
    await assertAccessible(page);
    await page.locator("#password").fill(consumer.password);
    await page.locator("#submit").click();
    await assertVerified(page, consumer);
  });
  await stage.scene("after the logout nobody is signed in", DESKTOP, async (page) => {
    await beginChat(page, manifest, "code");
    await signIn(page, manifest.consumers[0]);
    await assertVerified(page, manifest.consumers[0]);
    await page.goto(manifest.brand_page);
    await page.locator("#demo-logout").click();
    await page.locator("#logout-form").waitFor();
    await assertAccessible(page);
    await page.locator("#logout-confirm").click();
    await page.locator("#logout-done").waitFor();
    await assertAccessible(page);
    await beginChat(page, manifest, "code");
    await page.locator("#login-form").waitFor();
  });
}

/** The provider's pages do without scripts. */
export async function withoutScripts(stage) {
  const { manifest } = stage;
  const { platform_implicit: implicit, platform_code: code } = manifest.clients;
  const still = { ...DESKTOP, javaScriptEnabled: false };
  const ask = (parameters) => `${manifest.issuer}/authorize?${new URLSearchParams(parameters)}`;
  const window = "https://liveperson.net";

  await stage.scene("without scripts: sign in, and the code comes to the client", still, async (page) => {
    const arrived = arrival(page, window);
    await page.goto(ask({ response_type: "code", client_id: code.client_id, redirect_uri: window, state: "s-1" }));
    await signIn(page, manifest.consumers[0]);
    const got = await parameters(await arrived);
    assert.deepEqual([got.get("state"), got.get("iss")], ["s-1", manifest.issuer]);
    assert.ok(got.get("code"));
  });
  const formPost = async (page, press) => {
    const arrived = arrival(page, window);
    const form_post = { response_type: "id_token", response_mode: "form_post", nonce: "n-1" };
    await page.goto(ask({ client_id: implicit.client_id, redirect_uri: window, ...form_post }));
    await signIn(page, manifest.consumers[0]);
    await press?.();
    const request = await arrived;
    assert.equal(request.method(), "POST");
    assert.match((await parameters(request)).get("id_token"), /^[\w-]+\.[\w-]+\.[\w-]+$/);
  };
  await stage.scene("without scripts: a form_post waits for a click", still, async (page) => {
    await formPost(page, () => page.locator("#form-post button").click());
  });
  await stage.scene("with scripts: a form_post sends itself", DESKTOP, (page) => formPost(page));
  await stage.scene("without scripts: the logout", still, async (page, context) => {
    const arrived = arrival(page, window);
    await page.goto(ask({ response_type: "code", client_id: code.client_id, redirect_uri: window }));
    await signIn(page, manifest.consumers[0]);
    await arrived;
    // In another tab: this one is busy with a client that is not there.
    const tab = await context.newPage();
    await tab.goto(`${manifest.issuer}/logout`);
    await tab.locator("#logout-confirm").click();
    await tab.locator("#logout-done").waitFor();
  });
}

/** Everything can be reached and pressed by keys, and it shows where one is. */
export async function keyboard(stage) {
  const { manifest } = stage;
  const [consumer] = manifest.consumers;
  await stage.scene("keyboard only: from the shop to the chat", DESKTOP, async (page) => {
    const focused = () => page.evaluate(() => document.activeElement?.id ?? "");
    const tabTo = async (id) => {
      for (let presses = 0; presses < 80; presses += 1) {
        if ((await focused()) === id) return assertFocusShows(page);
        await page.keyboard.press("Tab");
      }
      throw new Error(`#${id} is not reached by Tab, the focus is at #${await focused()}`);
    };
    await page.goto(manifest.brand_page);
    await tabTo("chat-button");
    await page.keyboard.press("Enter");
    await page.locator("#username:focus").waitFor();
    await assertFocusShows(page);
    await page.keyboard.type(consumer.username);
    await tabTo("password");
    await page.keyboard.type(consumer.password);
    await page.keyboard.press("Enter");
    await assertVerified(page, consumer);
    await page.locator("#desk #agent-view").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("#desk").waitFor({ state: "hidden" });
    await tabTo("chat-input");
    await page.keyboard.type("Hello");
    await page.keyboard.press("Enter");
    await page.locator(".say-consumer", { hasText: "Hello" }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator("#chat").waitFor({ state: "hidden" });
    assert.equal(await focused(), "chat-button");
  });
}

async function assertFocusShows(page) {
  const shows = await page.evaluate(() => {
    const marked = (element) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
    };
    const element = document.activeElement;
    return marked(element) || marked(element.parentElement);
  });
  assert.ok(shows, "nothing shows where the focus is");
}

/** Pages that the story does not pass. */
export async function pages(stage, thirdParty) {
  const { manifest } = stage;
  const [consumer] = manifest.consumers;
  const window = thirdParty.redirect_uris[0];
  const ask = (parameters) =>
    `${manifest.issuer}/authorize?${new URLSearchParams({
      response_type: "id_token",
      client_id: thirdParty.client_id,
      redirect_uri: window,
      scope: "openid profile email phone address",
      nonce: "n-1",
      ...parameters,
    })}`;

  await stage.scene("consent: another brand's client is allowed", DESKTOP, async (page) => {
    const arrived = arrival(page, window);
    await page.goto(ask({}));
    await assertAccessible(page);
    await signIn(page, consumer);
    await page.locator("#consent-form").waitFor();
    await assertAccessible(page);
    await page.locator("#consent-allow").click();
    assert.ok((await parameters(await arrived)).get("id_token"));
  });
  await stage.scene("consent, phone: another brand's client is denied", PHONE, async (page) => {
    const arrived = arrival(page, window);
    await page.goto(ask({ prompt: "consent" }));
    await signIn(page, consumer);
    await page.locator("#consent-form").waitFor();
    await assertFits(page);
    await page.locator("#consent-deny").tap();
    assert.equal((await parameters(await arrived)).get("error"), "access_denied");
  });
  await stage.scene("an unknown client gets an error page, and no redirect", DESKTOP, async (page) => {
    const answer = await page.goto(ask({ client_id: "unknown" }));
    assert.ok(answer.status() >= 400);
    await page.locator("#error-title").waitFor();
    assert.notEqual(await page.locator("#error-message").textContent(), "");
    await assertAccessible(page);
  });
  await stage.scene("who is signed in sees it, and so does nobody else", DESKTOP, async (page) => {
    await beginChat(page, manifest, "code");
    await signIn(page, consumer);
    await assertVerified(page, consumer);
    await page.goto(`${manifest.issuer}/me`);
    await page.locator("#signed-in").waitFor();
    await assertAccessible(page);
  });
  for (const [name, size] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    await stage.scene(`${name}: the demo's own pages are accessible`, size, async (page) => {
      await beginChat(page, manifest, "code", () => assertAccessible(page));
      await signIn(page, consumer);
      await assertVerified(page, consumer);
      if (size === PHONE) {
        await assertAccessible(page);
        await page.locator("#desk-button").tap();
      }
      await page.locator("#desk #agent-view").waitFor();
      await assertAccessible(page);
    });
  }
  for (const language of ["de", "fr", "es", "ja"]) {
    await stage.scene(`the login page in ${language}`, PHONE, async (page) => {
      await page.goto(ask({ ui_locales: language }));
      assert.equal(await page.locator("html").getAttribute("lang"), language);
      await assertFits(page);
    });
  }
}
