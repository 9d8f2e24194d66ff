// usage: node main.mjs MANIFEST CLIENTS
//
// Signs in at a running demo with openid-client and oauth4webapi, in every flow that they support, and verifies with jose what
// comes; and logs agents and bots in with the messaging platform's own node-agent-sdk.
// MANIFEST is the demo's, CLIENTS a file with the clients that ../run has registered: {"basic": {"client_id": …}, …}.

import { readFile } from "node:fs/promises";
import { summary } from "../../checks.mjs";
import { agents } from "./agents.mjs";
import { asking } from "./asking.mjs";
import { backchannel, devices } from "./elsewhere.mjs";
import { api, securityProfile } from "./fapi.mjs";
import { contract } from "./contract.mjs";
import { codeFlow, codeFlowMisused, encrypted, hybridFlow, implicitFlow, signatures } from "./flows.mjs";
import { programs, refreshing, revoking } from "./grants.mjs";
import { loggingOut } from "./logout.mjs";
import { platform } from "./platform.mjs";
import { boundTokens } from "./proofs.mjs";
import { registering } from "./registration.mjs";
import { pushed, signedRequests, signedResponses, userinfo } from "./requests.mjs";
import { speaking } from "./speaking.mjs";
import { unsigned, withOtherClaims, withOtherSignature } from "./tokens.mjs";

const [manifest, clients] = await Promise.all(
  process.argv.slice(2, 4).map(async (path) => JSON.parse(await readFile(path, "utf8"))),
);
const setting = { manifest, clients, redirectUri: clients.redirect_uri };

await codeFlow(setting, "basic");
await codeFlow(setting, "post");
await codeFlow(setting, "public");
await codeFlow(setting, "hmac");
await codeFlow(setting, "key");
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
await asking(setting);
await pushed(setting);
await signedRequests(setting);
await signedResponses(setting);
await userinfo(setting);
await refreshing(setting);
await programs(setting);
await revoking(setting);
await boundTokens(setting);
await devices(setting);
await backchannel(setting);
await securityProfile(setting);
await api(setting);
await speaking(setting);
await registering(setting);
await loggingOut(setting);
await platform(setting);
await contract(setting);
await agents(setting);

process.exitCode = summary("openid-client, oauth4webapi, jose and node-agent-sdk") ? 0 : 1;
