// Goes on once every frame is loaded, or after five seconds: a client that is slow must not hold anybody up.
(() => {
  "use strict";
  const onward = document.getElementById("logout-onward");
  let gone = false;
  const go = () => {
    if (!gone) {
      gone = true;
      location.replace(onward.href);
    }
  };
  addEventListener("load", go);
  setTimeout(go, 5000);
})();
