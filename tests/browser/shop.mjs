// The demo's story: a visitor of the shop opens the chat, signs in, and the agent knows who they are.

import assert from "node:assert/strict";

export const CONNECTORS = ["code_pkce", "code", "implicit"];

/** Opens the shop and chooses a connector. */
export async function openShop(page, manifest, connector) {
  await page.goto(manifest.brand_page);
  await page.locator(`label[for="connector-${connector}"]`).click();
  assert.ok(await page.locator(`#connector-${connector}`).isChecked());
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
  assert.match(await view.locator("pre.json").last().textContent(), /"lp_sdes"/);
}
