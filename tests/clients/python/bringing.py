"""Requests that are pushed (RFC 9126) or signed (RFC 9101), and answers that are JWTs: authorization responses (JARM) and
userinfo. Authlib has none of this itself; joserfc signs and verifies."""

import time
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from checks import Check, refused
from party import Party
from tokens import assert_engagement, decode, with_other_claims


def pushed(setting):
    """The parameters go to the provider by themselves, and the browser carries a reference."""
    for key in ["basic", "hmac", "key", "public"]:
        with Check(f"pushed request, {key}"):
            party = Party(setting, key)
            sent, url = party.request("code")
            finish(party, sent, party.open(push(party, url))[0])
    party = Party(setting, "basic")
    _, url = party.request("code", redirect_uri="https://evil.example.test/")
    refused("pushed request: an address that isn't registered", requests.HTTPError, push, party, url)


def push(party, url):
    """What the browser opens instead of this URL."""
    form, method = dict(parse_qsl(urlsplit(url).query)), party.session.token_endpoint_auth_method
    if method == "none":
        del form["client_id"]  # Authlib adds it.
    answer = party.session.request(
        "POST",
        party.metadata["pushed_authorization_request_endpoint"],
        data=form,
        auth=party.session.client_auth(method),
        withhold_token=True,
    )
    answer.raise_for_status()
    query = {"client_id": party.registered["client_id"], "request_uri": answer.json()["request_uri"]}
    return party.metadata["authorization_endpoint"] + "?" + urlencode(query)


def finish(party, sent, answer):
    """From the answer to verified tokens."""
    assert answer["state"] == sent["state"], answer
    tokens = party.redeem(sent, answer["code"])
    party.claims("code", tokens["id_token"], sent["nonce"], access_token=tokens["access_token"])
    return tokens


def signed(setting):
    """A client that may ask with signed request objects alone."""
    party = Party(setting, "signed")
    with Check("signed request"):
        sent, url = party.request("code")
        finish(party, sent, party.open(sign(party, url))[0])
    with Check("signed request, pushed"):
        sent, url = party.request("code")
        finish(party, sent, party.open(push(party, sign(party, url)))[0])
    _, url = party.request("code")
    refused("signed request: not signed", requests.HTTPError, push, party, url)


def sign(party, url):
    """The request as one that carries all in a signed JWT."""
    now, client_id = int(time.time()), party.registered["client_id"]
    key = ECKey.import_key(party.registered["private_key"])
    header = {"alg": "ES256", "kid": party.registered["kid"], "typ": "oauth-authz-req+jwt"}
    claims = dict(parse_qsl(urlsplit(url).query)) | {"iss": client_id, "aud": party.issuer, "nbf": now, "exp": now + 120}
    query = {"client_id": client_id, "request": jwt.encode(header, claims, key)}
    return party.metadata["authorization_endpoint"] + "?" + urlencode(query)


def signed_responses(setting):
    """Authorization responses that are JWTs."""
    party = Party(setting, "basic")
    for mode in ["query.jwt", "fragment.jwt", "form_post.jwt"]:
        with Check(f"signed response, {mode}"):
            sent, url = party.request("code", mode)
            answer, came = party.open(url)
            assert came + ".jwt" == mode and set(answer) == {"response"}, answer
            finish(party, sent, opened(party, answer["response"]))
    altered = with_other_claims(answer["response"], code="another")
    refused("signed response: altered", JoseError, opened, party, altered)


def opened(party, token):
    """A JWT from the provider to this client. Returns the claims."""
    claims = decode(token, party.keys).claims
    issuer, audience = {"value": party.issuer}, {"value": party.registered["client_id"]}
    jwt.JWTClaimsRegistry(leeway=5, iss={"essential": True} | issuer, aud={"essential": True} | audience).validate(claims)
    return claims


def signed_userinfo(setting):
    """Userinfo as a JWT, under a subject that other sectors' clients don't see."""
    with Check("userinfo, signed, about a pairwise subject"):
        party = Party(setting, "pairwise")
        sent, answer, _ = party.authorize("code")
        party.session.token = party.redeem(sent, answer["code"])
        answer = party.session.get(party.metadata["userinfo_endpoint"])
        assert answer.headers["Content-Type"] == "application/jwt", answer.headers
        claims = opened(party, answer.text)
        assert claims["sub"] != setting.consumer["sub"] and claims["email"] == setting.consumer["username"]
        assert_engagement(claims)
