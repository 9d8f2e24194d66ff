// A consumer forgets the password and comes back in: from the client, by the link in the mail, to the token. Then they change the
// password on their own page, and prove their address.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { assertLooks } from "./accessibility.mjs";
import { arrival, DESKTOP, parameters, PHONE } from "./stage.mjs";

// RFC 7636, appendix B.
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const WAYS = {
  desktop: DESKTOP,
  phone: PHONE,
  "without scripts": { ...DESKTOP, javaScriptEnabled: false },
};

/** The link in the latest mail to that address that holds one to that page. */
async function link(folder, to, page) {
  for (let tries = 0; tries < 100; tries += 1) {
    // The first mail makes the folder.
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".eml")).sort();
    for (const name of names.reverse()) {
      const mail = (await readFile(path.join(folder, name), "utf8")).replace(/=\r?\n/g, "").replaceAll("=3D", "=");
      const found = mail.match(new RegExp(`https?://[^\\s"<>]*/${page}\\?token=[^\\s"<>]+`));
      if (found && new RegExp(`^To: .*${to}`, "im").test(mail)) return found[0];
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`no mail to ${to} with a link to /${page}`);
}

/** Recovers, changes and proves, in each way. */
export async function recover(stage) {
  const { issuer, clients, config_file } = stage.manifest;
  const folder = (await readFile(config_file, "utf8")).match(/^\[mail\][^[]*^folder = "([^"]+)"/m)[1];
  const { client_id, redirect_uris } = clients.web;
  const [redirect_uri] = redirect_uris;
  const ask = (more) => `${issuer}/authorize?${new URLSearchParams({
    ...{ response_type: "code", client_id, redirect_uri, scope: "openid email", state: "s-1", nonce: "n-1" },
    ...{ code_challenge: CHALLENGE, code_challenge_method: "S256", ...more },
  })}`;

  for (const [way, options] of Object.entries(WAYS)) {
    const email = `${way.replace(" ", "-")}@forgetful.example`;
    const first = "nine careful lanterns";
    const second = "seven patient kettles";
    const third = "four quiet harbours";
    const looks = async (page, name) => {
      if (options.javaScriptEnabled === false) return;
      await assertLooks(page, `${name}-${way}`);
    };
    const signIn = async (page, password) => {
      await page.locator("#username").fill(email);
      await page.locator("#password").fill(password);
      await page.locator("#submit").click();
    };

    await stage.scene(`${way}: a consumer forgets the password and comes back to the client by the link in the mail`, options, async (page) => {
      await page.goto(ask({ prompt: "create" }));
      await page.locator("#email").fill(email);
      await page.locator("#password").fill(first);
      await page.locator("#submit").click();
      await page.locator("#login-form").waitFor();
      await page.goto(ask({}));
      await page.getByRole("link", { name: "Forgot password?" }).click();
      await page.locator("#recover-form").waitFor();
      await looks(page, "recover");
      await page.locator("#username").fill(email);
      await page.locator("#submit").click();
      await page.locator("#recover-sent").waitFor();
      await looks(page, "recover-sent");
      await page.goto(await link(folder, email, "recover"));
      await page.locator("#password").fill("short");
      await page.locator("#submit").click();
      await page.locator("#password-error").waitFor();
      await looks(page, "new-password-wrong");
      await page.locator("#password").fill(second);
      await page.keyboard.press("Enter");
      await page.locator("#recover-done").waitFor();
      await looks(page, "recover-done");
      await page.locator("#onward").click();
      const arrived = arrival(page, redirect_uri);
      await signIn(page, second);
      const got = await parameters(await arrived);
      assert.deepEqual([got.get("state"), got.get("iss")], ["s-1", issuer]);
      assert.ok(got.get("code"));
    });

    await stage.scene(`${way}: who knows the password changes it`, options, async (page) => {
      await page.goto(`${issuer}/login`);
      await signIn(page, second);
      await page.locator("#me-password").waitFor();
      await looks(page, "me");
      const form = page.locator("#me-password-form");
      await page.locator("#current-password").fill("not the one");
      await page.locator("#new-password").fill(third);
      await form.getByRole("button").click();
      await page.locator("#me-password-error").waitFor();
      await looks(page, "me-password-wrong");
      await page.locator("#current-password").fill(second);
      await page.locator("#new-password").fill(third);
      await form.getByRole("button").click();
      await page.locator("#password-changed").waitFor();
      await looks(page, "password-changed");
      await page.locator("#onward").click();
      await page.locator("#signed-in").waitFor();
      assert.match(await page.locator("#me-address-form").textContent(), /is confirmed/, "the link in the mail has proved it");
    });

    await stage.scene(`${way}: an address is confirmed by the link that was sent to it`, options, async (page) => {
      const email = `${way.replace(" ", "-")}@unconfirmed.example`;
      await page.goto(ask({ prompt: "create" }));
      await page.locator("#email").fill(email);
      await page.locator("#password").fill(first);
      await page.locator("#submit").click();
      await page.locator("#login-form").waitFor();
      await page.goto(`${issuer}/login`);
      await page.locator("#username").fill(email);
      await page.locator("#password").fill(first);
      await page.locator("#submit").click();
      await page.locator("#me-address-form").getByRole("button").click();
      await page.locator("#address-sent").waitFor();
      await looks(page, "address-sent");
      await page.goto(await link(folder, email, "verify-address"));
      await page.locator("#address-form").waitFor();
      await looks(page, "address-form");
      await page.keyboard.press("Enter");
      await page.locator("#address-proved").waitFor();
      await looks(page, "address-proved");
      await page.locator("#onward").click();
      assert.match(await page.locator("#me-address-form").textContent(), /is confirmed/);
    });
  }
}
