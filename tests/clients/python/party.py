"""A relying party with Authlib's session and its id_token classes."""

import secrets

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core.claims import get_claim_cls_by_response_type

from assertions import proving
from browser import Browser
from tokens import decode, published_keys

SCOPE = "openid profile email phone address lp_sdes"


class Party:
    """A relying party: one registered client, with what the discovery document says."""

    def __init__(self, setting, key, **change):
        self.setting, self.issuer = setting, setting.manifest["issuer"]
        self.registered = setting.clients[key] | change
        self.metadata = requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=30).json()
        assert self.metadata["issuer"] == self.issuer
        assert self.registered["token_endpoint_auth_method"] in self.metadata["token_endpoint_auth_methods_supported"]
        self.keys = published_keys(self.metadata)
        self.session = OAuth2Session(
            client_id=self.registered["client_id"],
            **proving(self.registered, self.issuer),
            code_challenge_method="S256",
            redirect_uri=setting.redirect_uri,
            scope=SCOPE,
            default_timeout=30,
        )

    def request(self, response_type, response_mode=None, **more):
        """An authorization request: what belongs to it, and its URL."""
        assert response_type in self.metadata["response_types_supported"]
        sent = {"nonce": secrets.token_urlsafe(), "code_verifier": generate_token(48)}
        extra = {"response_mode": response_mode, "nonce": sent["nonce"], **more}
        if "code" in response_type.split():
            # Authlib adds them for the code flow alone, but a hybrid flow's code is as worth stealing.
            extra["code_challenge"] = create_s256_code_challenge(sent["code_verifier"])
            extra["code_challenge_method"] = "S256"
        endpoint = self.metadata["authorization_endpoint"]
        url, sent["state"] = self.session.create_authorization_url(endpoint, response_type=response_type, **extra)
        return sent, url

    def open(self, url, browser=None):
        """Signs in, in a browser of its own where none is given. Returns the answer, and how it came."""
        browser = browser or Browser(self.issuer)
        return browser.authorize(url, self.setting.redirect_uri, self.setting.consumer)

    def authorize(self, response_type, response_mode=None, browser=None, **more):
        """The same from its beginning. Returns what was sent, the answer, and how it came."""
        sent, url = self.request(response_type, response_mode, **more)
        answer, mode = self.open(url, browser)
        assert answer["state"] == sent["state"]
        assert answer["iss"] == self.issuer or "id_token" in answer
        return sent, answer, mode

    def redeem(self, sent, code):
        """The token endpoint's answer."""
        url = self.metadata["token_endpoint"]
        return self.session.fetch_token(url, code=code, code_verifier=sent["code_verifier"])

    def claims(self, response_type, token, nonce, **beside):
        """Validates an id_token as the class for this response type wants it: nonce, at_hash, c_hash."""
        decoded = decode(token, self.keys)
        client_id = self.registered["client_id"]
        options = {"iss": {"value": self.issuer}, "aud": {"value": client_id}}
        params = {"nonce": nonce, "client_id": client_id, **beside}
        claims = get_claim_cls_by_response_type(response_type)(decoded.claims, decoded.header, options, params)
        claims.validate(leeway=5)
        assert claims["sub"] == self.setting.consumer["sub"]
        return claims

    def userinfo(self, token):
        """What `/userinfo` says to this token."""
        self.session.token = token
        answer = self.session.get(self.metadata["userinfo_endpoint"])
        answer.raise_for_status()
        return answer.json()
