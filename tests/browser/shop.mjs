// The demo's story: a visitor of the shop opens the chat, signs in, and the agent knows who they are.

import assert from "node:assert/strict";

/** The ways in which the page leaves for the login and comes back. */
export const CONNECTORS = ["code_pkce", "code", "implicit", "encrypted"];

/** Opens the shop and begins a chat in one of the ways: by one press. */
export async function beginChat(page, manifest, way, look = async () => {}) {
  await page.goto(manifest.brand_page);
  await look();
  await page.locator(`#start-${way}`).click();
}

/** Fills in the login form and sends it. */
export async function signIn(page, { username, password }) {
  await page.locator("#username").fill(username);
  await page.locator("#password").fill(password);
  await page.locator("#submit").click();
}

/** The chat says that it knows who is there. */
export async function assertVerified(page, consumer) {
  await page.locator("#chat-verified").waitFor();
  const words = await page.locator("#chat-verified").textContent();
  assert.ok(consumer.name.split(" ").some((part) => words.includes(part)), words);
  // Nothing of the answer stays in the address bar.
  assert.deepEqual([new URL(page.url()).search, new URL(page.url()).hash], ["", ""]);
}

/** The agent sees the same person, verified, with what the brand knows of them. */
export async function assertAgentView(page, consumer, { full }) {
  const view = page.locator("#desk #agent-view");
  await view.waitFor();
  await view.locator("#agent-verified").waitFor();
  assert.equal(await view.locator("#agent-sub").textContent(), consumer.sub);
  assert.equal(await view.locator("h1").textContent(), consumer.name);
  assert.equal(await view.locator("#agent-checks .failed").count(), 0);
  assert.ok((await view.locator("#agent-checks .passed").count()) >= 4);
  const words = await view.textContent();
  for (const attribute of full ? ["Customer type", "gold", "Customer ID", "Email", "First name"] : ["Customer ID"]) {
    assert.ok(words.includes(attribute), `the agent does not see ${attribute}`);
  }
  const brands = view.locator(".panel-code").first();
  assert.match(await brands.locator("pre.json").last().textContent(), /"lp_sdes"/);
  assert.equal(await view.locator("#agent-chain .known").count(), 1);
}

/** The agent sees somebody without a name, whom the platform can tell from others all the same. */
export async function assertAnonymous(page) {
  await page.locator("#chat-anonymous").waitFor();
  const view = page.locator("#desk #agent-view");
  await view.locator("#agent-anonymous").waitFor();
  assert.equal(await view.locator("h1").textContent(), "Anonymous visitor");
  assert.equal(await view.locator("#agent-sub").count(), 0);
  assert.match(await view.locator("#agent-chain .nameless code").textContent(), /^[\w-]{20,}$/);
}

/** In the app: the phone's browser signs in, and goes away by itself. */
export async function signInByApp(page, consumer) {
  const opened = page.waitForEvent("popup");
  await page.locator("#app-sign-in").click();
  const browser = await opened;
  await browser.locator("#login-form").waitFor();
  const closed = browser.waitForEvent("close");
  await signIn(browser, consumer).catch((error) => {
    // Gone already.
    if (!browser.isClosed()) throw error;
  });
  await closed;
}
