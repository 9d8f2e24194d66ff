// What the messaging platform's web SDK says to the page and to its own server: it finds the connector's JS method in the
// page, calls it, and waits for what it calls back with.
(() => {
  "use strict";

  const PATIENCE = 10_000;
  const CHALLENGE = "platform.challenge";
  // The reasons that a page may give, in words.
  const REASONS = {
    abandoned: "The sign-in was left without an answer.",
    access_denied: "You left the sign-in, so nobody learns who you are.",
    timeout: "The page did not answer in time.",
  };

  // ---- The platform's server.

  async function post(path, body) {
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(body),
    });
    return { ok: response.ok, body: await response.json() };
  }

  // One challenge per sign-in: the code that comes back after the redirect answers the challenge of before.
  async function challenge(settings) {
    const kept = JSON.parse(sessionStorage.getItem(CHALLENGE) ?? "null");
    if (kept?.connector_id === settings.connector_id) {
      return kept;
    }
    const { ok, body } = await post("/demo/platform/challenges", { connector: settings.connector_id });
    if (!ok) {
      throw new Error("The platform could not begin the sign-in.");
    }
    const made = { ...body, connector_id: settings.connector_id };
    sessionStorage.setItem(CHALLENGE, JSON.stringify(made));
    return made;
  }

  // ---- The brand page's method.

  function find(settings) {
    const names = settings.js_context.split(".").filter((name) => name !== "" && name !== "window");
    const context = names.reduce((owner, name) => owner?.[name], window);
    const method = context?.[settings.js_method];
    if (typeof method !== "function") {
      throw new Error(`This page has no method ${settings.js_method} in ${settings.js_context}.`);
    }
    return method.bind(context);
  }

  // Calls it, and waits for one callback; a second one and one that comes too late change nothing.
  function call(settings, ...rest) {
    const method = find(settings);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("The page did not answer in time.")), PATIENCE);
      method((token, error) => {
        clearTimeout(timer);
        if (error !== undefined && error !== null) {
          reject(new Error(REASONS[error] ?? `This page can’t say who you are: ${error}.`));
        } else {
          resolve(token);
        }
      }, ...rest);
    });
  }

  window.demoMethod = { REASONS, post, challenge, call, forget: () => sessionStorage.removeItem(CHALLENGE) };
})();
