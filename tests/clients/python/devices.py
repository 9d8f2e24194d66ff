"""A device without a screen to sign in at: it shows a code, and the consumer types it elsewhere (RFC 8628)."""

import time

from authlib.integrations.base_client import OAuthError

from browser import Browser
from checks import Check, refused
from party import Party

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def devices(setting):
    """What the device does; Authlib has the grant, and the request before it is an ordinary one."""
    party = Party(setting, "device")
    client_id, token_url = party.registered["client_id"], party.metadata["token_endpoint"]

    def begin():
        form = {"client_id": client_id, "scope": "openid email"}
        answer = party.session.request("POST", party.metadata["device_authorization_endpoint"], data=form, withhold_token=True)
        answer.raise_for_status()
        return answer.json()

    def get_token(begun):
        return party.session.fetch_token(token_url, grant_type=GRANT, device_code=begun["device_code"])

    with Check("device: allowed"):
        begun = begin()
        refused("device: not yet", OAuthError, get_token, begun)
        Browser(party.issuer).decide(begun["verification_uri_complete"], setting.consumer)
        time.sleep(begun["interval"])
        tokens = get_token(begun)
        party.claims("code", tokens["id_token"], None, access_token=tokens["access_token"])
        assert party.userinfo(tokens)["email"] == setting.consumer["username"]
    begun = begin()
    Browser(party.issuer).decide(begun["verification_uri_complete"], setting.consumer, "deny")
    refused("device: denied", OAuthError, get_token, begun)
