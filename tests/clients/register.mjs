// usage: node register.mjs MANIFEST FILE
//
// Registers a client for each way to authenticate and to be answered at the demo of this MANIFEST, as its administrator
// does: with `signet client create`. What the programs beside this one need to know of them is written to FILE, by name.

import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { ENTITY_ID } from "./node/saml.mjs";

const [manifestPath, file] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync(manifestPath, "utf8"));
const redirectUri = "https://client.example.test/callback";
const folder = mkdtempSync("/tmp/signet-clients.");
const clients = { redirect_uri: redirectUri };

const SCOPE = "openid profile email phone address offline_access lp_sdes";
const RESPONSE_TYPES = ["code", "id_token", "id_token token", "code id_token", "code token", "code id_token token"];
const each = (flag, values) => values.flatMap((value) => [flag, value]);
const set = (values) => Object.entries(values).flatMap(([key, value]) => ["--set", `${key}=${value}`]);

/** What a command on the account says. */
function signet(...command) {
  const account = ["--config", manifest.config_file, "--account", manifest.account_id, "--json"];
  const options = { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] };
  const done = spawnSync(process.env.SIGNET, [...command, ...account], options);
  if (done.status !== 0) throw new Error(`failed: signet ${command.join(" ")}`);
  return JSON.parse(done.stdout);
}

/** A client, with what is said of it in flags of the command. */
function register(name, ...flags) {
  clients[name] = signet("client", "create", "--name", `Client ${name}`, ...flags);
}

/** A client that consumers sign in to. */
function signsIn(name, ...flags) {
  register(name, "--redirect-uri", redirectUri, "--scope", SCOPE, ...flags);
}

/** A key pair of the client's own: the private half in PEM, the public one as JWK set in a file. */
function keyPair(alg, use) {
  const [type, options] = alg.startsWith("ES") ? ["ec", { namedCurve: "P-256" }] : ["rsa", { modulusLength: 2048 }];
  const pair = generateKeyPairSync(type, options);
  const kid = `${use}-1`;
  const jwks = join(folder, `${alg}.json`);
  writeFileSync(jwks, JSON.stringify({ keys: [{ ...pair.publicKey.export({ format: "jwk" }), kid, use, alg }] }));
  const line = pair.publicKey.export({ type: "spki", format: "der" }).toString("base64");
  return { kid, jwks, line, private_key: pair.privateKey.export({ type: "pkcs8", format: "pem" }) };
}

const everyType = each("--response-type", RESPONSE_TYPES);
const refreshing = each("--grant-type", ["authorization_code", "implicit", "refresh_token"]);
const [resource, another] = manifest.resources;
const calling = set({ resources: resource });
signsIn("basic", "--auth-method", "client_secret_basic", "--first-party", ...everyType, ...refreshing, ...calling);
// Not the brand's own: its consumers are asked for consent.
signsIn("post", "--auth-method", "client_secret_post", ...everyType);
signsIn("public", "--public", "--first-party", ...everyType, ...refreshing);

// With a key of its own, which its id_tokens are encrypted to.
const encryption = keyPair("RSA-OAEP-256", "enc");
const encrypted = set({
  encryption_key: encryption.line,
  encryption_kid: encryption.kid,
  userinfo_signed_response_alg: "RS256",
  userinfo_encrypted_response_alg: "RSA-OAEP-256",
  authorization_encrypted_response_alg: "RSA-OAEP-256",
});
signsIn("encrypted", "--auth-method", "client_secret_basic", "--first-party", ...encrypted, ...everyType);
clients.encrypted.private_key = encryption.private_key;

/** A client that proves by its key who it is. */
const signing = keyPair("ES256", "sig");
function signs(name, settings, ...flags) {
  signsIn(name, "--auth-method", "private_key_jwt", "--first-party", "--jwks", signing.jwks, ...set(settings), ...flags);
  Object.assign(clients[name], { private_key: signing.private_key, kid: signing.kid });
}
signs("key", {});
signs("signed", { request_object_signing_alg: "ES256", require_signed_request_object: true });
signs("fapi", { profile: "fapi2", dpop_bound_access_tokens: true, id_token_signed_response_alg: "ES256" });
signsIn("hmac", "--auth-method", "client_secret_jwt", "--first-party");

