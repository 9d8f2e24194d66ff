"""Requests that are signed with an API key, by requests-oauthlib (section 8 of the platform contract)."""

from urllib.parse import parse_qs

import requests
from requests_oauthlib import OAuth1, OAuth1Session

from checks import Check


def session(key, **change):
    """A session that signs all that it sends."""
    key = key | change
    return OAuth1Session(
        key["app_key"],
        client_secret=key["secret"],
        resource_owner_key=key["access_token"],
        resource_owner_secret=key["access_token_secret"],
        signature_method=key.get("method", "HMAC-SHA1"),
    )


def problem(answer):
    """Status and name of a refusal, which is a form."""
    assert answer.headers["content-type"] == "application/x-www-form-urlencoded", answer.headers
    return answer.status_code, parse_qs(answer.text)["oauth_problem"][0]


def signing(setting):
    """The Users API with the demo's two keys."""
    gateway = setting.manifest["gateway"]
    key, limited = gateway["app_key"], gateway["app_key_limited"]
    url = f"{gateway['base_url']}/api/account/{gateway['account_id']}/configuration/le-users/users"
    query = {"v": "6.0", "select": "id,loginName", "strange": "a b+c*~é"}
    for method in ["HMAC-SHA1", "HMAC-SHA256"]:
        with Check(f"app key, {method}"):
            answer = session(key, method=method).get(url, params=query, timeout=30)
            assert answer.status_code == 200, answer.text
            assert isinstance(answer.json(), list)
    with Check("app key, wrong secrets"):
        swapped = session(key, secret=key["access_token_secret"], access_token_secret=key["secret"])
        assert problem(swapped.get(url, params=query, timeout=30)) == (401, "signature_invalid")
        unknown = session(key, app_key="0" * 32)
        assert problem(unknown.get(url, params=query, timeout=30)) == (401, "signature_invalid")
    with Check("app key, another token"):
        crossed = session(key, access_token=limited["access_token"])
        assert problem(crossed.get(url, params=query, timeout=30)) == (401, "token_rejected")
    with Check("app key, not for this"):
        assert problem(session(limited).get(url, params=query, timeout=30)) == (403, "permission_denied")
    with Check("app key, the same request twice"):
        own = OAuth1(key["app_key"], key["secret"], key["access_token"], key["access_token_secret"])
        prepared = requests.Request("GET", url, params=query, auth=own).prepare()
        with requests.Session() as sender:
            verify = sender.merge_environment_settings(url, {}, None, None, None)["verify"]
            assert sender.send(prepared, timeout=30, verify=verify).status_code == 200
            assert problem(sender.send(prepared, timeout=30, verify=verify)) == (401, "nonce_used")
    with Check("app key, in the query"):
        own = OAuth1(
            key["app_key"], key["secret"], key["access_token"], key["access_token_secret"], signature_type="QUERY"
        )
        assert requests.get(url, params=query, auth=own, timeout=30).status_code in (400, 401)
