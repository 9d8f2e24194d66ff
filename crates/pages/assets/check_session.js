// Tells a client's page whether the session has changed (OpenID Connect Session Management 1.0, section 3.2). It is
// written for every browser that there is: no promises, no Web Crypto, which answers too late and not everywhere.
(function () {
  "use strict";
  var cookie = document.documentElement.getAttribute("data-cookie") + "=";

  // The value of the cookie; null where the browser keeps it from frames, or has lost it.
  function state() {
    var pairs = document.cookie.split(";");
    for (var i = 0; i < pairs.length; i += 1) {
      var pair = pairs[i].replace(/^\s+/, "");
      if (pair.indexOf(cookie) === 0) {
        return pair.substring(cookie.length);
      }
    }
    return null;
  }

  // The first 32 bits of the fractional parts of roots of the first primes (FIPS 180-4, section 4.2.2).
  var constants = [];
  var initial = [];
  (function () {
    function fraction(root) {
      return ((root - Math.floor(root)) * 4294967296) | 0;
    }
    for (var candidate = 2; constants.length < 64; candidate += 1) {
      var prime = true;
      for (var divisor = 2; divisor * divisor <= candidate; divisor += 1) {
        if (candidate % divisor === 0) {
          prime = false;
          break;
        }
      }
      if (prime) {
        if (initial.length < 8) {
          initial.push(fraction(Math.pow(candidate, 1 / 2)));
        }
        constants.push(fraction(Math.pow(candidate, 1 / 3)));
      }
    }
  })();

  function rotated(word, by) {
    return (word >>> by) | (word << (32 - by));
  }

  // SHA-256 of a text of ASCII characters, in base64url.
  function sha256(text) {
    var words = [];
    var length = text.length;
    var blocks = ((length + 8) >> 6) + 1;
    var i;
    for (i = 0; i < blocks * 16; i += 1) {
      words[i] = 0;
    }
    for (i = 0; i < length; i += 1) {
      words[i >> 2] |= (text.charCodeAt(i) & 255) << (24 - (i % 4) * 8);
    }
    words[length >> 2] |= 128 << (24 - (length % 4) * 8);
    words[blocks * 16 - 1] = length * 8;

    var hash = initial.slice(0);
    for (var start = 0; start < words.length; start += 16) {
      var w = words.slice(start, start + 16);
      var s = hash.slice(0);
      for (i = 0; i < 64; i += 1) {
        if (i >= 16) {
          var x = w[i - 15];
          var y = w[i - 2];
          var s0 = rotated(x, 7) ^ rotated(x, 18) ^ (x >>> 3);
          var s1 = rotated(y, 17) ^ rotated(y, 19) ^ (y >>> 10);
          w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
        }
        var choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
        var majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
        var big1 = rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25);
        var big0 = rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22);
        var first = (s[7] + big1 + choice + constants[i] + w[i]) | 0;
        var second = (big0 + majority) | 0;
        s = [(first + second) | 0, s[0], s[1], s[2], (s[3] + first) | 0, s[4], s[5], s[6]];
      }
      for (i = 0; i < 8; i += 1) {
        hash[i] = (hash[i] + s[i]) | 0;
      }
    }

    var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    var digits = "";
    var bits = 0;
    var held = 0;
    for (i = 0; i < 32; i += 1) {
      held = ((held << 8) | ((hash[i >> 2] >>> (24 - (i % 4) * 8)) & 255)) & 65535;
      bits += 8;
      while (bits >= 6) {
        bits -= 6;
        digits += alphabet.charAt((held >>> bits) & 63);
      }
    }
    return digits + alphabet.charAt((held << (6 - bits)) & 63);
  }

  // What is said of a message: "client_id session_state".
  function answer(data, origin) {
    var parts = typeof data === "string" ? /^([\x21-\x7e]+) ([\w-]{43})\.([\w-]{1,64})$/.exec(data) : null;
    var now = state();
    if (!parts || now === null) {
      return "error";
    }
    // Its session is one of those that live in this browser, or it was told of none and nothing is new since.
    var watched = now.split(".").concat("." + now);
    for (var i = 0; i < watched.length; i += 1) {
      if (sha256(parts[1] + " " + origin + " " + watched[i] + " " + parts[3]) === parts[2]) {
        return "unchanged";
      }
    }
    return "changed";
  }

  window.addEventListener("message", function (event) {
    if (event.source && event.origin && event.origin !== "null") {
      event.source.postMessage(answer(event.data, event.origin), event.origin);
    }
  }, false);
})();
