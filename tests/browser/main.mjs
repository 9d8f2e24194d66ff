// usage: node main.mjs MANIFEST CLIENT [PICTURE]
//
// Goes through a running demo in a real Chromium. MANIFEST is the demo's, CLIENT what `signet client create --json` has
// said of a client that is not the brand's own. With PICTURE, the picture of the README is taken too.

import { readFile } from "node:fs/promises";
import { check, summary } from "../checks.mjs";
import { brandInFirefox } from "./brand-firefox.mjs";
import { brandPages } from "./brand.mjs";
import { administrators } from "./console.mjs";
import { accountAdministrators } from "./console-people.mjs";
import { thirdPartyCookies } from "./cookies.mjs";
import { consoleConnectors } from "./console-connectors.mjs";
import { delegation } from "./delegation.mjs";
import { elsewhere } from "./elsewhere.mjs";
import { compatible } from "./compatible.mjs";
import { secondFactor } from "./second-factor.mjs";
import { signUp } from "./sign-up.mjs";
import { recover } from "./recover.mjs";
import { connectors, keyboard, pages, sessions, withoutScripts } from "./scenes.mjs";
import { sessionManagement } from "./session-management.mjs";
import { takePicture } from "./picture.mjs";
import { Stage } from "./stage.mjs";
import { ways } from "./ways.mjs";

const [manifestFile, clientFile, picture] = process.argv.slice(2);
const manifest = JSON.parse(await readFile(manifestFile, "utf8"));
const client = JSON.parse(await readFile(clientFile, "utf8"));

const stage = await check("Chromium starts", () => Stage.open(manifest));
if (stage) {
  try {
    await connectors(stage);
    await ways(stage);
    await sessions(stage);
    await sessionManagement(stage);
    await withoutScripts(stage);
    await keyboard(stage);
    await pages(stage, client);
    await elsewhere(stage);
    await signUp(stage);
    await recover(stage);
    await compatible(stage);
    await thirdPartyCookies(stage);
    await brandPages(stage);
    await brandInFirefox(stage);
    await delegation(stage);
    await administrators(stage);
    await secondFactor(stage);
    await consoleConnectors(stage);
    await accountAdministrators(stage);
    if (picture) await takePicture(stage, picture);
  } finally {
    await stage.close();
  }
}

process.exitCode = summary("browser") ? 0 : 1;
