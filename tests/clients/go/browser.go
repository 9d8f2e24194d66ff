package main

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Browser has no screen: it keeps cookies, follows redirects at the provider, fills in its forms, and stops where the
// provider sends it to the client.
type Browser struct {
	origin      string
	redirectURI string
	http        *http.Client
}

// Answer is what the client gets: the parameters, and how they came, as a response mode.
type Answer struct {
	url.Values
	Mode string
}

// newBrowser opens a browser in which nobody is signed in.
func newBrowser(setting Setting) *Browser {
	issuer := get(url.Parse(setting.Issuer))
	return &Browser{
		origin:      issuer.Scheme + "://" + issuer.Host,
		redirectURI: setting.RedirectURI,
		http: &http.Client{
			Jar:     get(cookiejar.New(nil)),
			Timeout: 30 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return http.ErrUseLastResponse
			},
		},
	}
}

// Authorize opens an authorization request and signs in where it is asked to.
func (b *Browser) Authorize(address string, consumer Consumer) Answer {
	at, page := b.open(http.MethodGet, address, nil)
	for range 4 {
		if page == "" {
			return answerIn(at)
		}
		form := parseForm(page)
		if form.id == "form-post" {
			assertEqual(form.action, b.redirectURI)
			return Answer{form.fields, "form_post"}
		}
		at, page = b.fillIn(at, form, consumer, "allow")
	}
	panic(failure{fmt.Errorf("no way to the client from %s", at)})
}

// Decide opens the page where a consumer lets in who waits elsewhere, and answers: allow or deny.
func (b *Browser) Decide(address string, consumer Consumer, decision string) {
	at, page := b.open(http.MethodGet, address, nil)
	for range 4 {
		if strings.Contains(page, `id="decision-done"`) {
			return
		}
		at, page = b.fillIn(at, parseForm(page), consumer, decision)
	}
	panic(failure{fmt.Errorf("no end of questions at %s", at)})
}

func (b *Browser) fillIn(at *url.URL, form form, consumer Consumer, decision string) (*url.URL, string) {
	switch form.id {
	case "login-form":
		form.fields.Set("username", consumer.Username)
		form.fields.Set("password", consumer.Password)
	case "consent-form":
		form.fields.Set("decision", decision)
	case "device-form": // The code is in it, from the link.
	default:
		panic(failure{fmt.Errorf("an unknown form at %s: %s", at, form.id)})
	}
	return b.open(http.MethodPost, get(at.Parse(form.action)).String(), form.fields)
}

// Follow opens an address that leads to the target without a question.
func (b *Browser) Follow(address, target string) *url.URL {
	other := *b
	other.redirectURI = target
	at, page := other.open(http.MethodGet, address, nil)
	assert(page == "", "%s", page)
	return at
}

// open follows redirects until a page, or until one leads to the client: then there is no page.
func (b *Browser) open(method, address string, fields url.Values) (*url.URL, string) {
	at := get(url.Parse(address))
	for range 10 {
		assert(strings.HasPrefix(at.String(), b.origin+"/"), "left the provider for %s", at)
		request := get(http.NewRequest(method, at.String(), strings.NewReader(fields.Encode())))
		if fields != nil {
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			request.Header.Set("Origin", b.origin)
		}
		response := get(b.http.Do(request))
		page := string(get(io.ReadAll(response.Body)))
		must(response.Body.Close())
		location := response.Header.Get("Location")
		if location == "" {
			assert(response.StatusCode == http.StatusOK, "%s at %s: %s", response.Status, at, page)
			return at, page
		}
		at = get(at.Parse(location))
		if strings.HasPrefix(at.String(), b.redirectURI) {
			return at, ""
		}
		method, fields = http.MethodGet, nil
	}
	panic(failure{fmt.Errorf("redirected in circles, at last to %s", at)})
}

func answerIn(address *url.URL) Answer {
	if address.Fragment != "" {
		return Answer{get(url.ParseQuery(address.EscapedFragment())), "fragment"}
	}
	return Answer{address.Query(), "query"}
}

type form struct {
	id, action string
	fields     url.Values
}

var (
	forms  = regexp.MustCompile(`(?s)<form\b([^>]*)>(.*?)</form>`)
	inputs = regexp.MustCompile(`<input\b[^>]*>`)
)

// parseForm reads the first form of a page, with its hidden fields.
func parseForm(page string) form {
	found := forms.FindStringSubmatch(page)
	assert(found != nil, "no form in %s", page)
	fields := url.Values{}
	for _, tag := range inputs.FindAllString(found[2], -1) {
		if kind := attribute(tag, "type"); kind == "hidden" || kind == "text" {
			fields.Set(attribute(tag, "name"), attribute(tag, "value"))
		}
	}
	return form{attribute(found[1], "id"), attribute(found[1], "action"), fields}
}

func attribute(tag, name string) string {
	found := regexp.MustCompile(`\s` + name + `="([^"]*)"`).FindStringSubmatch(tag)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}
