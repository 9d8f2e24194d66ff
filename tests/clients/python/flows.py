"""The flows of OpenID Connect with Authlib's session and its id_token classes."""

import secrets

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core.claims import get_claim_cls_by_response_type
from joserfc.errors import JoseError

from browser import Browser
from checks import Check, refused
from tokens import (
    assert_engagement,
    decode,
    decrypted,
    pasted_key,
    published_keys,
    unsigned,
    verify,
    with_other_claims,
    with_other_signature,
)

SCOPE = "openid profile email phone address lp_sdes"


class Party:
    """A relying party: one registered client, with what the discovery document says."""

    def __init__(self, setting, key, method):
        self.setting, self.issuer = setting, setting.manifest["issuer"]
        self.registered = setting.clients[key]
        self.metadata = requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=30).json()
        assert self.metadata["issuer"] == self.issuer
        assert method in self.metadata["token_endpoint_auth_methods_supported"]
        self.keys = published_keys(self.metadata)
        self.session = OAuth2Session(
            client_id=self.registered["client_id"],
            client_secret=self.registered.get("client_secret"),
            token_endpoint_auth_method=method,
            code_challenge_method="S256",
            redirect_uri=setting.redirect_uri,
            scope=SCOPE,
            default_timeout=30,
        )

    def authorize(self, response_type, response_mode=None):
        """Signs in. Returns what was sent, the answer, and how it came."""
        assert response_type in self.metadata["response_types_supported"]
        sent = {"nonce": secrets.token_urlsafe(), "code_verifier": generate_token(48)}
        extra = {"response_mode": response_mode, "nonce": sent["nonce"]}
        if "code" in response_type.split():
            # Authlib adds them for the code flow alone, but a hybrid flow's code is as worth stealing.
            extra["code_challenge"] = create_s256_code_challenge(sent["code_verifier"])
            extra["code_challenge_method"] = "S256"
        endpoint = self.metadata["authorization_endpoint"]
        url, sent["state"] = self.session.create_authorization_url(endpoint, response_type=response_type, **extra)
        browser = Browser(self.issuer)
        answer, mode = browser.authorize(url, self.setting.redirect_uri, self.setting.consumer)
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


def code_flow(setting, key, method):
    """The code flow with one way to authenticate, in each response mode."""
    party = Party(setting, key, method)
    for mode in ["query", "fragment", "form_post"]:
        with Check(f"code flow, {method}, {mode}: id_token"):
            sent, answer, came = party.authorize("code", mode)
            assert came == mode
            tokens = party.redeem(sent, answer["code"])
            party.claims("code", tokens["id_token"], sent["nonce"], access_token=tokens["access_token"])
            with Check(f"code flow, {method}, {mode}: userinfo"):
                info = party.userinfo(tokens)
                assert info["sub"] == setting.consumer["sub"]
                assert info["email"] == setting.consumer["username"] and info["email_verified"] is True
                assert_engagement(info)


def code_flow_misused(setting):
    """What must fail in the code flow."""
    party = Party(setting, "basic", "client_secret_basic")

    def twice():
        sent, answer, _ = party.authorize("code")
        party.redeem(sent, answer["code"])
        party.redeem(sent, answer["code"])

    def wrong_secret():
        sent, answer, _ = party.authorize("code")
        thief = Party(setting, "basic", "client_secret_basic")
        thief.session.client_secret = "guessed"
        thief.redeem(sent, answer["code"])

    def altered_access_token():
        sent, answer, _ = party.authorize("code")
        tokens = party.redeem(sent, answer["code"])
        party.userinfo(tokens | {"access_token": tokens["access_token"][:-1] + "-"})

    refused("a code used twice", OAuthError, twice)
    refused("a wrong secret", OAuthError, wrong_secret)
    refused("an access token that was altered", requests.HTTPError, altered_access_token)


