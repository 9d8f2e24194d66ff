// Behind the counter: a visitor's choices, which outlive the way to the sign-in page and back, and the passwords.
(() => {
  "use strict";

  const KEY = "demo.connector";
  const form = document.getElementById("ways");
  const buttons = [...form.querySelectorAll("button")];
  const explanations = [...document.querySelectorAll(".explain li")];
  const kept = sessionStorage.getItem(KEY);
  let chosen = buttons.some(({ value }) => value === kept) ? kept : buttons[0].value;

  function explain(way) {
    explanations.forEach((one) => one.classList.toggle("shown", one.dataset.for === way));
  }

  function mark() {
    for (const button of buttons) {
      if (button.value === chosen) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    explain(chosen);
  }

  // One press chooses a way and begins a chat in it; whoever listens after this finds it chosen.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    chosen = event.submitter?.value ?? chosen;
    sessionStorage.setItem(KEY, chosen);
    mark();
  });
  // What a way is, is read before it is pressed.
  for (const button of buttons) {
    for (const [name, way] of [["mouseenter", () => button.value], ["focus", () => button.value], ["mouseleave", () => chosen], ["blur", () => chosen]]) {
      button.addEventListener(name, () => explain(way()));
    }
  }
  mark();
  window.demoWays = { chosen: () => chosen };

  const language = document.getElementById("language");
  language.value = sessionStorage.getItem("demo.language") ?? "";
  language.addEventListener("change", () => sessionStorage.setItem("demo.language", language.value));

  // One press takes the password along, and lets the sign-in page know the username.
  for (const row of document.querySelectorAll("#demo-credentials tbody tr")) {
    const [name, username, password] = [...row.children].map((cell) => cell.textContent.trim());
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy the password of ${name}`);
    button.addEventListener("click", async () => {
      sessionStorage.setItem("demo.login_hint", username);
      try {
        await navigator.clipboard.writeText(password);
        button.textContent = "Copied";
        setTimeout(() => (button.textContent = "Copy"), 2000);
      } catch {
        getSelection().selectAllChildren(row.lastElementChild.firstElementChild);
      }
    });
    row.lastElementChild.append(button);
  }
})();
