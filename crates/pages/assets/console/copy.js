// A button beside each value that is pasted elsewhere. Without this script, a tap on the value takes it whole.
(() => {
  "use strict";
  const say = (button, text) => {
    const before = button.dataset.before ?? button.textContent;
    button.dataset.before = before;
    button.textContent = text;
    setTimeout(() => {
      button.textContent = before;
    }, 2000);
  };
  const select = (value) => {
    const range = document.createRange();
    range.selectNodeContents(value);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const value = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(value.textContent);
        say(button, "Copied");
      } catch {
        // Not allowed here, or not over https: it is marked, ready to be copied by hand.
        select(value);
        say(button, "Marked");
      }
    });
  }
})();