def implicit_flow(setting):
    """The id_token comes through the browser, alone or with an access token, whose hash it holds."""
    party = Party(setting, "public", "none")
    for response_type in ["id_token", "id_token token"]:
        for mode in ["fragment", "form_post"]:
            with Check(f"implicit flow, {response_type}, {mode}: id_token"):
                sent, answer, came = party.authorize(response_type, mode)
                assert came == mode
                beside = {name: answer[name] for name in ["access_token"] if name in answer}
                claims = party.claims(response_type, answer["id_token"], sent["nonce"], **beside)
                if beside:
                    claims = party.userinfo({"access_token": answer["access_token"], "token_type": answer["token_type"]})
                assert claims["email"] == setting.consumer["username"]
                assert_engagement(claims)
    for what, forge in FORGERIES.items():
        sent, answer, _ = party.authorize("id_token")
        refused(f"implicit flow: {what}", JoseError, party.claims, "id_token", forge(answer["id_token"]), sent["nonce"])
    refused("implicit flow: an answer to another request", JoseError, party.claims, "id_token", answer["id_token"], "n")


def encrypted(setting):
    """id_tokens that this client alone can read, from the token endpoint and through the browser."""
    party = Party(setting, "encrypted", "client_secret_basic")
    private_key = party.registered["private_key"]
    for response_type in ["code", "id_token"]:
        with Check(f"encrypted id_token, {response_type}"):
            sent, answer, _ = party.authorize(response_type)
            tokens = party.redeem(sent, answer["code"]) if response_type == "code" else answer
            token, header = decrypted(tokens["id_token"], private_key)
            assert header == {"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": "enc-1", "cty": "JWT"}, header
            beside = {"access_token": tokens["access_token"]} if response_type == "code" else {}
            party.claims(response_type, token, sent["nonce"], **beside)
            verify(token, party.keys, party.issuer, party.registered["client_id"])
    altered = with_other_signature(tokens["id_token"])
    refused("encrypted id_token: one bit turned", (JoseError,), decrypted, altered, private_key)


def hybrid_flow(setting):
    """A code beside an id_token, an access token, or both; c_hash and at_hash are checked where they must be."""
    party = Party(setting, "basic", "client_secret_basic")
    for response_type in ["code id_token", "code token", "code id_token token"]:
        with Check(f"hybrid flow, {response_type}"):
            sent, answer, came = party.authorize(response_type)
            assert came == "fragment"
            front = {name: answer[name] for name in ["code", "access_token"] if name in answer}
            if "id_token" in answer:
                party.claims(response_type, answer["id_token"], sent["nonce"], **front)
            tokens = party.redeem(sent, answer["code"])
            claims = party.claims("code", tokens["id_token"], sent["nonce"], access_token=tokens["access_token"])
            assert claims["sub"] == setting.consumer["sub"]
            assert_engagement(party.userinfo(tokens))
    sent, answer, _ = party.authorize("code id_token")
    refused(
        "hybrid flow: a code that the id_token beside it does not vouch for",
        JoseError,
        lambda: party.claims("code id_token", answer["id_token"], sent["nonce"], code="another"),
    )


FORGERIES = {
    "other claims": lambda token: with_other_claims(token, sub="somebody-else"),
    "a longer life": lambda token: with_other_claims(token, exp=4_102_444_800),
    "another signature": with_other_signature,
    "no signature": unsigned,
}


def signatures(setting):
    """One id_token, verified by both published forms of the key, and every forgery of it refused by both."""
    party = Party(setting, "basic", "client_secret_basic")
    sent, answer, _ = party.authorize("code")
    token = party.redeem(sent, answer["code"])["id_token"]
    issuer, audience = party.issuer, party.registered["client_id"]
    for name, key in {"JWK set": party.keys, "pasted line": pasted_key(issuer)}.items():
        with Check(f"{name}: the signature"):
            verify(token, key, issuer, audience)
        for what, forge in FORGERIES.items():
            refused(f"{name}: {what}", JoseError, verify, forge(token), key, issuer, audience)
        refused(f"{name}: another audience", JoseError, verify, token, key, issuer, "another")
        refused(f"{name}: another issuer", JoseError, verify, token, key, "https://id.example.test", audience)
