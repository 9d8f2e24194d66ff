// What the token endpoint takes, once each.

import assert from "node:assert/strict";
import * as jose from "jose";
import { check, refused } from "../../../checks.mjs";
import { basic, isError, keyPair } from "./provider.mjs";

const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

/** How each grant is used; an error that only its own rules can give is a use too. */
const USES = {
  authorization_code: (provider, client) => provider.tokens(client),
  implicit: async (provider, client) => {
    const { response } = await provider.authorize(client, { response_type: "id_token" });
    await provider.verified(response.id_token, client);
  },
  refresh_token: async (provider, client) => {
    const { refresh_token } = await provider.tokens(client, { scope: "openid offline_access", prompt: "consent" });
    const answer = await provider.token({ grant_type: "refresh_token", refresh_token }, basic(client));
    assert.ok(answer.access_token && answer.id_token);
  },
  client_credentials: async (provider, client) => {
    const answer = await provider.token({ grant_type: "client_credentials" }, basic(client));
    assert.ok(answer.access_token && !answer.id_token && !answer.refresh_token);
  },
  "urn:ietf:params:oauth:grant-type:device_code": async (provider, client) => {
    const { headers } = basic(client);
    const response = await provider.post(provider.metadata.device_authorization_endpoint, { scope: "openid" }, headers);
    const answer = await response.json();
    const { device_code, user_code, verification_uri } = answer;
    assert.ok(user_code && verification_uri, JSON.stringify(answer));
    const form = { grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code };
    await assert.rejects(provider.token(form, basic(client)), isError("authorization_pending"));
  },
  "urn:openid:params:grant-type:ciba": async (provider, client) => {
    const { headers } = basic(client);
    // Nobody answers it: it waits for somebody whom no other program signs in.
    const form = { scope: "openid", login_hint: provider.manifest.consumers.at(-1).username };
    const response = await provider.post(provider.metadata.backchannel_authentication_endpoint, form, headers);
    const answer = await response.json();
    const { auth_req_id } = answer;
    assert.ok(auth_req_id, JSON.stringify(answer));
    const poll = { grant_type: "urn:openid:params:grant-type:ciba", auth_req_id };
    await assert.rejects(provider.token(poll, basic(client)), isError("authorization_pending"));
  },
  "urn:ietf:params:oauth:grant-type:token-exchange": async (provider, client) => {
    const { access_token } = await provider.tokens(client);
    const answer = await provider.token(
      {
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token: access_token,
        subject_token_type: ACCESS_TOKEN,
      },
      basic(client),
    );
    assert.equal(answer.issued_token_type, ACCESS_TOKEN);
  },
  // Who registered itself may not vouch for consumers: ../speaking.mjs has a brand's own program do it.
  "urn:ietf:params:oauth:grant-type:jwt-bearer": async (provider, client) => {
    const form = { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: "x.y.z", scope: "openid" };
    await assert.rejects(provider.token(form, basic(client)), isError("unauthorized_client"));
  },
};

/** What goes with a grant type when it is registered. */
const BESIDE = {
  implicit: { response_types: ["id_token"] },
  refresh_token: { grant_types: ["authorization_code", "refresh_token"] },
  client_credentials: { response_types: [] },
  "urn:openid:params:grant-type:ciba": { response_types: [], backchannel_token_delivery_mode: "poll" },
  "urn:ietf:params:oauth:grant-type:device_code": { response_types: [] },
  "urn:ietf:params:oauth:grant-type:token-exchange": {
    grant_types: ["authorization_code", "urn:ietf:params:oauth:grant-type:token-exchange"],
  },
  "urn:ietf:params:oauth:grant-type:jwt-bearer": { response_types: [] },
};

const CIBA = { grant_types: ["urn:openid:params:grant-type:ciba"], response_types: [], scope: "openid", backchannel_token_delivery_mode: "poll" };

/** Asks for somebody whom no other program signs in; nobody answers it. */
async function backchannel(provider, client, form) {
  const { headers } = basic(client);
  const response = await provider.post(provider.metadata.backchannel_authentication_endpoint, form, headers);
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(JSON.stringify(answer)), answer);
  assert.ok(answer.auth_req_id, JSON.stringify(answer));
}

/** A request that its client signed with `alg`. */
async function signedRequest(provider, client, alg, keys) {
  const claims = { scope: "openid", login_hint: provider.manifest.consumers.at(-1).username };
  return new jose.SignJWT(claims)
    .setProtectedHeader({ alg, kid: keys.kid })
    .setIssuer(client.client_id)
    .setAudience(provider.metadata.issuer)
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setNotBefore("0s")
    .setExpirationTime("2m")
    .sign(keys.privateKey);
}

async function askingElsewhere(provider) {
  const { metadata } = provider;
  const member = "backchannel_authentication_request_signing_alg";
  for (const alg of metadata.backchannel_authentication_request_signing_alg_values_supported) {
    await check(`backchannel request, signed with ${alg}`, async () => {
      const keys = await keyPair(alg);
      const client = await provider.register({ ...CIBA, [member]: alg, jwks: keys.jwks });
      await backchannel(provider, client, { request: await signedRequest(provider, client, alg, keys) });
      // It is the registered one that counts.
      const form = { scope: "openid", login_hint: provider.manifest.consumers.at(-1).username };
      await assert.rejects(backchannel(provider, client, form), isError("invalid_request"));
    });
  }
  await refused("backchannel request, signed with HS256: not advertised", () => provider.register({ ...CIBA, [member]: "HS256" }), isError("invalid_client_metadata"));
  await refused("backchannel request, not signed: not advertised", () => provider.register({ ...CIBA, [member]: "none" }), isError("invalid_client_metadata"));
  const endpoint = { backchannel_client_notification_endpoint: "https://client.example.test/ping" };
  for (const mode of metadata.backchannel_token_delivery_modes_supported) {
    await check(`backchannel_token_delivery_mode ${mode}`, async () => {
      const client = await provider.register({ ...CIBA, ...(mode === "ping" ? endpoint : {}), backchannel_token_delivery_mode: mode });
      const token = mode === "ping" ? { client_notification_token: crypto.randomUUID() } : {};
      await backchannel(provider, client, { scope: "openid", login_hint: provider.manifest.consumers.at(-1).username, ...token });
    });
  }
  await refused("backchannel_token_delivery_mode push: not advertised", () => provider.register({ ...CIBA, ...endpoint, backchannel_token_delivery_mode: "push" }), isError("invalid_client_metadata"));
}

export async function granting(provider) {
  await askingElsewhere(provider);
  for (const grant of provider.metadata.grant_types_supported) {
    await check(`grant_type ${grant}`, async () => {
      assert.ok(USES[grant], "no use is known");
      const members = { grant_types: [grant], scope: "openid offline_access", ...BESIDE[grant] };
      const client = await provider.register(members);
      await USES[grant](provider, client);
    });
  }
  const client = await provider.register();
  for (const grant of ["password", "urn:ietf:params:oauth:grant-type:saml2-bearer"]) {
    await refused(`grant_type ${grant}: not advertised`, () => provider.token({ grant_type: grant }, basic(client)), isError("unsupported_grant_type"));
    await refused(`grant_type ${grant}: not registered`, () => provider.register({ grant_types: [grant] }), isError("invalid_client_metadata"));
  }
}
