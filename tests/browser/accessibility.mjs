// axe-core's rules on the page as it stands, in both colour schemes.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** No rule may be violated seriously. */
export async function assertAccessible(page) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(source);
    const { passes, violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
    assert.ok(passes.length > 10, `${page.url()}: hardly a rule applied`);
    const serious = violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(" | ")}`);
    assert.deepEqual(serious, [], `${colorScheme}: ${page.url()}`);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}

/** Where pictures of pages go, if anywhere. */
const folder = process.env.SIGNET_BROWSER_PICTURES;

/** It fits, is accessible, and is in a picture of that name in both colour schemes, where pictures are wanted. */
export async function assertLooks(page, name) {
  await assertFits(page);
  await assertAccessible(page);
  for (const colorScheme of folder ? ["light", "dark"] : []) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), fullPage: true, animations: "disabled" });
  }
  await page.emulateMedia({ colorScheme: null });
}

/** Nothing is wider than the screen. */
export async function assertFits(page) {
  const [content, screen] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  assert.ok(content <= screen, `${page.url()} is ${content} wide on a screen of ${screen}`);
}
