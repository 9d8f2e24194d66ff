"""A back end that knows its consumer says so in a JWT of its own, and gets tokens for them (RFC 7523, RFC 8693)."""

import time

from authlib.integrations.base_client import OAuthError
from authlib.oauth2.rfc7523.assertion import sign_jwt_bearer_assertion
from joserfc.jwk import ECKey

from checks import Check, refused
from party import Party

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
TOKEN_TYPE = "urn:ietf:params:oauth:token-type"


def speaking(setting):
    """An assertion, for tokens and for an id_token alone."""
    party = Party(setting, "speaking")
    url, registered = party.metadata["token_endpoint"], party.registered
    key = ECKey.import_key(registered["private_key"])

    def assertion():
        """Who is there, as the back end says. Each is good once."""
        return sign_jwt_bearer_assertion(
            key,
            issuer=registered["client_id"],
            audience=party.issuer,
            subject=setting.consumer["username"],
            expires_at=int(time.time()) + 60,
            header={"alg": "ES256", "kid": registered["kid"]},
        )

    with Check("JWT bearer: tokens for a consumer"):
        tokens = party.session.fetch_token(url, grant_type=JWT_BEARER, assertion=assertion(), scope="openid email")
        party.claims("code", tokens["id_token"], None, access_token=tokens["access_token"])
        assert party.userinfo(tokens)["email"] == setting.consumer["username"]
    said = assertion()
    party.session.fetch_token(url, grant_type=JWT_BEARER, assertion=said, scope="openid")
    refused(
        "JWT bearer: an assertion used twice",
        OAuthError,
        lambda: party.session.fetch_token(url, grant_type=JWT_BEARER, assertion=said, scope="openid"),
    )
    with Check("token exchange: an assertion for an id_token"):
        tokens = party.session.fetch_token(
            url,
            grant_type=EXCHANGE,
            subject_token=assertion(),
            subject_token_type=f"{TOKEN_TYPE}:jwt",
            requested_token_type=f"{TOKEN_TYPE}:id_token",
            scope="openid email",
        )
        assert tokens["issued_token_type"] == f"{TOKEN_TYPE}:id_token", tokens
        party.claims("code", tokens["access_token"], None)
