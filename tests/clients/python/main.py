"""usage: python main.py MANIFEST CLIENTS

Signs in at a running demo with Authlib, in every flow, and verifies with joserfc what comes. MANIFEST is the demo's,
CLIENTS a file with the clients that ../run has registered: {"basic": {"client_id": …}, …}.
"""

import json
import sys
from dataclasses import dataclass

from bringing import pushed, signed, signed_responses, signed_userinfo
from checks import summary
from company import company
from devices import devices
from flows import code_flow, code_flow_misused, encrypted, hybrid_flow, implicit_flow, signatures
from grants import programs, refreshing, revoking
from logout import logging_out
from signing import signing
from speaking import speaking


@dataclass
class Setting:
    """Where the demo is, and who is who."""

    manifest: dict
    clients: dict

    @property
    def redirect_uri(self):
        return self.clients["redirect_uri"]

    @property
    def consumer(self):
        return self.manifest["consumers"][0]


def main(manifest, clients):
    with open(manifest, encoding="utf-8") as one, open(clients, encoding="utf-8") as other:
        setting = Setting(json.load(one), json.load(other))
    for key in ["basic", "post", "public", "hmac", "key"]:
        code_flow(setting, key)
    code_flow_misused(setting)
    implicit_flow(setting)
    hybrid_flow(setting)
    encrypted(setting)
    signatures(setting)
    pushed(setting)
    signed(setting)
    signed_responses(setting)
    signed_userinfo(setting)
    refreshing(setting)
    programs(setting)
    revoking(setting)
    devices(setting)
    speaking(setting)
    logging_out(setting)
    signing(setting)
    company(setting)
    return 0 if summary() else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
