"""Verifying an id_token with joserfc, by the published JWK set and by the line that is pasted into the platform."""

import base64
import json
import re

import requests
from joserfc import jwe, jwt
from joserfc.jwk import KeySet, RSAKey


def published_keys(metadata):
    """The JWK set."""
    answer = requests.get(metadata["jwks_uri"], timeout=30)
    answer.raise_for_status()
    return KeySet.import_key_set(answer.json())


def pasted_key(issuer):
    """The key of `/public-key`: one line of base64, which is the inside of a PEM file."""
    line = requests.get(f"{issuer}/public-key", timeout=30).text
    assert re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", line), "not one line of base64"
    return RSAKey.import_key(f"-----BEGIN PUBLIC KEY-----\n{line}\n-----END PUBLIC KEY-----\n")


def decode(token, key):
    """Checks the signature and nothing else."""
    return jwt.decode(token, key, algorithms=["RS256"])


def verify(token, key, issuer, audience):
    """Signature, issuer, audience and times. Returns the claims."""
    decoded = decode(token, key)
    assert decoded.header["typ"] == "JWT", decoded.header
    required = {"essential": True}
    registry = jwt.JWTClaimsRegistry(
        leeway=5,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience},
        sub=required,
        exp=required,
        iat=required,
    )
    registry.validate(decoded.claims)
    return decoded.claims


def verify_logout(token, key, issuer, audience):
    """A logout token (OpenID Connect Back-Channel Logout §2.6). Returns the claims."""
    decoded = decode(token, key)
    assert decoded.header["typ"] == "logout+jwt", decoded.header
    required = {"essential": True}
    registry = jwt.JWTClaimsRegistry(
        leeway=5,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience},
        iat=required,
        exp=required,
        jti=required,
        events={"essential": True, "value": {"http://schemas.openid.net/event/backchannel-logout": {}}},
    )
    registry.validate(decoded.claims)
    assert "nonce" not in decoded.claims, decoded.claims
    return decoded.claims


def decrypted(token, private_key):
    """The token inside an encrypted one, and the outer header, for whoever has the private key."""
    registry = jwe.JWERegistry(algorithms=["RSA-OAEP-256", "A256GCM"])
    outer = jwe.decrypt_compact(token, RSAKey.import_key(private_key), registry=registry)
    return outer.plaintext.decode(), outer.headers()


def _encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def with_other_claims(token, **change):
    """The token with other claims under the old signature."""
    header, payload, signature = token.split(".")
    claims = json.loads(_decoded(payload)) | change
    return ".".join([header, _encoded(json.dumps(claims).encode()), signature])


def with_other_signature(token):
    """The token with one bit of its last part turned: the signature, or the authentication tag of an encrypted one."""
    *before, signature = token.split(".")
    raw = bytearray(_decoded(signature))
    raw[len(raw) // 2] ^= 1
    return ".".join([*before, _encoded(bytes(raw))])


def unsigned(token):
    """The token without a signature, as `alg: none` (RFC 8725 §2.1)."""
    return ".".join([_encoded(b'{"alg":"none","typ":"JWT"}'), token.split(".")[1], ""])


def assert_engagement(claims):
    """The engagement attributes that the messaging platform reads: both objects, with what the first consumer has."""
    customer, personal = claims["lp_sdes"]
    assert set(customer) == {"type", "info"} and customer["type"] == "ctmrinfo", customer
    assert set(personal) == {"type", "personal"} and personal["type"] == "personal", personal
    assert customer["info"]["customerId"] and personal["personal"]["firstname"]
    assert personal["personal"]["contacts"][0]["email"]
