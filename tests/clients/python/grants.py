"""What a client does with tokens beside signing in: it refreshes them, gets some for itself and for an API, asks about
them, and takes them back."""

import requests
from authlib.integrations.base_client import OAuthError

from checks import Check, refused
from party import Party


def stay_in(party):
    """Signs in, to stay so."""
    # Authlib asks for the session's scope again whenever it refreshes.
    party.session.scope = "openid email offline_access"
    sent, answer, _ = party.authorize("code")
    return party.redeem(sent, answer["code"])


def refreshing(setting):
    """Refresh tokens: of a client with a secret, and of a public one, which gets another one at each use."""
    for key in ["basic", "public"]:
        with Check(f"refresh, {key}"):
            party = Party(setting, key)
            url = party.metadata["token_endpoint"]
            first = stay_in(party)
            second = party.session.refresh_token(url, first["refresh_token"])
            assert second["access_token"] != first["access_token"]
            # The session goes on with the one that it has, where it gets no other.
            assert (second["refresh_token"] == first["refresh_token"]) == (key == "basic")
            party.claims("code", second["id_token"], None, access_token=second["access_token"])
            third = party.session.refresh_token(url, second["refresh_token"])
            assert party.userinfo(third)["email"] == setting.consumer["username"]

    party, other = Party(setting, "basic"), Party(setting, "public")
    url = party.metadata["token_endpoint"]
    with Check("refresh, for less than before"):
        token = stay_in(party)["refresh_token"]
        assert "email" not in party.userinfo(party.session.refresh_token(url, token, scope="openid"))
    token = stay_in(party)["refresh_token"]
    refused("refresh, by another client", OAuthError, lambda: other.session.refresh_token(url, token, scope="openid"))


def programs(setting):
    """A program's own token, for an API, which asks about it."""
    party, resource = Party(setting, "program"), setting.manifest["resources"][0]
    url, introspection = party.metadata["token_endpoint"], party.metadata["introspection_endpoint"]

    def get_token(**more):
        return party.session.fetch_token(url, grant_type="client_credentials", **more)

    with Check("client credentials, and introspection"):
        tokens = get_token(scope="orders.read", resource=resource)
        told = party.session.introspect_token(introspection, tokens["access_token"]).json()
        assert told["active"] is True and told["client_id"] == party.registered["client_id"], told
        assert told["scope"] == "orders.read" and told["aud"] == resource, told
    with Check("introspection: a token of another client for something else"):
        token = stay_in(Party(setting, "basic"))["access_token"]
        assert party.session.introspect_token(introspection, token).json() == {"active": False}
    refused(
        "client credentials, for a resource that isn't the client's",
        OAuthError,
        lambda: get_token(scope="orders.read", resource="https://api.elsewhere.test/"),
    )


def revoking(setting):
    """Tokens that are taken back."""
    party = Party(setting, "basic")
    revocation = party.metadata["revocation_endpoint"]
    with Check("revocation: an access token"):
        tokens = stay_in(party)
        party.userinfo(tokens)
        assert party.session.revoke_token(revocation, tokens["access_token"]).status_code == 200
        refused("userinfo, after that", requests.HTTPError, party.userinfo, tokens)
    with Check("revocation: a refresh token, and with it all that came of it"):
        tokens = stay_in(party)
        assert party.session.revoke_token(revocation, tokens["refresh_token"]).status_code == 200
        refused("userinfo, after that", requests.HTTPError, party.userinfo, tokens)
        url = party.metadata["token_endpoint"]
        refused("refresh, after that", OAuthError, party.session.refresh_token, url, tokens["refresh_token"])
