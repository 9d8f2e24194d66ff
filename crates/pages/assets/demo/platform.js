// Stands in for the messaging platform's web SDK: the chat window, and how it learns who is there.
//
// It asks the page through the connector's JS method (method.js) or the app (app.js), and lets the platform's server verify
// what it gets. What the agent sees comes from that server too.
(() => {
  "use strict";

  const OPEN = "platform.open";
  const STEP_UP = "platform.step_up";

  const config = JSON.parse(document.getElementById("demo-config").textContent);
  const element = (id) => document.getElementById(id);
  const [chat, log, desk, veil] = ["chat", "chat-log", "desk", "veil"].map(element);
  const [input, send, status] = ["chat-input", "chat-send", "chat-status"].map(element);
  // Each attempt has a number, so that one that was given up stays silent.
  let attempt = 0;
  // An anonymous conversation that may go on with somebody who signs in, and what was said in it.
  let nameless = null;

  function show(words, live) {
    status.textContent = words;
    chat.dataset.live = live;
  }

  // ---- The conversation's lines: text only, never markup from outside.

  function say(kind, ...content) {
    const line = document.createElement("div");
    line.className = `say say-${kind}`;
    line.append(...content);
    log.append(line);
    log.scrollTop = log.scrollHeight;
    return line;
  }

  // A step that is being taken: `done` ticks it off.
  function step(text) {
    const line = say("step", text);
    line.classList.add("waiting");
    return {
      done(outcome) {
        line.textContent = outcome ?? text;
        line.classList.remove("waiting");
      },
      drop() {
        line.remove();
      },
    };
  }

  function button(className, text, action) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = className;
    made.textContent = text;
    made.addEventListener("click", action);
    return made;
  }

  function problem(text, again = start) {
    show("Not connected", "no");
    document.getElementById("chat-error")?.remove();
    const line = say("problem", text, document.createElement("br"), button("button", "Try again", again));
    line.id = "chat-error";
  }

  // ---- From the click to the conversation.

  async function start() {
    const mine = ++attempt;
    const way = selected();
    const settings = config.connectors[way];
    nameless = null;
    sessionStorage.removeItem(STEP_UP);
    log.replaceChildren();
    showDesk(false);
    element("desk-button").hidden = true;
    input.disabled = send.disabled = true;
    chat.dataset.way = way;
    show("Connecting…", "no");
    if (way === "anonymous" || way === "step_up") {
      await verify(config.connectors.anonymous, null, null, mine);
    } else if (way === "in_app") {
      await inApp(settings, mine);
    } else {
      await ask(settings, mine);
    }
  }

  // Asks the page who is there, which may lead away from it and back.
  async function ask(settings, mine) {
    sessionStorage.setItem(OPEN, "yes");
    const again = nameless === null ? start : stepUp;
    const asking = step("Asking this page who you are");
    try {
      const made = settings.pkce ? await demoMethod.challenge(settings) : null;
      const token = await demoMethod.call(settings, ...(made === null ? [] : [made.code_challenge]));
      if (mine !== attempt) {
        return;
      }
      settled();
      asking.done(typeof token === "string" ? handedOver(token) : "The page handed over a one-time code");
      noteCallback(settings, token, made);
      await verify(settings, token, made, mine);
    } catch (error) {
      if (mine !== attempt) {
        return;
      }
      settled();
      asking.drop();
      problem(error instanceof TypeError ? "The chat is not available at the moment." : error.message, again);
    }
  }

  function handedOver(token) {
    return token.split(".").length === 5 ? "The page handed over a token that it can’t read" : "The page handed over an id_token";
  }

  function noteCallback(settings, token, made) {
    const body = made === null ? "callback" : `callback\ncode_challenge=${made.code_challenge}`;
    const shown = typeof token === "string" ? demoJournal.cut(token) : { ...token, ssoKey: demoJournal.cut(token.ssoKey) };
    demoJournal.add({
      from: "The chat",
      to: "The shop’s page",
      line: `${settings.js_context}.${settings.js_method}(…)`,
      body,
      answer: `callback(${JSON.stringify(shown, null, 2)})`,
    });
  }

  // The method has answered: a reload starts nothing by itself, and the challenge is used up.
  function settled() {
    sessionStorage.removeItem(OPEN);
    demoMethod.forget();
  }

  async function verify(settings, token, made, mine) {
    const checking = step(token === null ? "The platform gives you a name of its own" : "The platform checks it against the published key");
    const request = { connector: settings.connector_id, journal: demoJournal.take() };
    if (token !== null) {
      request.token = token;
    }
    if (made !== null) {
      request.challenge_id = made.challenge_id;
    }
    if (nameless !== null) {
      request.conversation_id = nameless.conversation_id;
    }
    const { ok, body } = await demoMethod.post("/demo/platform/conversations", request);
    if (mine !== attempt) {
      return;
    }
    if (!ok || !(body.verified || body.anonymous)) {
      checking.drop();
      problem(body.error?.message ?? "We could not make sure that it’s you.", nameless === null ? start : stepUp);
    } else if (body.anonymous) {
      checking.done("Nobody is asked to sign in");
      welcome(body);
    } else {
      checking.done("Signature, issuer, audience and times are right");
      greet(body.name);
    }
    if (typeof body.agent_url === "string") {
      await showAgent(body.agent_url);
    }
  }

  function ready() {
    show("Here now", "yes");
    input.disabled = send.disabled = false;
  }

  function chips(...buttons) {
    const row = document.createElement("div");
    row.className = "chips";
    row.append(...buttons);
    log.append(row);
    log.scrollTop = log.scrollHeight;
    return row;
  }

  const question = (text) => button("", text, () => talk(text));

  function greet(name) {
    const known = nameless !== null;
    nameless = null;
    sessionStorage.removeItem(STEP_UP);
    log.querySelector(".chips")?.remove();
    const shield = element("shield").content.cloneNode(true);
    const words = document.createElement("span");
    const who = document.createElement("strong");
    who.textContent = name;
    words.append("You’re verified as ", who, ". Noor knows that it’s you.");
    say("verified", shield, words).id = "chat-verified";
    say(
      "agent",
      known
        ? `Thank you, ${name}: now I have your orders in front of me, and what we said so far is still here.`
        : `Hi ${name}, Noor here. I can see that it’s really you, so no security questions. What can I do?`,
    );
    chips(question("Where is my order?"), question("A glaze has chipped"));
    ready();
  }

  // Somebody without a name: where the way says so, they may sign in later.
  function welcome(body) {
    say("nameless", "You’re chatting without a name.").id = "chat-anonymous";
    const buttons = [question("Is the glaze safe for food?")];
    if (selected() === "step_up") {
      nameless = { conversation_id: body.conversation_id, lines: [] };
      buttons.push(signInButton());
    }
    remembered("agent", "Hi, Noor here. I don’t know who you are, and for a question about our pots I needn’t. What can I do?");
    chips(...buttons);
    ready();
  }

  function signInButton() {
    const made = button("chip-main", "Sign in", stepUp);
    made.id = "chat-sign-in";
    return made;
  }

  // The same conversation goes on with somebody who signs in; the page may be left on the way.
  async function stepUp() {
    const mine = ++attempt;
    document.getElementById("chat-error")?.remove();
    log.querySelector(".chips")?.remove();
    input.disabled = send.disabled = true;
    show("Signing in…", "no");
    sessionStorage.setItem(STEP_UP, JSON.stringify(nameless));
    await ask(config.connectors.step_up, mine);
  }

  // What was said before the page was left.
  function restore(kept) {
    nameless = kept;
    chat.dataset.way = "step_up";
    say("nameless", "You’re chatting without a name.").id = "chat-anonymous";
    for (const [kind, text] of kept.lines) {
      say(kind, text);
    }
  }

  function remembered(kind, text) {
    nameless?.lines.push([kind, text]);
    say(kind, text);
  }

  function talk(text) {
    log.querySelector(".chips")?.remove();
    remembered("consumer", text);
    const mine = attempt;
    setTimeout(() => {
      if (mine !== attempt) {
        return;
      }
      if (chat.querySelector("#chat-verified") !== null) {
        say("agent", "Let me look that up in your account, one moment.");
      } else if (nameless === null) {
        say("agent", "It is: ash and feldspar, fired at 1280 °C. Anything else?");
      } else {
        remembered("agent", "Happily. If it’s about an order of yours, sign in and I’ll have it in front of me.");
        chips(signInButton());
      }
    }, 900);
  }

  // ---- In the app: the phone's browser signs in, and comes back to the app with a code.

  async function inApp(settings, mine) {
    say("app", "You’re in the app. To chat as yourself, sign in.");
    const row = chips();
    const begun = new Promise((resolve, reject) => {
      // Whoever has closed the phone's browser may open it again.
      const made = button("chip-main", "Sign in", () => demoApp.signIn(config, settings).then(resolve, reject));
      made.id = "app-sign-in";
      row.append(made);
    });
    show("Not signed in", "no");
    try {
      const code = await begun;
      if (mine !== attempt) {
        return;
      }
      row.remove();
      const redirect_uri = settings.redirect_uri;
      step("").done("Back in the app, at com.brand.app:/callback");
      const parameters = document.createElement("pre");
      parameters.textContent = `LPAuthenticationParams(\n  authenticationCode: "${demoJournal.cut(code)}",\n  redirectURI: "${redirect_uri}")`;
      say("code", parameters);
      await verify(settings, { ssoKey: code, redirect_uri }, null, mine);
    } catch (error) {
      if (mine === attempt) {
        row.remove();
        problem(error instanceof TypeError ? "The chat is not available at the moment." : error.message);
      }
    }
  }

  // ---- The agent's side.

  async function showAgent(path) {
    // A path of our own, and nothing that a browser could take for another host.
    if (!path.startsWith("/") || path.startsWith("//")) {
      return;
    }
    const response = await fetch(path, { headers: { accept: "text/html" } });
    // Without its style element: that one has the nonce of another page, and this page has one like it.
    const html = (await response.text()).replace(/<style[^>]*>[^<]*<\/style>/, "");
    const page = new DOMParser().parseFromString(html, "text/html");
    const view = page.getElementById("agent-view");
    if (view === null) {
      return;
    }
    element("desk-content").replaceChildren(document.adoptNode(view));
    element("desk-button").hidden = false;
    // On a narrow screen it would cover the chat: there it waits for its button.
    showDesk(matchMedia("(min-width: 60.01rem)").matches);
  }

  function showDesk(visible) {
    desk.hidden = veil.hidden = !visible;
    element("desk-button").setAttribute("aria-expanded", String(visible));
  }

  // ---- The window.

  function showChat(visible) {
    chat.hidden = !visible;
    element("chat-button").hidden = visible;
    element("chat-button").setAttribute("aria-expanded", String(visible));
    if (visible) {
      chat.focus();
    } else {
      attempt += 1;
      showDesk(false);
      settled();
      sessionStorage.removeItem(STEP_UP);
      element("chat-button").focus();
    }
  }

  const selected = () => demoWays.chosen();

  function begin() {
    demoJournal.clear();
    showChat(true);
    start();
  }

  for (const opener of document.querySelectorAll("[data-chat]")) {
    opener.hidden = false;
    opener.addEventListener("click", begin);
  }
  element("ways").addEventListener("submit", begin);
  element("chat-close").addEventListener("click", () => showChat(false));
  element("desk-close").addEventListener("click", () => showDesk(false));
  element("desk-button").addEventListener("click", () => showDesk(desk.hidden));
  veil.addEventListener("click", () => showDesk(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !chat.hidden) {
      desk.hidden ? showChat(false) : showDesk(false);
    }
  });
  element("chat-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text !== "") {
      input.value = "";
      talk(text);
    }
  });

  // Back from the sign-in page: the chat goes on where it was.
  if (sessionStorage.getItem(OPEN) !== null) {
    const kept = JSON.parse(sessionStorage.getItem(STEP_UP) ?? "null");
    showChat(true);
    if (kept === null) {
      start();
    } else {
      restore(kept);
      stepUp();
    }
  }
})();
