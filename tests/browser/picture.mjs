// The README's picture: the shop, the chat with a consumer whom it knows, and what the agent sees.

import { CONNECTORS, assertAgentView, assertVerified, beginChat, signIn } from "./shop.mjs";

export async function takePicture(stage, path) {
  const { manifest } = stage;
  const [consumer] = manifest.consumers;
  const screen = { viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1, colorScheme: "light" };
  await stage.scene(`the picture ${path}`, { ...screen, reducedMotion: "reduce" }, async (page) => {
    await beginChat(page, manifest, CONNECTORS[0]);
    await signIn(page, consumer);
    await assertVerified(page, consumer);
    await assertAgentView(page, consumer, { full: true });
    await page.screenshot({ path, animations: "disabled" });
  });
}
