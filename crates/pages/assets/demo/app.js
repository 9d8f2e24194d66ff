// Stands in for the brand's app on a phone: the phone's browser signs in, and comes back to the app with a code.
(() => {
  "use strict";

  // How long a consumer may take in the phone's browser.
  const PATIENCE = 600_000;

  // As a phone does it: a browser of its own, which the app can't look into, and which comes back to the app's own URI.
  function signIn(config, { client_id, redirect_uri, scope }) {
    const state = crypto.randomUUID();
    const parameters = { client_id, redirect_uri, response_type: "code", scope, state };
    const hint = sessionStorage.getItem("demo.login_hint");
    const asked = hint === null ? parameters : { ...parameters, login_hint: hint };
    const channel = new BroadcastChannel(`demo.app.${state}`);
    const opened = window.open(`${config.issuer}/authorize?${new URLSearchParams(asked)}`, "_blank", "popup,width=420,height=760");
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(reject, new Error(demoMethod.REASONS.timeout)), PATIENCE);
      function end(settle, value) {
        clearTimeout(timer);
        channel.close();
        settle(value);
      }
      if (opened === null) {
        end(reject, new Error("This browser lets no window open. Allow it, and try again."));
      }
      channel.onmessage = ({ data }) => {
        channel.postMessage("received");
        demoJournal.signIn("The app", parameters, "com.brand.app:/callback", new URLSearchParams(data).toString());
        if (data.iss !== config.issuer || !data.code) {
          end(reject, new Error(demoMethod.REASONS[data.error] ?? "The sign-in came to nothing."));
        } else {
          end(resolve, data.code);
        }
      };
    });
  }

  window.demoApp = { signIn };
})();
