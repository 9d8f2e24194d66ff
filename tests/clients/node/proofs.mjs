// Tokens that are bound to a key of the client's (DPoP, RFC 9449): whoever has them alone has nothing.

import assert from "node:assert/strict";
import * as client from "openid-client";
import { check, refused } from "../../checks.mjs";
import { checksOf, discover, once, open, parametersOf } from "./party.mjs";

/** The code flow, with a key that code and tokens are bound to. */
async function signIn(setting, config, DPoP, extra) {
  const request = once();
  const parameters = await parametersOf(setting, request, { dpop_jkt: await DPoP.calculateThumbprint(), ...extra });
  const answer = await open(setting, client.buildAuthorizationUrl(config, parameters));
  return client.authorizationCodeGrant(config, answer, checksOf(request), undefined, { DPoP });
}

export async function boundTokens(setting) {
  const { manifest, clients } = setting;
  const [consumer] = manifest.consumers;
  for (const alg of ["ES256", "PS256", "Ed25519"]) {
    const config = await discover(setting, clients.public);
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair(alg));
    let tokens;
    await check(`DPoP, ${alg}: code, userinfo and refresh`, async () => {
      tokens = await signIn(setting, config, DPoP, { scope: "openid email offline_access" });
      assert.equal(tokens.token_type, "dpop");
      const info = await client.fetchUserInfo(config, tokens.access_token, consumer.sub, { DPoP });
      assert.equal(info.email, consumer.username);
      const next = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
      assert.equal(next.token_type, "dpop");
      tokens = next;
    });
    const others = client.getDPoPHandle(config, await client.randomDPoPKeyPair(alg));
    await refused(`DPoP, ${alg}: a token without its key`, () =>
      client.fetchUserInfo(config, tokens.access_token, consumer.sub),
    );
    await refused(`DPoP, ${alg}: a token with another key`, () =>
      client.fetchUserInfo(config, tokens.access_token, consumer.sub, { DPoP: others }),
    );
    await refused(
      `DPoP, ${alg}: a public client's refresh token with another key`,
      () => client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP: others }),
      (error) => ["invalid_grant", "invalid_dpop_proof"].includes(error.error),
    );
  }
  await check("DPoP: introspection names the key", async () => {
    const config = await discover(setting, clients.basic);
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair());
    const tokens = await signIn(setting, config, DPoP);
    const told = await client.tokenIntrospection(config, tokens.access_token);
    assert.equal(told.cnf.jkt, await DPoP.calculateThumbprint());
  });
  await refused(
    "DPoP: a code that is bound to another key",
    async () => {
      const config = await discover(setting, clients.public);
      const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair());
      await signIn(setting, config, DPoP, { dpop_jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" });
    },
    (error) => ["invalid_grant", "invalid_dpop_proof"].includes(error.error),
  );
}
