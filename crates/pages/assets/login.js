// Progressive enhancement of forms with a password: a button that shows the password, and one submission at a time.
(() => {
  "use strict";
  const password = document.getElementById("password");
  const form = password.form;
  const place = password.parentElement;

  const button = document.createElement("button");
  button.type = "button";
  button.className = "reveal-button";
  button.setAttribute("aria-controls", "password");

  const show = (visible) => {
    password.type = visible ? "text" : "password";
    button.textContent = visible ? place.dataset.hide : place.dataset.show;
    button.setAttribute("aria-pressed", String(visible));
  };
  button.addEventListener("click", () => {
    show(password.type === "password");
    password.focus();
  });
  show(false);
  place.append(button);

  // A password never leaves the form as plain text that the browser may remember as such.
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) {
      event.preventDefault();
      return;
    }
    sent = true;
    show(false);
    form.setAttribute("aria-busy", "true");
  });
  // Coming back by the back button finds the form ready again.
  window.addEventListener("pageshow", () => {
    sent = false;
    form.removeAttribute("aria-busy");
  });
})();
