// What is told of a consumer, and under which name.

import assert from "node:assert/strict";
import { check } from "../../../checks.mjs";

/** Claims of tokens, which no request names. */
const OF_TOKENS = new Set(["iss", "aud", "exp", "iat", "nonce", "sid", "auth_time", "acr", "amr"]);

export async function claiming(provider) {
  const { metadata } = provider;
  // lp_sdes is for clients that an administrator made: the platform's flows show it, and here it must stay away.
  const all = metadata.scopes_supported.filter((scope) => scope !== "lp_sdes");
  const scope = metadata.scopes_supported.join(" ");
  const client = await provider.register({ scope, grant_types: ["authorization_code", "refresh_token"] });
  for (const scope of all) {
    await check(`scope ${scope}`, async () => {
      const { scope: granted } = await provider.tokens(client, { scope: [...new Set(["openid", scope])].join(" "), prompt: "consent" });
      assert.ok(granted.split(" ").includes(scope), granted);
    });
  }
  await check("a scope that isn't advertised is not granted", async () => {
    const { response } = await provider.authorize(client, { scope: "openid telepathy" });
    if (response.error) assert.equal(response.error, "invalid_scope");
  });
  const named = metadata.claims_supported.filter((claim) => !OF_TOKENS.has(claim) && claim !== "lp_sdes");
  await check("claims: each that is advertised comes from userinfo when it is asked for", async () => {
    const claims = JSON.stringify({ userinfo: Object.fromEntries(named.map((claim) => [claim, null])) });
    const { access_token } = await provider.tokens(client, { scope: all.join(" "), claims, prompt: "consent" });
    const response = await fetch(metadata.userinfo_endpoint, { headers: { authorization: `Bearer ${access_token}` } });
    const info = await response.json();
    assert.deepEqual(named.filter((claim) => !(claim in info)), []);
  });
  await check("claims: what a client may not have by a scope, it may not have by name", async () => {
    const claims = JSON.stringify({ userinfo: { lp_sdes: { essential: true } } });
    const { access_token } = await provider.tokens(client, { scope: all.join(" "), claims, prompt: "consent" });
    const response = await fetch(metadata.userinfo_endpoint, { headers: { authorization: `Bearer ${access_token}` } });
    assert.equal((await response.json()).lp_sdes, undefined);
  });
  await check("claims: those of tokens are in an id_token", async () => {
    const claims = JSON.stringify({ id_token: { auth_time: { essential: true }, acr: null, amr: null } });
    const { id_token } = await provider.tokens(client, { claims });
    const { claims: told } = await provider.verified(id_token, client);
    const expected = metadata.claims_supported.filter((claim) => OF_TOKENS.has(claim));
    assert.deepEqual(expected.filter((claim) => !(claim in told)), []);
  });
  for (const acr of metadata.acr_values_supported ?? []) {
    await check(`acr ${acr}`, async () => {
      const { id_token } = await provider.tokens(client, { acr_values: acr });
      const { claims: told } = await provider.verified(id_token, client);
      assert.equal(told.acr, acr);
    });
  }
  for (const type of metadata.subject_types_supported) {
    await check(`subject_type ${type}`, async () => {
      const own = await provider.register({ subject_type: type });
      const { id_token } = await provider.tokens(own);
      const { claims: told } = await provider.verified(id_token, own);
      assert.equal(told.sub === provider.consumer.sub, type === "public");
    });
  }
}
