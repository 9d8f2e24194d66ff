// Every address in the metadata answers, and both documents say the same.

import assert from "node:assert/strict";
import { check } from "../../../checks.mjs";

export async function endpoints({ document, manifest, walked }) {
  await check("metadata: RFC 8414's document is the same", async () => {
    const { pathname, origin } = new URL(manifest.issuer);
    const path = pathname === "/" ? "" : pathname;
    const response = await fetch(`${origin}/.well-known/oauth-authorization-server${path}`);
    assert.deepEqual(await response.json(), document);
  });
  for (const [name, url] of Object.entries(document)) {
    if (!/_endpoint$|_uri$|_iframe$/.test(name)) continue;
    walked.add(name);
    await check(`metadata: ${name} is there`, async () => {
      const response = await fetch(url, { redirect: "manual" });
      assert.ok(url.startsWith(`${manifest.issuer}/`));
      assert.notEqual(response.status, 404);
      if (response.status === 405) assert.match(response.headers.get("allow"), /POST/);
    });
  }
}
