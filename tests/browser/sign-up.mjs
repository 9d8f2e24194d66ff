// A consumer makes an account on the brand's pages: from the client that asks for one to the token that it gets.

import assert from "node:assert/strict";
import { assertLooks } from "./accessibility.mjs";
import { arrival, DESKTOP, parameters, PHONE } from "./stage.mjs";

// RFC 7636, appendix B.
const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const WAYS = {
  desktop: DESKTOP,
  phone: PHONE,
  "without scripts": { ...DESKTOP, javaScriptEnabled: false },
};

/** A new name gets a token, a taken one the same answer. */
export async function signUp(stage) {
  const { issuer, clients } = stage.manifest;
  const { client_id, redirect_uris } = clients.web;
  const [redirect_uri] = redirect_uris;
  const ask = `${issuer}/authorize?${new URLSearchParams({
    ...{ response_type: "code", client_id, redirect_uri, scope: "openid email", prompt: "create", state: "s-1", nonce: "n-1" },
    ...{ code_challenge: CHALLENGE, code_challenge_method: "S256" },
  })}`;
  const redeem = async (code) => {
    const body = new URLSearchParams({ grant_type: "authorization_code", client_id, code, redirect_uri, code_verifier: VERIFIER });
    const answer = await fetch(`${issuer}/token`, { method: "POST", body });
    assert.equal(answer.status, 200, await answer.clone().text());
    const { id_token: token } = await answer.json();
    return JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
  };
  /** What the page says, without what is another one each time. */
  const said = async (page, email) => {
    const words = (await page.locator("main").textContent()).replaceAll(email, "somebody").replace(/\s+/g, " ");
    return [await page.title(), words, (await page.locator("#username").inputValue()).replace(email, "somebody")];
  };

  for (const [way, options] of Object.entries(WAYS)) {
    const email = `${way.replace(" ", "-")}@newcomer.example`;
    const password = "nine careful lanterns";
    const looks = async (page, name) => {
      if (options.javaScriptEnabled === false) return;
      await assertLooks(page, `${name}-${way}`);
    };
    const register = async (page, secret) => {
      await page.goto(ask);
      await page.locator("#name").fill("Nia Newcomer");
      await page.locator("#email").fill(email);
      await page.locator("#password").fill(secret);
      await page.locator("#submit").click();
    };
    const answers = [];

    await stage.scene(`${way}: a newcomer makes an account, signs in, and the client gets a token`, options, async (page) => {
      await register(page, "short");
      await page.locator("#register-error").waitFor();
      assert.equal(await page.locator("#email").inputValue(), email, "what was typed stays");
      await looks(page, "register-wrong");
      await register(page, password);
      await page.locator("#login-form").waitFor();
      await looks(page, "registered");
      answers.push(await said(page, email));
      const arrived = arrival(page, redirect_uri);
      await page.locator("#password").fill(password);
      await page.locator("#submit").click();
      const got = await parameters(await arrived);
      assert.deepEqual([got.get("state"), got.get("iss")], ["s-1", issuer]);
      const claims = await redeem(got.get("code"));
      assert.deepEqual([claims.iss, claims.aud, claims.nonce], [issuer, client_id, "n-1"]);
      assert.ok(claims.sub && !claims.sub.includes("@"), claims.sub);
    });

    await stage.scene(`${way}: a name that is taken is answered like a new one, and its owner's password counts`, options, async (page) => {
      await register(page, "eleven other lanterns");
      await page.locator("#login-form").waitFor();
      answers.push(await said(page, email));
      assert.deepEqual(answers[1], answers[0]);
      await page.locator("#password").fill("eleven other lanterns");
      await page.locator("#submit").click();
      await page.locator("#login-error").waitFor();
      const arrived = arrival(page, redirect_uri);
      await page.locator("#password").fill(password);
      await page.locator("#submit").click();
      const got = await parameters(await arrived);
      assert.ok((await redeem(got.get("code"))).sub);
    });
  }
}
