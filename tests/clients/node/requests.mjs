// Requests that are pushed (RFC 9126) or signed (RFC 9101), and answers that are signed or encrypted: authorization
// responses (JARM) and userinfo. The library checks each signature, issuer, audience and time.

import assert from "node:assert/strict";
import * as client from "openid-client";
import { check, refused } from "../../checks.mjs";
import { authorize, checksOf, discover, once, open, parametersOf, signingKey } from "./party.mjs";
import { assertEngagement, decryptionKey, withOtherClaims } from "./tokens.mjs";

/** A code for a request that was built in this way, redeemed. */
async function signIn(setting, config, build) {
  const request = once();
  const answer = await open(setting, await build(await parametersOf(setting, request), request));
  const tokens = await client.authorizationCodeGrant(config, answer, checksOf(request));
  assert.equal(tokens.claims().sub, setting.manifest.consumers[0].sub);
  return tokens;
}

/** The parameters go to the provider by themselves, and the browser carries a reference. */
export async function pushed(setting) {
  for (const key of ["basic", "post", "public"]) {
    await check(`pushed request, ${key}`, async () => {
      const config = await discover(setting, setting.clients[key]);
      await signIn(setting, config, async (parameters) => {
        const url = await client.buildAuthorizationUrlWithPAR(config, parameters);
        assert.deepEqual([...url.searchParams.keys()].sort(), ["client_id", "request_uri"]);
        return url;
      });
    });
  }
  const config = await discover(setting, setting.clients.basic);
  const push = async (extra) => client.buildAuthorizationUrlWithPAR(config, await parametersOf(setting, once(), extra));
  await refused(
    "pushed request: an address that isn't registered",
    () => push({ redirect_uri: "https://evil.example.test/" }),
    (error) => error.error === "invalid_request",
  );
  await refused("pushed request: used twice", async () => {
    const url = await push();
    await open(setting, url);
    await open(setting, url);
  });
}

/** A client that may ask with signed request objects alone. */
export async function signedRequests(setting) {
  const registered = setting.clients.signed;
  const config = await discover(setting, registered);
  const key = await signingKey(registered);
  const signed = (parameters) => client.buildAuthorizationUrlWithJAR(config, parameters, key);
  await check("signed request", () => signIn(setting, config, signed));
  await check("signed request, pushed", () =>
    signIn(setting, config, async (parameters) => {
      const { searchParams } = await signed(parameters);
      return client.buildAuthorizationUrlWithPAR(config, searchParams);
    }),
  );
  await refused("signed request: altered", () =>
    signIn(setting, config, async (parameters) => {
      const url = await signed(parameters);
      url.searchParams.set("request", withOtherClaims(url.searchParams.get("request"), { prompt: "login" }));
      return url;
    }),
  );
  await refused(
    "signed request: not signed",
    () => signIn(setting, config, (parameters) => client.buildAuthorizationUrl(config, parameters)),
    (error) => error.error === "invalid_request" || /400 at/.test(error.message),
  );
}

/** Authorization responses that are JWTs, encrypted ones too. */
export async function signedResponses(setting) {
  const { basic, encrypted } = setting.clients;
  await check("signed response", async () => {
    const config = await discover(setting, basic, client.useJwtResponseMode);
    await signIn(setting, config, (parameters) => client.buildAuthorizationUrl(config, parameters));
  });
  await check("signed response, encrypted", async () => {
    const config = await discover(setting, encrypted, client.useJwtResponseMode);
    client.enableDecryptingResponses(config, ["A256GCM"], { key: await decryptionKey(encrypted.private_key), kid: "enc-1" });
    await signIn(setting, config, (parameters) => client.buildAuthorizationUrl(config, parameters));
  });
  await refused("signed response: altered", async () => {
    const config = await discover(setting, basic, client.useJwtResponseMode);
    const request = once();
    const answer = await authorize(setting, config, request);
    answer.searchParams.set("response", withOtherClaims(answer.searchParams.get("response"), { code: "another" }));
    await client.authorizationCodeGrant(config, answer, checksOf(request));
  });
}

/** Userinfo as a signed JWT, under a subject that other sectors' clients don't see, and as an encrypted one. */
export async function userinfo(setting) {
  const { manifest, clients } = setting;
  const [consumer] = manifest.consumers;
  const fetched = async (registered, ...execute) => {
    const config = await discover(setting, registered, ...execute);
    const request = once();
    const tokens = await client.authorizationCodeGrant(config, await authorize(setting, config, request), checksOf(request));
    const { sub } = tokens.claims();
    const info = await client.fetchUserInfo(config, tokens.access_token, sub);
    assert.equal(info.email, consumer.username);
    assertEngagement(info);
    return sub;
  };
  await check("userinfo, signed, about a pairwise subject", async () => {
    assert.notEqual(await fetched(clients.pairwise), consumer.sub);
  });
  await check("userinfo, signed and encrypted", async () => {
    const key = await decryptionKey(clients.encrypted.private_key);
    const decrypting = (config) => client.enableDecryptingResponses(config, ["A256GCM"], { key, kid: "enc-1" });
    assert.equal(await fetched(clients.encrypted, decrypting), consumer.sub);
  });
}
