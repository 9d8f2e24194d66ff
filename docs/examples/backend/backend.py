"""A back end that knows its consumer. Needs `cryptography` and `requests`. usage: python3 backend.py MANIFEST"""

import base64
import hashlib
import json
import secrets
import sys
import time
from urllib.parse import parse_qs, quote, urlsplit

import requests
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

MANIFEST = json.load(open(sys.argv[1]))
ISSUER, RESOURCES = MANIFEST["issuer"], MANIFEST["resources"]
BACKEND, WEB = MANIFEST["clients"]["backend"], MANIFEST["clients"]["web"]
KEY = load_pem_private_key(BACKEND["private_key"].encode(), None)
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
TYPE = "urn:ietf:params:oauth:token-type:"


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def post(path, form, client=BACKEND):
    """A POST to an endpoint of the issuer, by the back end with its secret, or by a public client."""
    auth = None
    if "client_secret" in client:
        auth = (quote(client["client_id"], safe=""), quote(client["client_secret"], safe=""))
    else:
        form = {**form, "client_id": client["client_id"]}
    response = requests.post(ISSUER + path, data=form, auth=auth, timeout=10)
    response.raise_for_status()
    return response.json() if response.text else {}


def assertion(sub, **more):
    """What the back end says of a consumer: a JWT that is good for a minute, and once."""
    now = int(time.time())
    claims = {"iss": BACKEND["client_id"], "sub": sub, "aud": ISSUER, "iat": now, "exp": now + 60}
    claims |= {"jti": secrets.token_urlsafe(16), **more}
    parts = ".".join(base64url(json.dumps(part).encode()) for part in ({"alg": "ES256", "typ": "JWT"}, claims))
    r, s = decode_dss_signature(KEY.sign(parts.encode(), ECDSA(SHA256())))
    return f"{parts}.{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def exchange(sub, wanted, claims=None, **form):
    form |= {"grant_type": EXCHANGE, "subject_token_type": TYPE + "jwt", "requested_token_type": wanted}
    return post("/token", form | {"subject_token": assertion(sub, **(claims or {}))})


def claims_of(jwt):
    part = jwt.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def expect(what, holds):
    if not holds:
        sys.exit(f"not so: {what}")
    print(f"ok {what}")


# 1. An id_token, with attributes that come fresh.
ana = MANIFEST["consumers"][0]
fresh = {"customerInfo": {"customerId": "c-1002", "ctype": "vip"}}
given = exchange(ana["sub"], TYPE + "id_token", claims=fresh, scope="openid lp_sdes")
told = claims_of(given["access_token"])
expect("an id_token tells who is there", told["sub"] == ana["sub"] and told["iss"] == ISSUER)
expect("its attributes are fresh", "c-1002" in json.dumps(told["lp_sdes"]))

# 2. A ticket, with which the page of another client signs in silently.
ticket = exchange(ana["sub"], "urn:signet:params:oauth:token-type:sign-in-ticket", audience=WEB["client_id"])
verifier = secrets.token_urlsafe(32)
sent = requests.get(
    ISSUER + "/authorize",
    params={
        "client_id": WEB["client_id"],
        "redirect_uri": WEB["redirect_uris"][0],
        "response_type": "code",
        "scope": "openid offline_access",
        "prompt": "none",
        "state": "s",
        "nonce": "n",
        "code_challenge": base64url(hashlib.sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
        "login_hint_token": ticket["access_token"],
    },
    allow_redirects=False,
    timeout=10,
).headers["location"]
code = parse_qs(urlsplit(sent).query).get("code", [None])[0]
expect("a page signs in silently with a ticket", code)
redemption = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
tokens = post("/token", redemption | {"redirect_uri": WEB["redirect_uris"][0]}, WEB)
expect("it is the same consumer", claims_of(tokens["id_token"])["sub"] == ana["sub"])

# 3. Refresh: a public client gets another refresh token each time.
again = post("/token", {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}, WEB)
expect("a refresh gives another access token", again["access_token"] != tokens["access_token"] and again["refresh_token"])

# 4. A token of the back end's own, for an interface that it serves: asked about, exchanged, and taken back.
own = post("/token", {"grant_type": "client_credentials", "scope": "orders.read", "resource": RESOURCES[0]})
about = post("/introspect", {"token": own["access_token"]})
expect("introspection tells what it is good for", about["active"] and about["aud"] == RESOURCES[0])
subject = {"subject_token": own["access_token"], "subject_token_type": TYPE + "access_token"}
other = post("/token", {"grant_type": EXCHANGE, "resource": RESOURCES[1]} | subject)
target = post("/introspect", {"token": other["access_token"]})["aud"]
expect("it is exchanged for one for another interface", target == RESOURCES[1])
post("/revoke", {"token": own["access_token"]})
expect("and it is no good once it is taken back", not post("/introspect", {"token": own["access_token"]})["active"])
