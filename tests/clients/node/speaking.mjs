// A back end that knows its consumer says so in a JWT of its own, and gets tokens for them (RFC 7523, RFC 8693). An API
// exchanges the token that it was called with for one to call the next API with.

import assert from "node:assert/strict";
import * as jose from "jose";
import * as client from "openid-client";
import { check, refused } from "../../checks.mjs";
import { authorize, checksOf, discover, once, signingKey } from "./party.mjs";

const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const TOKEN_TYPE = "urn:ietf:params:oauth:token-type";

/** Who is there, as the back end says. Each is good once. */
async function assertion({ manifest, clients }, subject) {
  const { key, kid } = await signingKey(clients.speaking);
  return new jose.SignJWT()
    .setProtectedHeader({ alg: "ES256", kid })
    .setIssuer(clients.speaking.client_id)
    .setSubject(subject)
    .setAudience(manifest.issuer)
    .setIssuedAt()
    .setExpirationTime("1 minute")
    .setJti(crypto.randomUUID())
    .sign(key);
}

export async function speaking(setting) {
  const { manifest, clients } = setting;
  const [consumer] = manifest.consumers;
  const [resource, another] = manifest.resources;
  const config = await discover(setting, clients.speaking);
  const exchange = (parameters) => client.genericGrantRequest(config, EXCHANGE, parameters);
  const isError = (name) => (error) => error.error === name;

  await check("JWT bearer: tokens for a consumer", async () => {
    const parameters = { assertion: await assertion(setting, consumer.username), scope: "openid email" };
    const tokens = await client.genericGrantRequest(config, JWT_BEARER, parameters);
    assert.equal(tokens.claims().sub, consumer.sub);
    const info = await client.fetchUserInfo(config, tokens.access_token, consumer.sub);
    assert.equal(info.email, consumer.username);
  });
  await refused(
    "JWT bearer: an assertion used twice",
    async () => {
      const parameters = { assertion: await assertion(setting, consumer.sub), scope: "openid" };
      await client.genericGrantRequest(config, JWT_BEARER, parameters);
      await client.genericGrantRequest(config, JWT_BEARER, parameters);
    },
    isError("invalid_grant"),
  );
  await check("token exchange: an assertion for an id_token", async () => {
    const tokens = await exchange({
      subject_token: await assertion(setting, consumer.sub),
      subject_token_type: `${TOKEN_TYPE}:jwt`,
      requested_token_type: `${TOKEN_TYPE}:id_token`,
      scope: "openid email",
    });
    assert.equal(tokens.issued_token_type, `${TOKEN_TYPE}:id_token`);
    assert.equal(tokens.token_type, "n_a");
    assert.equal(jose.decodeJwt(tokens.access_token).sub, consumer.sub);
  });
  const called = async () => {
    const basic = await discover(setting, clients.basic);
    const request = once();
    const answer = await authorize(setting, basic, request, { resource });
    const tokens = await client.authorizationCodeGrant(basic, answer, checksOf(request));
    return { subject_token: tokens.access_token, subject_token_type: `${TOKEN_TYPE}:access_token` };
  };
  await check("token exchange: an access token for the next API", async () => {
    const tokens = await exchange({ ...(await called()), resource: another, scope: "email" });
    const told = await client.tokenIntrospection(config, tokens.access_token);
    assert.equal(told.sub, consumer.sub);
    assert.deepEqual([told.aud].flat(), [another]);
  });
  await refused(
    "token exchange: an access token for an API that the client may not call",
    async () => exchange({ ...(await called()), resource: "https://api.elsewhere.test/" }),
    isError("invalid_target"),
  );
}
