// A relying party with openid-client: what every flow begins with.

import * as jose from "jose";
import * as client from "openid-client";
import { Browser } from "./browser.mjs";

const SCOPE = "openid profile email phone address lp_sdes";

/** The key that this client signs with. */
export async function signingKey({ private_key, kid }) {
  return { key: await jose.importPKCS8(private_key, "ES256"), kid };
}

/** How this client authenticates. */
async function authentication(registered) {
  switch (registered.token_endpoint_auth_method) {
    case "none":
      return client.None();
    case "client_secret_post":
      return client.ClientSecretPost();
    case "client_secret_basic":
      return client.ClientSecretBasic();
    case "client_secret_jwt":
      return client.ClientSecretJwt();
    case "private_key_jwt":
      return client.PrivateKeyJwt(await signingKey(registered));
    default:
      throw new Error(`unknown: ${registered.token_endpoint_auth_method}`);
  }
}

/** A client of the library, from its registration and the discovery document alone. */
export async function discover({ manifest }, registered, ...execute) {
  if (manifest.issuer.startsWith("http:")) execute.push(client.allowInsecureRequests);
  execute.push(client.enableNonRepudiationChecks);
  const metadata = Object.fromEntries(Object.entries(registered).filter(([, value]) => value !== null));
  const method = await authentication(registered);
  return client.discovery(new URL(manifest.issuer), registered.client_id, metadata, method, { execute });
}

/** What belongs to one request. */
export function once() {
  return { state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier() };
}

/** The parameters of an authorization request. */
export async function parametersOf({ redirectUri }, { state, nonce, verifier }, extra = {}) {
  const parameters = { redirect_uri: redirectUri, scope: SCOPE, state, nonce, ...extra };
  if (verifier) {
    parameters.code_challenge = await client.calculatePKCECodeChallenge(verifier);
    parameters.code_challenge_method = "S256";
  }
  return parameters;
}

/** Opens an authorization request, in a browser of its own where none is given. */
export function open({ manifest, redirectUri }, url, browser = new Browser(manifest.issuer)) {
  return browser.authorize(url, redirectUri, manifest.consumers[0]);
}

/** An authorization request as most clients send it. */
export async function authorize(setting, config, request, extra = {}) {
  return open(setting, client.buildAuthorizationUrl(config, await parametersOf(setting, request, extra)));
}

/** What the library checks of the answer. */
export function checksOf({ state, nonce, verifier }) {
  return { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
}