// Other sectors' clients see other subjects; it is answered with signed userinfo.
const pairwise = set({ subject_type: "pairwise", userinfo_signed_response_alg: "RS256" });
signsIn("pairwise", "--auth-method", "client_secret_basic", "--first-party", ...pairwise);

// The first consumer is an agent, too, who logs in by single sign-on: this server vouches for them by its own subject.
signsIn("agents", "--auth-method", "client_secret_basic", "--first-party");
const [agent] = manifest.consumers;
signet("user", "create", agent.sub, "--email", agent.username, "--profile", "agent");
const vouching = ["--kind", "oidc", "--issuer", manifest.issuer, "--claim", "sub", "--assertion-login"];
signet("sso", "create", "agents", ...vouching, "--client-id", clients.agents.client_id);

// And a company's identity provider for SAML 2.0, which signs with the key of the demo's certificate where it has one.
if (manifest.ca_file) {
  const company = ["--entity-id", ENTITY_ID, "--sso-url", "https://idp.corp.example/sso", "--assertion-login"];
  // The authority's certificate stands behind it.
  const chain = readFileSync(join(dirname(manifest.ca_file), "certificate.pem"), "utf8");
  const certificate = join(folder, "idp.pem");
  writeFileSync(certificate, chain.slice(0, chain.indexOf("-----END") + "-----END CERTIFICATE-----\n".length));
  clients.saml = signet("sso", "create", "SAML-corp", "--kind", "saml", ...company, "--certificate", certificate);
}

// A program without a consumer, whose tokens are JWTs for a resource that it serves itself.
register(
  "program",
  ...["--grant-type", "client_credentials", "--scope", "orders.read orders.write"],
  ...set({ resources: resource, serves: resource, access_token_format: "jwt" }),
);

// A program of the platform's, which speaks for consumers.
register("sentinel", "--grant-type", "client_credentials", "--scope", "msg.consumer");

// The platform once more, as the brand knows it that lets bots act for its consumers.
const delegated = `${manifest.gateway.base_url}/callback/${manifest.gateway.account_id}/redirectCode`;
register(
  "delegated",
  ...["--redirect-uri", delegated, "--scope", "openid email offline_access", "--auth-method", "client_secret_basic"],
  ...each("--grant-type", ["authorization_code", "refresh_token"]),
);

// A back end that says who its consumer is, and an API, which calls another one.
const exchange = ["token-exchange", "jwt-bearer"].map((name) => `urn:ietf:params:oauth:grant-type:${name}`);
register(
  "speaking",
  ...["--first-party", "--scope", SCOPE, "--jwks", signing.jwks, ...each("--grant-type", exchange)],
  ...set({ resources: another, serves: resource }),
);
Object.assign(clients.speaking, { private_key: signing.private_key, kid: signing.kid });

// Their consumers are somewhere else.
register("device", "--public", "--scope", SCOPE, "--grant-type", "urn:ietf:params:oauth:grant-type:device_code");
register(
  "counter",
  ...["--scope", SCOPE, "--grant-type", "urn:openid:params:grant-type:ciba"],
  ...set({ backchannel_token_delivery_mode: "poll" }),
);

// It is told of logouts, by whichever program runs at the time.
const probe = createServer().listen(0, "127.0.0.1");
await once(probe, "listening");
const receiver = `http://127.0.0.1:${probe.address().port}/backchannel-logout`;
probe.close();
const goodbye = "https://client.example.test/goodbye";
const leaving = set({ backchannel_logout_uri: receiver });
signsIn("leaving", "--auth-method", "client_secret_basic", "--first-party", "--post-logout-redirect-uri", goodbye, ...leaving);

rmSync(folder, { recursive: true });
writeFileSync(file, JSON.stringify(clients));
