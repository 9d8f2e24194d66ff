"""usage: python3 sign.py MANIFEST

Reads an account's users in a request that is signed with an API key, with requests-oauthlib.
"""

import json
import sys

from requests_oauthlib import OAuth1Session

with open(sys.argv[1], encoding="utf-8") as file:
    gateway = json.load(file)["gateway"]
key = gateway["app_key"]

api = OAuth1Session(
    key["app_key"],
    client_secret=key["secret"],
    resource_owner_key=key["access_token"],
    resource_owner_secret=key["access_token_secret"],
    signature_method="HMAC-SHA256",
)
answer = api.get(
    f"{gateway['base_url']}/api/account/{gateway['account_id']}/configuration/le-users/users",
    params={"v": "6.0", "select": "id,loginName"},
)
answer.raise_for_status()
print(", ".join(user["loginName"] for user in answer.json()))
