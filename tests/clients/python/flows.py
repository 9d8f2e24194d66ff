"""The flows of OpenID Connect with Authlib, as a web application runs them."""

import requests
from authlib.integrations.base_client import OAuthError
from joserfc.errors import JoseError

from checks import Check, refused
from party import Party
from tokens import (
    assert_engagement,
    decrypted,
    pasted_key,
    unsigned,
    verify,
    with_other_claims,
    with_other_signature,
)

def code_flow(setting, key):
    """The code flow with one way to authenticate, in each response mode."""
    party = Party(setting, key)
    for mode in ["query", "fragment", "form_post"]:
        with Check(f"code flow, {key}, {mode}: id_token"):
            sent, answer, came = party.authorize("code", mode)
            assert came == mode
            tokens = party.redeem(sent, answer["code"])
            party.claims("code", tokens["id_token"], sent["nonce"], access_token=tokens["access_token"])
            with Check(f"code flow, {key}, {mode}: userinfo"):
                info = party.userinfo(tokens)
                assert info["sub"] == setting.consumer["sub"]
                assert info["email"] == setting.consumer["username"] and info["email_verified"] is True
                assert_engagement(info)


def code_flow_misused(setting):
    """What must fail in the code flow."""
    party = Party(setting, "basic")

    def twice():
        sent, answer, _ = party.authorize("code")
        party.redeem(sent, answer["code"])
        party.redeem(sent, answer["code"])

    def wrong_secret():
        sent, answer, _ = party.authorize("code")
        Party(setting, "basic", client_secret="guessed").redeem(sent, answer["code"])

    def altered_access_token():
        sent, answer, _ = party.authorize("code")
        tokens = party.redeem(sent, answer["code"])
        party.userinfo(tokens | {"access_token": tokens["access_token"][:-1] + "-"})

    refused("a code used twice", OAuthError, twice)
    refused("a wrong secret", OAuthError, wrong_secret)
    refused("an access token that was altered", requests.HTTPError, altered_access_token)


def implicit_flow(setting):
    """The id_token comes through the browser, alone or with an access token, whose hash it holds."""
    party = Party(setting, "public")
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
    party = Party(setting, "encrypted")
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
    party = Party(setting, "basic")
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
    party = Party(setting, "basic")
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
