// usage: node main.mjs MANIFEST CLIENTS
//
// Signs in at a running demo with openid-client, in every flow that it supports, and verifies with jose what comes.
// MANIFEST is the demo's, CLIENTS a file with the clients that ../run has registered: {"basic": {"client_id": …}, …}.

import { readFile } from "node:fs/promises";
import * as client from "openid-client";
import { summary } from "../../checks.mjs";
import { codeFlow, codeFlowMisused, encrypted, hybridFlow, implicitFlow, signatures } from "./flows.mjs";
import { platform } from "./platform.mjs";
import { unsigned, withOtherClaims, withOtherSignature } from "./tokens.mjs";

const [manifest, clients] = await Promise.all(
  process.argv.slice(2, 4).map(async (path) => JSON.parse(await readFile(path, "utf8"))),
);
const setting = { manifest, clients, redirectUri: clients.redirect_uri };

await codeFlow(setting, "basic", client.ClientSecretBasic());
await codeFlow(setting, "post", client.ClientSecretPost());
await codeFlow(setting, "public", client.None());
await codeFlowMisused(setting);
await implicitFlow(setting);
await hybridFlow(setting);
await encrypted(setting);
await signatures(setting, {
  "other claims": (token) => withOtherClaims(token, { sub: "somebody-else" }),
  "a longer life": (token) => withOtherClaims(token, { exp: 4_102_444_800 }),
  "another signature": withOtherSignature,
  "no signature": unsigned,
});
await platform(setting);

process.exitCode = summary("openid-client and jose") ? 0 : 1;
