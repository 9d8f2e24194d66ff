// The messaging service that agents connect to once they are logged in, as far as it is about who they are: a socket whose
// path holds the bearer. It believes none before the Users API knows it, and speaks TLS with the demo's own certificate.

import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import ws from "ws";

/** Whether the Users API knows a bearer, be it one of somebody who may not use it. */
export async function isKnown({ gateway }, bearer) {
  const url = `${gateway.base_url}/api/account/${gateway.account_id}/configuration/le-users/users?v=6.0`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${bearer}` } });
  return answer.status !== 401;
}

/** Serves it, and has the Domain API name it. `seen` is the bearers of those who came in. */
export async function messagingService(manifest) {
  const { account_id } = manifest.gateway;
  const folder = dirname(manifest.ca_file);
  const https = createServer({
    cert: readFileSync(join(folder, "certificate.pem")),
    key: readFileSync(join(folder, "certificate.key")),
  });
  const seen = [];
  const sockets = new ws.Server({
    server: https,
    verifyClient: ({ req }, decide) => {
      const { pathname } = new URL(req.url, "https://localhost");
      const [, bearer] = pathname.match(`^/ws_api/account/${account_id}/messaging/brand/([^/]+)$`) ?? [];
      const known = bearer ? isKnown(manifest, bearer) : Promise.resolve(false);
      known.then(
        (is) => {
          if (is) seen.push(bearer);
          decide(is, 401);
        },
        () => decide(false, 503),
      );
    },
  });
  sockets.on("connection", (socket) => {
    socket.on("message", (text) => {
      const { id, type } = JSON.parse(text);
      const body = type === ".ams.ms.GetClock" || type.endsWith("GetClock") ? { currentTime: Date.now() } : {};
      socket.send(JSON.stringify({ kind: "resp", reqId: id, code: 200, type: `${type}Response`, body }));
    });
  });
  https.listen(0, "127.0.0.1");
  await once(https, "listening");
  const host = `localhost:${https.address().port}`;
  await tellDomains(manifest, host);
  return {
    seen,
    close() {
      sockets.close();
      https.close();
      https.closeAllConnections();
    },
  };
}

/** Has the Domain API say where the messaging service of the account is, and waits until it does. */
async function tellDomains({ config_file, account_id, gateway }, host) {
  const services = JSON.stringify({ asyncMessagingEnt: host });
  const command = ["account", "update", account_id, "--set", `services=${services}`, "--config", config_file];
  const done = spawnSync(process.env.SIGNET, command, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`failed: signet ${command.join(" ")}: ${done.stderr}`);
  const url = `${gateway.base_url}/api/account/${gateway.account_id}/service/asyncMessagingEnt/baseURI.json?version=1.0`;
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await fetch(url);
    if ((await answer.json()).baseURI === host) return;
    await pause(100);
  }
  throw new Error("the Domain API doesn't name the messaging service");
}
