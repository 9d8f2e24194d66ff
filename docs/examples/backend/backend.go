// A back end that knows its consumer. The standard library alone. usage: go run backend.go MANIFEST
package main

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

type client struct {
	ID           string   `json:"client_id"`
	Secret       string   `json:"client_secret"`
	RedirectURIs []string `json:"redirect_uris"`
	PrivateKey   string   `json:"private_key"`
}

var manifest struct {
	Issuer    string   `json:"issuer"`
	CA        string   `json:"ca_file"`
	Resources []string `json:"resources"`
	Consumers []struct {
		Sub string `json:"sub"`
	} `json:"consumers"`
	Clients struct {
		Backend client `json:"backend"`
		Web     client `json:"web"`
	} `json:"clients"`
}

type object = map[string]any

var browser = &http.Client{
	Timeout:       10 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func base64url(bytes []byte) string { return base64.RawURLEncoding.EncodeToString(bytes) }

func random() string {
	bytes := make([]byte, 32)
	must(rand.Read(bytes))
	return base64url(bytes)
}

// A POST to an endpoint of the issuer, by the back end with its secret, or by a public client.
func post(by client, path string, form url.Values) object {
	if by.Secret == "" {
		form.Set("client_id", by.ID)
	}
	request := must(http.NewRequest("POST", manifest.Issuer+path, strings.NewReader(form.Encode())))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if by.Secret != "" {
		request.SetBasicAuth(url.QueryEscape(by.ID), url.QueryEscape(by.Secret))
	}
	response := must(browser.Do(request))
	defer response.Body.Close()
	body := must(io.ReadAll(response.Body))
	if response.StatusCode != 200 {
		log.Fatalf("%s: %s %s", path, response.Status, body)
	}
	answer := object{}
	if len(body) > 0 {
		must(0, json.Unmarshal(body, &answer))
	}
	return answer
}

// What the back end says of a consumer: a JWT that is good for a minute, and once.
func assertion(sub string, more object) string {
	backend := manifest.Clients.Backend
	now := time.Now().Unix()
	claims := object{"iss": backend.ID, "sub": sub, "aud": manifest.Issuer, "iat": now, "exp": now + 60, "jti": random()}
	for name, value := range more {
		claims[name] = value
	}
	header := must(json.Marshal(object{"alg": "ES256", "typ": "JWT"}))
	parts := base64url(header) + "." + base64url(must(json.Marshal(claims)))
	block, _ := pem.Decode([]byte(backend.PrivateKey))
	key := must(x509.ParsePKCS8PrivateKey(block.Bytes)).(*ecdsa.PrivateKey)
	digest := sha256.Sum256([]byte(parts))
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	must(0, err)
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return parts + "." + base64url(signature)
}

const tokenType = "urn:ietf:params:oauth:token-type:"
const tokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange"

func exchange(sub, wanted string, claims object, form url.Values) object {
	form.Set("grant_type", tokenExchange)
	form.Set("subject_token_type", tokenType+"jwt")
	form.Set("subject_token", assertion(sub, claims))
	form.Set("requested_token_type", wanted)
	return post(manifest.Clients.Backend, "/token", form)
}

func claimsOf(jwt any) object {
	claims := object{}
	part := must(base64.RawURLEncoding.DecodeString(strings.Split(jwt.(string), ".")[1]))
	must(0, json.Unmarshal(part, &claims))
	return claims
}

func expect(what string, holds bool) {
	if !holds {
		log.Fatalf("not so: %s", what)
	}
	fmt.Println("ok", what)
}

func main() {
	must(0, json.Unmarshal(must(os.ReadFile(os.Args[1])), &manifest))
	if manifest.CA != "" {
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(must(os.ReadFile(manifest.CA)))
		browser.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	}
	backend, web, ana := manifest.Clients.Backend, manifest.Clients.Web, manifest.Consumers[0]

	// 1. An id_token, with attributes that come fresh.
	fresh := object{"customerInfo": object{"customerId": "c-1003", "ctype": "vip"}}
	given := exchange(ana.Sub, tokenType+"id_token", fresh, url.Values{"scope": {"openid lp_sdes"}})
	told := claimsOf(given["access_token"])
	expect("an id_token tells who is there", told["sub"] == ana.Sub && told["iss"] == manifest.Issuer)
	expect("its attributes are fresh", strings.Contains(fmt.Sprint(told["lp_sdes"]), "c-1003"))

	// 2. A ticket, with which the page of another client signs in silently.
	ticket := exchange(ana.Sub, "urn:signet:params:oauth:token-type:sign-in-ticket", nil, url.Values{"audience": {web.ID}})
	verifier := random()
	challenge := sha256.Sum256([]byte(verifier))
	query := url.Values{
		"client_id":             {web.ID},
		"redirect_uri":          {web.RedirectURIs[0]},
		"response_type":         {"code"},
		"scope":                 {"openid offline_access"},
		"prompt":                {"none"},
		"state":                 {"s"},
		"nonce":                 {"n"},
		"code_challenge":        {base64url(challenge[:])},
		"code_challenge_method": {"S256"},
		"login_hint_token":      {ticket["access_token"].(string)},
	}
	response := must(browser.Get(manifest.Issuer + "/authorize?" + query.Encode()))
	code := must(response.Location()).Query().Get("code")
	expect("a page signs in silently with a ticket", code != "")
	tokens := post(web, "/token", url.Values{
		"grant_type":    {"authorization_code"},
		"code":          {code},
		"redirect_uri":  {web.RedirectURIs[0]},
		"code_verifier": {verifier},
	})
	expect("it is the same consumer", claimsOf(tokens["id_token"])["sub"] == ana.Sub)

	// 3. Refresh: a public client gets another refresh token each time.
	again := post(web, "/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tokens["refresh_token"].(string)}})
	expect("a refresh gives another access token", again["access_token"] != tokens["access_token"] && again["refresh_token"] != nil)

	// 4. A token of the back end's own, for an interface that it serves: asked about, exchanged, and taken back.
	orders, customers := manifest.Resources[0], manifest.Resources[1]
	own := post(backend, "/token", url.Values{"grant_type": {"client_credentials"}, "scope": {"orders.read"}, "resource": {orders}})
	token := own["access_token"].(string)
	ask := func(token string) object { return post(backend, "/introspect", url.Values{"token": {token}}) }
	about := ask(token)
	expect("introspection tells what it is good for", about["active"] == true && about["aud"] == orders)
	other := post(backend, "/token", url.Values{
		"grant_type":         {tokenExchange},
		"subject_token":      {token},
		"subject_token_type": {tokenType + "access_token"},
		"resource":           {customers},
	})
	expect("it is exchanged for one for another interface", ask(other["access_token"].(string))["aud"] == customers)
	post(backend, "/revoke", url.Values{"token": {token}})
	expect("and it is no good once it is taken back", ask(token)["active"] == false)
}
