"""A browser without a screen: it keeps cookies, follows redirects at the provider, fills in its forms, and stops where
the provider sends it to the client."""

from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests


class Form(HTMLParser):
    """The form of a page: its id, its action, and its hidden fields."""

    def __init__(self, html):
        super().__init__()
        self.id = None
        self.action = None
        self.fields = {}
        self.feed(html)
        assert self.id, f"no form in {html}"

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.id, self.action = attributes.get("id"), attributes["action"]
        elif tag == "input" and attributes.get("type") in ("hidden", "text"):
            self.fields[attributes["name"]] = attributes.get("value", "")


class Browser:
    """One browser, signed in as nobody."""

    def __init__(self, issuer):
        self.origin = "{0.scheme}://{0.netloc}".format(urlsplit(issuer))
        self.session = requests.Session()

    def authorize(self, url, redirect_uri, consumer):
        """Opens an authorization request, signs in where it is asked to, and returns the answer's parameters and how
        they came: `query`, `fragment` or `form_post`."""
        page = self._open("GET", url, redirect_uri)
        for _ in range(4):
            if isinstance(page, str):
                parts = urlsplit(page)
                mode = "fragment" if parts.fragment else "query"
                return dict(parse_qsl(parts.fragment or parts.query)), mode
            form = Form(page.text)
            if form.id == "form-post":
                assert form.action == redirect_uri, form.action
                return form.fields, "form_post"
            page = self._fill_in(page, form, consumer, "allow", redirect_uri)
        raise AssertionError(f"no way to the client from {page.url}")

    def follow(self, url, target):
        """Opens an address that leads to the target without a question. Returns what came with it."""
        page = self._open("GET", url, target)
        assert isinstance(page, str), page.text
        return dict(parse_qsl(urlsplit(page).query))

    def decide(self, url, consumer, decision="allow"):
        """Opens the page where a consumer lets in who waits elsewhere, and answers: `allow` or `deny`."""
        page = self._open("GET", url)
        for _ in range(4):
            if 'id="decision-done"' in page.text:
                return
            page = self._fill_in(page, Form(page.text), consumer, decision)
        raise AssertionError(f"no end of questions at {page.url}")

    def _fill_in(self, page, form, consumer, decision, redirect_uri=None):
        if form.id == "login-form":
            entries = {"username": consumer["username"], "password": consumer["password"]}
        elif form.id == "consent-form":
            entries = {"decision": decision}
        else:
            # The code is in it, from the link.
            assert form.id == "device-form", form.id
            entries = {}
        return self._open("POST", urljoin(page.url, form.action), redirect_uri, form.fields | entries)

    def _open(self, method, url, redirect_uri=None, form=None):
        """Follows redirects until a page, or until one leads to the client."""
        headers = {"Origin": self.origin} if form else {}
        for _ in range(10):
            assert url.startswith(self.origin + "/"), f"left the provider for {url}"
            answer = self.session.request(
                method, url, data=form, headers=headers, allow_redirects=False, timeout=30
            )
            location = answer.headers.get("Location")
            if location is None:
                assert answer.status_code == 200, f"{answer.status_code} at {url}: {answer.text}"
                return answer
            url = urljoin(url, location)
            if url.split("?")[0].split("#")[0] == redirect_uri:
                return url
            method, form, headers = "GET", None, {}
        raise AssertionError(f"redirected in circles, at last to {url}")
