// usage: node truth.mjs MANIFEST
//
// The metadata tells the truth: every value that the demo advertises is used once and works, and values that it doesn't
// advertise are refused: of what clients register, each one that the registries have. Clients register themselves for it, so
// what they register is honoured too. A member that none of the checks has looked at fails the whole.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { check, summary } from "../../checks.mjs";
import { authorizing } from "./truth/authorizing.mjs";
import { authenticating } from "./truth/authenticating.mjs";
import { claiming } from "./truth/claiming.mjs";
import { endpoints } from "./truth/endpoints.mjs";
import { granting } from "./truth/granting.mjs";
import { promising } from "./truth/promises.mjs";
import { Provider } from "./truth/provider.mjs";
import { protecting } from "./truth/protecting.mjs";
import { unadvertised } from "./truth/unadvertised.mjs";

const manifest = JSON.parse(await readFile(process.argv[2], "utf8"));
const provider = await Provider.discover(manifest);
for (const part of [endpoints, authorizing, granting, authenticating, protecting, claiming, promising, unadvertised]) await part(provider);
await check("metadata: there is no member that nobody looked at", () => {
  assert.deepEqual(Object.keys(provider.document).filter((name) => !provider.walked.has(name)), []);
});

process.exitCode = summary("metadata, value by value") ? 0 : 1;
