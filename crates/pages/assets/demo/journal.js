// Writes down what goes between this page and others, for the agent's view to unfold: what the brand's helper and the chat
// ask for, and the way to the sign-in page and back. What proves anything is cut short before it is written.
(() => {
  "use strict";

  const KEY = "demo.journal";
  const MOST = 24;
  const PROOFS = ["code", "id_token", "token", "ssoKey", "access_token", "code_verifier"];
  const SHOP = "The shop’s page";
  const CHAT = "The chat";
  const LOGIN = "The brand’s login";
  const PLATFORM = "The platform";

  const cut = (value) => `${String(value).slice(0, 4)}…`;
  const shown = (name, value) => (PROOFS.includes(name) && typeof value === "string" && value !== "" ? cut(value) : value);
  const pairs = (text) => [...new URLSearchParams(text)].map(([name, value]) => [name, shown(name, value)]);

  // A body as people read it: JSON indented, a form with a line for each field.
  function readable(text) {
    if (typeof text !== "string" || text === "") {
      return text instanceof URLSearchParams ? readable(text.toString()) : "";
    }
    try {
      return JSON.stringify(JSON.parse(text), shown, 2);
    } catch {
      return pairs(text).map((pair) => pair.join("=")).join("\n");
    }
  }

  const kept = () => JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
  const keep = (entries) => sessionStorage.setItem(KEY, JSON.stringify(entries.slice(-MOST)));

  const journal = {
    cut,
    add: (entry) => keep([...kept(), entry]),
    clear: () => sessionStorage.removeItem(KEY),
    take() {
      const entries = kept();
      journal.clear();
      return entries;
    },
    // The way to the sign-in page, and what came back from there.
    signIn(from, parameters, back, answer) {
      const asked = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== "");
      journal.add({
        from,
        to: LOGIN,
        line: "GET /authorize",
        body: asked.map((pair) => pair.join("=")).join("\n"),
        answer: [`Back at ${back} with`, ...pairs(answer).map((pair) => pair.join("="))].join("\n"),
      });
    },
  };
  window.demoJournal = journal;

  // Who asks whom; what isn't named here is no part of the story.
  function parties(path) {
    if (path.startsWith("/authorize")) return [SHOP, LOGIN];
    return path === "/demo/platform/challenges" ? [CHAT, PLATFORM] : null;
  }

  const ask = window.fetch.bind(window);
  window.fetch = async (input, options = {}) => {
    const response = await ask(input, options);
    const url = new URL(input, location.href);
    const who = parties(url.pathname);
    if (who !== null) {
      const [from, to] = who;
      const line = `${options.method ?? "GET"} ${url.pathname}${url.search}`;
      const answer = readable(await response.clone().text());
      journal.add({ from, to, line, body: readable(options.body), status: String(response.status), answer });
    }
    return response;
  };

  // Back from the sign-in page: what the page had left with lies where the helper has put it, until the helper takes it.
  const request = JSON.parse(sessionStorage.getItem("signet.request") ?? "null");
  const came = location.hash.slice(1) || location.search.slice(1);
  if (request !== null && new URLSearchParams(came).get("state") === request.state) {
    const { client, redirect, flow, challenge, state, nonce } = request;
    const parameters = {
      client_id: client,
      redirect_uri: redirect,
      response_type: flow === "code" ? "code" : "id_token",
      state,
      nonce,
      code_challenge: challenge,
      code_challenge_method: challenge ? "S256" : "",
    };
    journal.signIn(SHOP, parameters, location.pathname, came);
  }
})();
