// usage: node truth.mjs MANIFEST
//
// The metadata tells the truth: every value that the demo advertises is used once and works, and values that it doesn't
// advertise are refused. Clients register themselves for it, so what they register is honoured too.

import { readFile } from "node:fs/promises";
import { summary } from "../../checks.mjs";
import { authorizing } from "./truth/authorizing.mjs";
import { authenticating } from "./truth/authenticating.mjs";
import { claiming } from "./truth/claiming.mjs";
import { endpoints } from "./truth/endpoints.mjs";
import { granting } from "./truth/granting.mjs";
import { Provider } from "./truth/provider.mjs";
import { protecting } from "./truth/protecting.mjs";

const manifest = JSON.parse(await readFile(process.argv[2], "utf8"));
const provider = await Provider.discover(manifest);
for (const part of [endpoints, authorizing, granting, authenticating, protecting, claiming]) await part(provider);

process.exitCode = summary("metadata, value by value") ? 0 : 1;
