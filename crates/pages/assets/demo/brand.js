// The brand's page. What hands the platform a token of whoever is signed in is Signet's helper, /sdk/signet.js; here it is
// told what the visitor has chosen behind the counter.
(() => {
  "use strict";

  const config = JSON.parse(document.getElementById("demo-config").textContent);
  const language = document.getElementById("language");
  const choices = [...document.querySelectorAll("input[name=connector]")];

  function tell() {
    const connector = config.connectors[choices.find((choice) => choice.checked).value];
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
  for (const control of [language, ...choices]) {
    control.addEventListener("change", tell);
  }
  // Copying a password chooses a consumer.
  document.getElementById("demo-credentials").addEventListener("click", tell);
})();
