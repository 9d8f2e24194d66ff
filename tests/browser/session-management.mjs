// A client's page watches the provider's frame (OpenID Connect Session Management 1.0): it says when the session has changed.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { signIn } from "./shop.mjs";
import { DESKTOP, allow } from "./stage.mjs";

/** A client on the provider's own site, as a brand's are: from those of other sites, browsers keep its cookie. */
async function client() {
  const server = createServer((request, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end('<!doctype html><title>Client</title><link rel="icon" href="data:,">');
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

export async function sessionManagement(stage) {
  const { manifest } = stage;
  const server = await client();
  const origin = `http://localhost:${server.address().port}`;
  allow(origin);
  await stage.scene("session management: the frame says when the session has changed", DESKTOP, async (page, context) => {
    const metadata = await (await fetch(`${manifest.issuer}/.well-known/openid-configuration`)).json();
    const response = await fetch(metadata.registration_endpoint, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ client_name: "Watcher", redirect_uris: [`${origin}/callback`] }),
    });
    const registered = await response.json();
    assert.equal(response.status, 201, JSON.stringify(registered));
    const { client_id } = registered;
    const asked = new URLSearchParams({ client_id, response_type: "code", scope: "openid", redirect_uri: `${origin}/callback` });
    await page.goto(`${metadata.authorization_endpoint}?${asked}`);
    await signIn(page, manifest.consumers[0]);
    await page.locator("#consent-allow").click();
    await page.waitForURL(`${origin}/callback?**`);
    const state = new URL(page.url()).searchParams.get("session_state");

    await page.evaluate((url) => {
      const frame = document.createElement("iframe");
      frame.src = url;
      document.body.append(frame);
      return new Promise((resolve) => (frame.onload = resolve));
    }, metadata.check_session_iframe);
    const asks = (message) =>
      page.evaluate(
        ([message, origin]) =>
          new Promise((resolve) => {
            window.addEventListener("message", (event) => event.origin === origin && resolve(event.data), { once: true });
            document.querySelector("iframe").contentWindow.postMessage(message, origin);
          }),
        [message, new URL(manifest.issuer).origin],
      );
    assert.equal(await asks(`${client_id} ${state}`), "unchanged");
    assert.equal(await asks(`another ${state}`), "changed");
    assert.equal(await asks("nonsense"), "error");

    // It goes on watching while another tab signs out.
    const tab = await context.newPage();
    await tab.goto(metadata.end_session_endpoint);
    await tab.locator("#logout-confirm").click();
    await tab.locator("#logout-done").waitFor();
    assert.equal(await asks(`${client_id} ${state}`), "changed");
  });
  server.close();
}
