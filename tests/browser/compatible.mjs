// The helper as it is served works in the browsers that people use: by syntax and by every API that it calls, as MDN's
// compatibility data knows them. What only a browser can show is shown in a Chromium.

import assert from "node:assert/strict";
import browserslist from "browserslist";
import { ESLint } from "eslint";
import compat from "eslint-plugin-compat";
import { check } from "../checks.mjs";

/** The last two versions of each; `and_` and `ios_` are those of phones. */
const BROWSERS = ["chrome", "edge", "firefox", "safari", "opera", "ios_saf", "and_chr", "and_ff", "samsung"].map(
  (name) => `last 2 ${name} versions`,
);

/** The JavaScript that all of them have had for years. */
const ECMA_VERSION = 2021;

/** What is wrong with a text. */
async function complaints(text, sourceType) {
  const lint = new ESLint({
    overrideConfigFile: true,
    overrideConfig: [
      {
        languageOptions: { ecmaVersion: ECMA_VERSION, sourceType },
        plugins: { compat },
        rules: { "compat/compat": "error" },
        settings: { browsers: BROWSERS, lintAllEsApis: true },
      },
    ],
  });
  const [{ messages }] = await lint.lintText(text);
  return messages.map(({ line, message }) => `${line}: ${message}`);
}

export async function compatible({ manifest: { issuer } }) {
  const versions = browserslist(BROWSERS);
  for (const [name, sourceType] of [["signet.js", "script"], ["signet.mjs", "module"]]) {
    await check(`helper: ${name} is ES${ECMA_VERSION}, and asks for nothing that ${versions.length} versions of browsers lack`, async () => {
      const text = await (await fetch(`${issuer}/sdk/${name}`)).text();
      assert.deepEqual(await complaints(text, sourceType), []);
      // The same check complains of what isn't there everywhere, so that it can.
      for (const missing of ["new BarcodeDetector();", "navigator.bluetooth.requestDevice({});", "class Late { static {} }"]) {
        assert.equal((await complaints(`${text}\n${missing}`, sourceType)).length, 1, missing);
      }
    });
  }
}
