// Behind the counter: a visitor's choices, which outlive the way to the sign-in page and back, and the passwords.
(() => {
  "use strict";

  // Keeps what a control says, and gives it back when the page is loaded again.
  function remember(key, controls, read, write) {
    const kept = sessionStorage.getItem(key);
    if (kept !== null) {
      write(kept);
    }
    for (const control of controls) {
      control.addEventListener("change", () => sessionStorage.setItem(key, read()));
    }
  }

  const choices = [...document.querySelectorAll("input[name=connector]")];
  remember(
    "demo.connector",
    choices,
    () => choices.find((choice) => choice.checked).value,
    (kept) => choices.forEach((choice) => (choice.checked = choice.value === kept)),
  );

  const language = document.getElementById("language");
  remember("demo.language", [language], () => language.value, (kept) => (language.value = kept));

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
