// The brand's page. What hands the platform a token of whoever is signed in is Signet's helper, /sdk/signet.js; here it is
// told what the visitor has chosen behind the counter.
(() => {
  "use strict";

  const config = JSON.parse(document.getElementById("demo-config").textContent);
  const language = document.getElementById("language");

  function tell() {
    const connector = config.connectors[demoWays.chosen()];
    signet.configure({
      client: connector.client_id,
      flow: connector.response_type === "code" ? "code" : "implicit",
      method: connector.js_method,
      context: connector.js_context,
      redirect: connector.redirect_uri,
      scope: connector.scope,
      locale: language.value,
      loginHint: sessionStorage.getItem("demo.login_hint") ?? "",
    });
  }

  tell();
  language.addEventListener("change", tell);
  document.getElementById("ways").addEventListener("submit", tell);
  // Copying a password chooses a consumer.
  document.getElementById("demo-credentials").addEventListener("click", tell);
})();
