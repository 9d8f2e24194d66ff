// usage: node register.mjs MANIFEST FILE
//
// Registers a client for each way to authenticate and to be answered at the demo of this MANIFEST, as its administrator
// does: with `signet client create`. What the programs beside this one need to know of them is written to FILE, by name.

import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [manifestPath, file] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync(manifestPath, "utf8"));
const redirectUri = "https://client.example.test/callback";
const folder = mkdtempSync("/tmp/signet-clients.");
const clients = { redirect_uri: redirectUri };

const SCOPE = "openid profile email phone address offline_access lp_sdes";
const RESPONSE_TYPES = ["code", "id_token", "id_token token", "code id_token", "code token", "code id_token token"];
const each = (flag, values) => values.flatMap((value) => [flag, value]);
const set = (values) => Object.entries(values).flatMap(([key, value]) => ["--set", `${key}=${value}`]);

/** A client, with what is said of it in flags of the command. */
function register(name, ...flags) {
  const account = ["--config", manifest.config_file, "--account", manifest.account_id, "--json"];
  const output = execFileSync(process.env.SIGNET, ["client", "create", ...account, "--name", `Client ${name}`, ...flags]);
  clients[name] = JSON.parse(output);
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
signsIn("basic", "--auth-method", "client_secret_basic", "--first-party", ...everyType, ...refreshing);
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

// It signs its requests.
const signing = keyPair("ES256", "sig");
const signed = set({ request_object_signing_alg: "ES256", require_signed_request_object: true });
signsIn("signed", "--auth-method", "client_secret_basic", "--first-party", "--jwks", signing.jwks, ...signed);
Object.assign(clients.signed, { private_key: signing.private_key, kid: signing.kid });

// Other sectors' clients see other subjects; it is answered with signed userinfo.
const pairwise = set({ subject_type: "pairwise", userinfo_signed_response_alg: "RS256" });
signsIn("pairwise", "--auth-method", "client_secret_basic", "--first-party", ...pairwise);

// A program without a consumer, whose tokens are JWTs for a resource that it serves itself.
const [resource] = manifest.resources;
register(
  "program",
  ...["--grant-type", "client_credentials", "--scope", "orders.read orders.write"],
  ...set({ resources: resource, serves: resource, access_token_format: "jwt" }),
);

rmSync(folder, { recursive: true });
writeFileSync(file, JSON.stringify(clients));
