// Consumers who are somewhere else: at another screen than the device's (RFC 8628), or at a device of their own (CIBA).

import assert from "node:assert/strict";
import * as client from "openid-client";
import { check, refused } from "../../checks.mjs";
import { Browser } from "./browser.mjs";
import { discover } from "./party.mjs";

async function assertWho({ manifest }, config, tokens) {
  const [consumer] = manifest.consumers;
  assert.equal(tokens.claims().sub, consumer.sub);
  const info = await client.fetchUserInfo(config, tokens.access_token, consumer.sub);
  assert.equal(info.email, consumer.username);
}

/** A device shows a code, and the consumer types it elsewhere. */
export async function devices(setting) {
  const { manifest, clients } = setting;
  const [consumer] = manifest.consumers;
  const config = await discover(setting, clients.device);
  const begin = () => client.initiateDeviceAuthorization(config, { scope: "openid email" });
  await check("device: allowed", async () => {
    const begun = await begin();
    assert.match(begun.user_code, /^[A-Z]{4}-[A-Z]{4}$/);
    await new Browser(manifest.issuer).decide(begun.verification_uri_complete, consumer);
    await assertWho(setting, config, await client.pollDeviceAuthorizationGrant(config, begun));
  });
  await refused(
    "device: denied",
    async () => {
      const begun = await begin();
      await new Browser(manifest.issuer).decide(begun.verification_uri_complete, { ...consumer, decision: "deny" });
      await client.pollDeviceAuthorizationGrant(config, begun);
    },
    (error) => error.error === "access_denied",
  );
}

/** A client asks, and the consumer answers on a device of their own. */
export async function backchannel(setting) {
  const { manifest, clients } = setting;
  const [consumer] = manifest.consumers;
  const config = await discover(setting, clients.counter);
  const asked = { scope: "openid email", login_hint: consumer.username, binding_message: "W-4711" };
  await check("backchannel request: allowed", async () => {
    const begun = await client.initiateBackchannelAuthentication(config, asked);
    await new Browser(manifest.issuer).decide(`${manifest.issuer}/approve`, consumer);
    await assertWho(setting, config, await client.pollBackchannelAuthenticationGrant(config, begun));
  });
  await refused(
    "backchannel request: denied",
    async () => {
      const begun = await client.initiateBackchannelAuthentication(config, asked);
      await new Browser(manifest.issuer).decide(`${manifest.issuer}/approve`, { ...consumer, decision: "deny" });
      await client.pollBackchannelAuthenticationGrant(config, begun);
    },
    (error) => error.error === "access_denied",
  );
  await refused(
    "backchannel request: about nobody",
    () => client.initiateBackchannelAuthentication(config, { ...asked, login_hint: "nobody@example.test" }),
    (error) => error.error === "unknown_user_id",
  );
}
