// axe-core's rules on the page as it stands, in both colour schemes.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

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

/** Nothing is wider than the screen. */
export async function assertFits(page) {
  const [content, screen] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  assert.ok(content <= screen, `${page.url()} is ${content} wide on a screen of ${screen}`);
}
