"""How a client proves who it is without sending its secret: by JWTs that say so (RFC 7523)."""

import time

from authlib.oauth2.rfc7523 import ClientSecretJWT, PrivateKeyJWT, client_secret_jwt_sign, private_key_jwt_sign
from joserfc.jwk import ECKey, OctKey


class BySecret(ClientSecretJWT):
    """`client_secret_jwt`. Authlib's own assertions live for an hour; nobody needs one for longer than a request takes."""

    def sign(self, auth, audience):
        key = OctKey.import_key(auth.client_secret)
        return client_secret_jwt_sign(key, auth.client_id, audience, claims=soon())


class ByKey(PrivateKeyJWT):
    """`private_key_jwt`, by a key on P-256."""

    def sign(self, auth, audience):
        header = {"kid": auth.client_secret.kid}
        return private_key_jwt_sign(auth.client_secret, auth.client_id, audience, "ES256", soon(), header=header)


def soon():
    """An end of two minutes ahead."""
    return {"exp": int(time.time()) + 120}


def proving(registered, issuer):
    """What a session of Authlib's wants to know of a client: its secret or key, and how it proves that it has it.

    Assertions are for the issuer. Authlib calls it the token endpoint, as older specifications do.
    """
    method, secret = registered["token_endpoint_auth_method"], registered.get("client_secret")
    if method == "client_secret_jwt":
        return {"client_secret": secret, "token_endpoint_auth_method": BySecret(issuer)}
    if method == "private_key_jwt":
        key = ECKey.import_key(registered["private_key"], {"kid": registered["kid"]})
        return {"client_secret": key, "token_endpoint_auth_method": ByKey(issuer)}
    return {"client_secret": secret, "token_endpoint_auth_method": method}
