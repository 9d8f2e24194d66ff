// The FAPI 2.0 Security Profile with oauth4webapi, step by step: a pushed request, a client that authenticates by its key,
// PKCE, and tokens that are bound to another key. The same library guards an API.

import assert from "node:assert/strict";
import * as oauth from "oauth4webapi";
import { check, refused } from "../../checks.mjs";
import { Browser } from "./browser.mjs";
import { signingKey } from "./party.mjs";

/** Plain http, for the demo alone. */
function insecure({ manifest }) {
  return { [oauth.allowInsecureRequests]: manifest.issuer.startsWith("http:") };
}

async function discover(setting) {
  const issuer = new URL(setting.manifest.issuer);
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure(setting)));
}

/** A client that keeps the profile, from the first request to the tokens. */
export async function securityProfile(setting) {
  const { manifest, clients, redirectUri } = setting;
  const { client_id } = clients.fapi;
  const [consumer] = manifest.consumers;
  const as = await discover(setting);
  const client = { client_id, id_token_signed_response_alg: "ES256" };
  const authentication = oauth.PrivateKeyJwt(await signingKey(clients.fapi));
  const DPoP = oauth.DPoP(client, await oauth.generateKeyPair("ES256"));
  const options = { ...insecure(setting), DPoP };
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const parameters = {
    client_id,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "openid email",
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  };

  const pushed = await check("FAPI 2.0: pushed request", async () => {
    const response = await oauth.pushedAuthorizationRequest(as, client, authentication, parameters, options);
    return oauth.processPushedAuthorizationResponse(as, client, response);
  });
  const answer = await check("FAPI 2.0: authorization response", async () => {
    const url = new URL(as.authorization_endpoint);
    url.search = new URLSearchParams({ client_id, request_uri: pushed.request_uri });
    return oauth.validateAuthResponse(as, client, await new Browser(manifest.issuer).authorize(url, redirectUri, consumer), state);
  });
  const tokens = await check("FAPI 2.0: tokens", async () => {
    const response = await oauth.authorizationCodeGrantRequest(as, client, authentication, answer, redirectUri, verifier, options);
    const expected = { expectedNonce: nonce, requireIdToken: true };
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, expected);
    await oauth.validateApplicationLevelSignature(as, response, insecure(setting));
    assert.equal(tokens.token_type, "dpop");
    assert.equal(oauth.getValidatedIdTokenClaims(tokens).sub, consumer.sub);
    return tokens;
  });
  await check("FAPI 2.0: userinfo", async () => {
    const response = await oauth.userInfoRequest(as, client, tokens.access_token, options);
    const info = await oauth.processUserInfoResponse(as, client, consumer.sub, response);
    assert.equal(info.email, consumer.username);
  });

  const isError = (name) => (error) => error.error === name || error.cause?.error === name;
  await refused(
    "FAPI 2.0: without PKCE",
    async () => {
      const { code_challenge, code_challenge_method, ...lacking } = parameters;
      const response = await oauth.pushedAuthorizationRequest(as, client, authentication, lacking, options);
      await oauth.processPushedAuthorizationResponse(as, client, response);
    },
    isError("invalid_request"),
  );
  await refused("FAPI 2.0: a request that wasn't pushed", async () => {
    const url = new URL(as.authorization_endpoint);
    url.search = new URLSearchParams(parameters);
    oauth.validateAuthResponse(as, client, await new Browser(manifest.issuer).authorize(url, redirectUri, consumer), state);
  });
}

/** An API that verifies access tokens by the published keys (RFC 9068). */
export async function api(setting) {
  const { manifest, clients } = setting;
  const [resource, another] = manifest.resources;
  const as = await discover(setting);
  const client = { client_id: clients.program.client_id };
  const authentication = oauth.ClientSecretBasic(clients.program.client_secret);
  const issue = async () => {
    const parameters = { scope: "orders.read", resource };
    const response = await oauth.clientCredentialsGrantRequest(as, client, authentication, parameters, insecure(setting));
    return oauth.processClientCredentialsResponse(as, client, response);
  };
  const called = (token) => new Request(resource, { headers: { authorization: `Bearer ${token}` } });
  await check("API: an access token that is a JWT", async () => {
    const { access_token: token } = await issue();
    const claims = await oauth.validateJwtAccessToken(as, called(token), resource, insecure(setting));
    assert.equal(claims.client_id, client.client_id);
    assert.equal(claims.scope, "orders.read");
  });
  await refused("API: one that is for another API", async () => {
    const { access_token: token } = await issue();
    await oauth.validateJwtAccessToken(as, called(token), another, insecure(setting));
  });
}
