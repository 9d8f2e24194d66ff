// Stands for the app's own URI: hands what the sign-in has answered to the app, which waits under that state, and closes
// the phone's browser once the app has it.
(() => {
  "use strict";

  const answer = Object.fromEntries(new URLSearchParams(location.search));
  history.replaceState(null, "", location.pathname);
  if (!answer.state) {
    return;
  }
  const channel = new BroadcastChannel(`demo.app.${answer.state}`);
  channel.onmessage = () => window.close();
  channel.postMessage(answer);
})();
