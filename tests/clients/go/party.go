package main

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Party is a relying party: one registered client, with what the discovery document says.
type Party struct {
	setting  Setting
	ctx      context.Context
	provider *oidc.Provider
	config   oauth2.Config
	verifier *oidc.IDTokenVerifier
}

// Sent is what belongs to one request.
type Sent struct {
	state, nonce, verifier string
}

// styles is how the library calls the ways to authenticate.
var styles = map[string]oauth2.AuthStyle{
	"client_secret_basic": oauth2.AuthStyleInHeader,
	"client_secret_post":  oauth2.AuthStyleInParams,
	"none":                oauth2.AuthStyleInParams,
}

// newParty discovers the provider.
func newParty(setting Setting, key string) Party {
	ctx := oidc.ClientContext(context.Background(), &http.Client{Timeout: 30 * time.Second})
	provider := get(oidc.NewProvider(ctx, setting.Issuer))
	client := setting.Clients[key]
	endpoint := provider.Endpoint()
	endpoint.AuthStyle = styles[client.Method]
	return Party{
		setting:  setting,
		ctx:      ctx,
		provider: provider,
		verifier: provider.VerifierContext(ctx, &oidc.Config{ClientID: client.ID}),
		config: oauth2.Config{
			ClientID:     client.ID,
			ClientSecret: client.Secret,
			Endpoint:     endpoint,
			RedirectURL:  setting.RedirectURI,
			Scopes:       []string{oidc.ScopeOpenID, "profile", "email", "phone", "address", "lp_sdes"},
		},
	}
}

// Authorize signs in, and checks that the answer is one to this request, from this provider.
func (p Party) Authorize(responseType, mode string) (Sent, Answer) {
	return p.AuthorizeIn(newBrowser(p.setting), responseType, mode)
}

// AuthorizeIn does so in this browser.
func (p Party) AuthorizeIn(browser *Browser, responseType, mode string) (Sent, Answer) {
	sent := Sent{oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier()}
	address := p.config.AuthCodeURL(
		sent.state,
		oidc.Nonce(sent.nonce),
		oauth2.S256ChallengeOption(sent.verifier),
		oauth2.SetAuthURLParam("response_type", responseType),
		oauth2.SetAuthURLParam("response_mode", mode),
	)
	answer := browser.Authorize(address, p.setting.Consumers[0])
	assertEqual(answer.Get("state"), sent.state)
	assertEqual(answer.Mode, mode)
	// RFC 9207 §2.4.
	assert(answer.Get("iss") == p.setting.Issuer || answer.Has("id_token"), "iss is %q", answer.Get("iss"))
	return sent, answer
}

// Redeem gets the tokens of a code.
func (p Party) Redeem(sent Sent, code string) (*oauth2.Token, error) {
	return p.config.Exchange(p.ctx, code, oauth2.VerifierOption(sent.verifier))
}

// SignIn is the code flow from its beginning to its end.
func (p Party) SignIn() (Sent, *oauth2.Token) {
	sent, answer := p.Authorize("code", "query")
	return sent, get(p.Redeem(sent, answer.Get("code")))
}

// Verify checks an id_token, its nonce, and the access token beside it, if there is one.
func (p Party) Verify(raw, nonce, accessToken string) *oidc.IDToken {
	token := get(p.verifier.Verify(p.ctx, raw))
	assertEqual(token.Nonce, nonce)
	assertEqual(token.Subject, p.setting.Consumers[0].Sub)
	if accessToken != "" {
		must(token.VerifyAccessToken(accessToken))
	}
	return token
}

// UserInfo is what the userinfo endpoint says to this token.
func (p Party) UserInfo(token *oauth2.Token) (*oidc.UserInfo, error) {
	return p.provider.UserInfo(p.ctx, p.config.TokenSource(p.ctx, token))
}

// Claims are those that the brand's own pages and the messaging platform read.
type Claims struct {
	Email       string
	Name        string
	PhoneNumber string         `json:"phone_number"`
	Address     map[string]any `json:"address"`
	Engagement  []struct {
		Type string
		Info struct {
			CustomerID string `json:"customerId"`
		}
		Personal struct {
			Firstname string
			Contacts  []struct{ Email string }
		}
	} `json:"lp_sdes"`
}

// assertClaims checks whom they tell of, with the engagement attributes that the messaging platform reads.
func (p Party) assertClaims(from interface{ Claims(any) error }) {
	var claims Claims
	must(from.Claims(&claims))
	text := string(get(json.Marshal(claims)))
	assertEqual(claims.Email, p.setting.Consumers[0].Username)
	assert(claims.Name != "" && claims.PhoneNumber != "" && len(claims.Address) > 0, "%s", text)
	assert(len(claims.Engagement) == 2, "%s", text)
	customer, personal := claims.Engagement[0], claims.Engagement[1]
	assert(customer.Type == "ctmrinfo" && customer.Info.CustomerID != "", "%s", text)
	assert(personal.Type == "personal" && personal.Personal.Firstname != "", "%s", text)
	assert(personal.Personal.Contacts[0].Email != "", "%s", text)
}
