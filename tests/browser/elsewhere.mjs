// Pages on the way that most sign-ins don't pass: for devices and programs elsewhere, for choosing and making an account.

import assert from "node:assert/strict";
import { assertAccessible, assertFits } from "./accessibility.mjs";
import { signIn } from "./shop.mjs";
import { arrival, DESKTOP, PHONE } from "./stage.mjs";

const SIZES = { desktop: DESKTOP, phone: PHONE };

/** Looks at the page as people do who see little, or have a small screen; keeps a picture where a folder is named. */
async function look(page, name) {
  await assertAccessible(page);
  await assertFits(page);
  // What moves has come to its end.
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/${name}.png`, fullPage: true });
}

export async function elsewhere(stage) {
  const { manifest } = stage;
  const { web } = manifest.clients;
  const [consumer] = manifest.consumers;
  const ask = (parameters) =>
    `${manifest.issuer}/authorize?${new URLSearchParams({
      response_type: "code",
      client_id: web.client_id,
      redirect_uri: web.redirect_uris[0],
      scope: "openid",
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
      code_challenge_method: "S256",
      ...parameters,
    })}`;

  for (const [size, options] of Object.entries(SIZES)) {
    await stage.scene(`${size}: a device is let in`, options, async (page) => {
      const { user_code: code } = await device(manifest);
      await enter(page, manifest);
      await look(page, `device-${size}`);
      await page.locator("#device-form input[type=text]").fill(code);
      await page.locator("#device-form [type=submit]").click();
      if (await page.locator("#login-form").isVisible()) await signIn(page, consumer);
      await page.locator("#consent-form").waitFor();
      await look(page, `device-consent-${size}`);
      await page.locator("#consent-allow").click();
      await page.locator("#decision-done").waitFor();
      await look(page, `device-done-${size}`);
    });
    await stage.scene(`${size}: an account is chosen`, options, async (page) => {
      await enter(page, manifest);
      await page.goto(ask({ prompt: "select_account" }));
      await page.locator("#choose-form").waitFor();
      await look(page, `select-account-${size}`);
    });
    await stage.scene(`${size}: two accounts in one browser`, options, async (page) => {
      const [one, two] = manifest.consumers;
      await enter(page, manifest);
      await page.goto(ask({ prompt: "select_account" }));
      await page.locator("#choose-other").click();
      await page.locator("#login-form").waitFor();
      const went = arrival(page, web.redirect_uris[0]);
      await signIn(page, two);
      await went;
      // Nobody says who is meant: both are offered, whoever was chosen last first. One is chosen, by keys alone.
      await page.goto(ask({ prompt: "select_account" }));
      await page.locator("#choose-continue-2").waitFor();
      assert.ok((await page.locator("#choose-continue").textContent()).includes(two.name));
      await look(page, `select-account-two-${size}`);
      const back = arrival(page, web.redirect_uris[0]);
      await page.locator("#choose-continue-2").focus();
      await page.keyboard.press("Enter");
      await back;
      await page.goto(`${manifest.issuer}/me`);
      assert.ok((await page.locator(".lead").first().textContent()).includes(one.name));
      await look(page, `me-of-two-${size}`);
      // Signing one out leaves the other; all of them leaves nobody.
      await page.goto(`${manifest.issuer}/logout`);
      await page.locator("#logout-all").waitFor();
      await look(page, `logout-of-two-${size}`);
      await page.locator("#logout-confirm").click();
      await page.locator("#logout-done").waitFor();
      await page.goto(`${manifest.issuer}/me`);
      assert.ok((await page.locator(".lead").first().textContent()).includes(two.name));
      await page.locator("#me-others").click();
      await page.locator("#choose-form").waitFor();
      assert.equal(await page.locator("#choose-continue-2").count(), 0);
    });
    await stage.scene(`${size}: an account is made`, options, async (page) => {
      await page.goto(ask({ prompt: "create" }));
      await page.locator("#register-form").waitFor();
      await look(page, `register-${size}`);
    });
    await stage.scene(`${size}: one's own page`, options, async (page) => {
      await enter(page, manifest);
      await page.goto(`${manifest.issuer}/me`);
      await page.locator("#signed-in").waitFor();
      await look(page, `me-${size}`);
      await page.goto(`${manifest.issuer}/end_session`);
      await page.locator("#logout-form").waitFor();
      await look(page, `logout-${size}`);
      await page.locator("#logout-confirm").click();
      await page.locator("#logout-done").waitFor();
      await look(page, `logged-out-${size}`);
    });
  }
}

/** Signs in where no client waits: at the page for devices. */
async function enter(page, { issuer, consumers: [consumer] }) {
  await page.goto(`${issuer}/device`);
  if (await page.locator("#login-form").isVisible()) await signIn(page, consumer);
  await page.locator("#device-form").waitFor();
}

/** A device that registers itself and asks to be let in. */
async function device({ issuer, initial_access_token: token }) {
  const grant = "urn:ietf:params:oauth:grant-type:device_code";
  const registered = await fetch(`${issuer}/register`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({
      client_name: "Living room",
      redirect_uris: [],
      response_types: [],
      grant_types: [grant],
      scope: "openid profile",
      token_endpoint_auth_method: "none",
    }),
  });
  const { client_id } = await registered.json();
  const body = new URLSearchParams({ client_id, scope: "openid profile" });
  const answer = await fetch(`${issuer}/device_authorization`, { method: "POST", body });
  assert.equal(answer.status, 200);
  return answer.json();
}
