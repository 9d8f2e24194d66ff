// Clients that register themselves (RFC 7591), as anybody's may where an account lets them.

import assert from "node:assert/strict";
import * as client from "openid-client";
import { check, refused } from "../../checks.mjs";
import { authorize, checksOf, once } from "./party.mjs";

function register({ manifest, redirectUri }, metadata) {
  const execute = manifest.issuer.startsWith("http:") ? [client.allowInsecureRequests] : [];
  const options = { initialAccessToken: manifest.initial_access_token, execute: [...execute, client.enableNonRepudiationChecks] };
  const whole = { client_name: "Registers itself", redirect_uris: [redirectUri], ...metadata };
  return client.dynamicClientRegistration(new URL(manifest.issuer), whole, client.ClientSecretBasic(), options);
}

export async function registering(setting) {
  const config = await check("registration", () => register(setting, {}));
  await check("registration: the client signs a consumer in", async () => {
    const request = once();
    const answer = await authorize(setting, config, request, { scope: "openid email" });
    const tokens = await client.authorizationCodeGrant(config, answer, checksOf(request));
    assert.equal(tokens.claims().aud, config.clientMetadata().client_id);
  });
  await refused(
    "registration: an address that nobody may register",
    () => register(setting, { redirect_uris: ["javascript:alert(1)"] }),
    (error) => error.error === "invalid_redirect_uri",
  );
}
