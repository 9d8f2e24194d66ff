// A back end that knows its consumer. Node.js 20, nothing else. usage: node backend.mjs MANIFEST
import { createHash, createPrivateKey, randomBytes, sign } from "node:crypto";
import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(process.argv[2]));
const { issuer, resources } = manifest;
const { backend, web } = manifest.clients;
const base64url = (bytes) => Buffer.from(bytes).toString("base64url");

/** A POST to an endpoint of the issuer, by the back end with its secret, or by a public client. */
async function post(path, form, client = backend) {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  if (client.client_secret) {
    const pair = [client.client_id, client.client_secret].map(encodeURIComponent).join(":");
    headers.authorization = `Basic ${Buffer.from(pair).toString("base64")}`;
  } else {
    form = { ...form, client_id: client.client_id };
  }
  const response = await fetch(`${issuer}${path}`, { method: "POST", headers, body: new URLSearchParams(form) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : {};
}

/** What the back end says of a consumer: a JWT that is good for a minute, and once. */
function assertion(sub, more = {}) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: backend.client_id, sub, aud: issuer, iat: now, exp: now + 60, jti: base64url(randomBytes(16)), ...more };
  const parts = [{ alg: "ES256", typ: "JWT" }, claims].map((part) => base64url(JSON.stringify(part))).join(".");
  const key = createPrivateKey(backend.private_key);
  return `${parts}.${base64url(sign("sha256", parts, { key, dsaEncoding: "ieee-p1363" }))}`;
}

const exchange = (sub, wanted, more = {}) =>
  post("/token", {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    subject_token: assertion(sub, more.claims),
    requested_token_type: wanted,
    ...more.form,
  });

const claimsOf = (jwt) => JSON.parse(Buffer.from(jwt.split(".")[1], "base64url"));
function expect(what, is) {
  if (!is) throw new Error(`not so: ${what}`);
  console.log(`ok ${what}`);
}

// 1. An id_token, with attributes that come fresh.
const ana = manifest.consumers[0];
const given = await exchange(ana.sub, "urn:ietf:params:oauth:token-type:id_token", {
  form: { scope: "openid lp_sdes" },
  claims: { customerInfo: { customerId: "c-1001", ctype: "vip" } },
});
const told = claimsOf(given.access_token);
expect("an id_token tells who is there", told.sub === ana.sub && told.iss === issuer);
expect("its attributes are fresh", JSON.stringify(told.lp_sdes).includes("c-1001"));

// 2. A ticket, with which the page of another client signs in silently.
const ticket = await exchange(ana.sub, "urn:signet:params:oauth:token-type:sign-in-ticket", {
  form: { audience: web.client_id },
});
const verifier = base64url(randomBytes(32));
const authorize = `${issuer}/authorize?${new URLSearchParams({
  client_id: web.client_id,
  redirect_uri: web.redirect_uris[0],
  response_type: "code",
  scope: "openid offline_access",
  prompt: "none",
  state: "s",
  nonce: "n",
  code_challenge: base64url(createHash("sha256").update(verifier).digest()),
  code_challenge_method: "S256",
  login_hint_token: ticket.access_token,
})}`;
const sent = new URL((await fetch(authorize, { redirect: "manual" })).headers.get("location"));
const code = sent.searchParams.get("code");
expect("a page signs in silently with a ticket", code);
const tokens = await post(
  "/token",
  { grant_type: "authorization_code", code, redirect_uri: web.redirect_uris[0], code_verifier: verifier },
  web,
);
expect("it is the same consumer", claimsOf(tokens.id_token).sub === ana.sub);

// 3. Refresh: a public client gets another refresh token each time.
const again = await post("/token", { grant_type: "refresh_token", refresh_token: tokens.refresh_token }, web);
expect("a refresh gives another access token", again.access_token !== tokens.access_token && again.refresh_token);

// 4. A token of the back end's own, for an interface that it serves: asked about, exchanged, and taken back.
const own = await post("/token", { grant_type: "client_credentials", scope: "orders.read", resource: resources[0] });
const about = await post("/introspect", { token: own.access_token });
expect("introspection tells what it is good for", about.active && about.scope === "orders.read" && about.aud === resources[0]);
const other = await post("/token", {
  grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
  subject_token: own.access_token,
  subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
  resource: resources[1],
});
expect("it is exchanged for one for another interface", (await post("/introspect", { token: other.access_token })).aud === resources[1]);
await post("/revoke", { token: own.access_token });
expect("and it is no good once it is taken back", !(await post("/introspect", { token: own.access_token })).active);
