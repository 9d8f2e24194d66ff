"""Users log in at their company's identity provider for SAML 2.0, which is pysaml2's: it reads our request, and xmlsec1 signs its
answer. The browser takes both, by the HTTP-Redirect and the HTTP-POST binding."""

import base64
import datetime
import os
import subprocess
import tempfile
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.authn_context import PASSWORDPROTECTEDTRANSPORT
from saml2.config import IdPConfig
from saml2.server import Server
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

from checks import Check

ENTITY_ID = "https://idp.company.example/metadata"
SSO_URL = "https://idp.company.example/sso"
CONNECTION = "SAML-company"


def key_pair(folder):
    """A key and a certificate of it, as files in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.company.example")])
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    files = folder / "key.pem", folder / "certificate.pem"
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    files[0].write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain))
    certificate = builder.sign(key, hashes.SHA256())
    files[1].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return files


def identity_provider(folder, key, certificate, acs):
    """pysaml2's server, which knows this one as a service provider by metadata."""
    metadata = folder / "sp.xml"
    metadata.write_text(
        f'<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{CONNECTION}">'
        '<md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" '
        'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        f'<md:AssertionConsumerService Binding="{BINDING_HTTP_POST}" Location="{acs}" index="0" isDefault="true"/>'
        "</md:SPSSODescriptor></md:EntityDescriptor>"
    )
    service = {"endpoints": {"single_sign_on_service": [(SSO_URL, BINDING_HTTP_REDIRECT)]}, "policy": {"default": {}}}
    config = {"entityid": ENTITY_ID, "key_file": str(key), "cert_file": str(certificate), "service": {"idp": service}}
    config["metadata"] = {"local": [str(metadata)]}
    return Server(config=IdPConfig().load(config))


class Company:
    """A browser between the two, and how the identity provider answers."""

    def __init__(self, base, idp):
        self.base = base
        self.idp = idp
        self.browser = requests.Session()

    def ask(self):
        """Begins a login; with the parameters that the browser takes to the identity provider."""
        sent = self.browser.get(f"{self.base}/login/sso/{CONNECTION}", allow_redirects=False, timeout=30)
        assert sent.status_code == 303, sent.text
        assert sent.headers["location"].startswith(SSO_URL + "?"), sent.headers
        return {name: value for name, [value] in parse_qs(urlsplit(sent.headers["location"]).query).items()}

    def respond(self, asked, login_name, **how):
        """What the identity provider's page would post."""
        request = self.idp.parse_authn_request(asked["SAMLRequest"], BINDING_HTTP_REDIRECT)
        # Who asks, and where the answer goes, by its own reading.
        answer = self.idp.response_args(request.message)
        assert answer["sp_entity_id"] == CONNECTION and answer["binding"] == BINDING_HTTP_POST, answer
        how = {"sign_assertion": True, "sign_response": False} | how
        response = self.idp.create_authn_response(
            {"loginName": [login_name]},
            in_response_to=answer["in_response_to"],
            destination=answer["destination"],
            sp_entity_id=answer["sp_entity_id"],
            userid=login_name,
            authn={"class_ref": PASSWORDPROTECTEDTRANSPORT},
            sign_alg=SIG_RSA_SHA256,
            digest_alg=DIGEST_SHA256,
            **how,
        )
        return base64.b64encode(str(response).encode()).decode()

    def post(self, asked, response):
        """The page posts it, from the company's site."""
        headers = {"origin": "https://idp.company.example", "sec-fetch-site": "cross-site"}
        form = {"SAMLResponse": response, "RelayState": asked["RelayState"]}
        url = f"{self.base}/login/callback?connection={CONNECTION}"
        return self.browser.post(url, form, headers=headers, allow_redirects=False, timeout=30)


def company(setting):
    """Logins by the way of redirects."""
    gateway = setting.manifest["gateway"]
    base = f"{gateway['base_url']}/api/account/{gateway['account_id']}"
    # The binding of the browser is a cookie that is sent along from another site: it needs https.
    if not base.startswith("https:"):
        return
    name = gateway["user"]["username"]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        key, certificate = key_pair(folder)
        command = [os.environ["SIGNET"], "sso", "create", CONNECTION, "--kind", "saml", "--entity-id", ENTITY_ID]
        command += ["--sso-url", SSO_URL, "--certificate", certificate, "--config", setting.manifest["config_file"]]
        command += ["--account", setting.manifest["account_id"], "--json"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        idp = identity_provider(folder, key, certificate, f"{base}/login/callback?connection={CONNECTION}")
        for what, how in {
            "a signed assertion": {},
            "a signed response": {"sign_assertion": False, "sign_response": True},
            "both signed": {"sign_response": True},
        }.items():
            with Check(f"pysaml2, {what}"):
                there = Company(base, idp)
                asked = there.ask()
                answer = there.post(asked, there.respond(asked, name, **how))
                assert answer.status_code == 200, unescape(answer.text)
                login = answer.json()
                assert login["config"]["loginName"] == name, login
                headers = {"authorization": f"Bearer {login['bearer']}"}
                users = requests.get(f"{base}/configuration/le-users/users?v=6.0", headers=headers, timeout=30)
                assert users.status_code != 401, users.text
        for what, how in {
            "nothing signed": {"sign_assertion": False},
            "a user of somewhere else": {"login_name": "nobody"},
        }.items():
            with Check(f"pysaml2, {what}, is refused"):
                there = Company(base, idp)
                asked = there.ask()
                answer = there.post(asked, there.respond(asked, **({"login_name": name} | how)))
                assert answer.status_code == 403 and "bearer" not in answer.text, (answer.status_code, answer.text)
        with Check("pysaml2, changed after it was signed, is refused"):
            there = Company(base, idp)
            asked = there.ask()
            xml = base64.b64decode(there.respond(asked, "nobody")).decode()
            changed = base64.b64encode(xml.replace(">nobody<", f">{name}<").encode()).decode()
            assert there.post(asked, changed).status_code == 403
        with Check("pysaml2, another browser's answer is refused"):
            one, other = Company(base, idp), Company(base, idp)
            asked, theirs = one.ask(), other.ask()
            response = one.respond(asked, name)
            assert other.post(theirs, response).status_code == 403
            assert other.post(asked, response).status_code != 200
