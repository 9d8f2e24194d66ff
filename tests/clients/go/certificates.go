package main

import (
	"context"
	"crypto/tls"
	"net/http"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// Certificate is a client that proves itself by one.
type Certificate struct {
	ID          string `json:"client_id"`
	Certificate string `json:"certificate"`
	Key         string `json:"key"`
}

// certificates prove who a client is (RFC 8705). The library knows nothing of it: the certificate is the HTTP client's, and
// the endpoint is that for certificates.
func certificates(setting Setting) {
	if setting.Certificate.ID == "" {
		return // Plain http has none.
	}
	var metadata struct {
		Aliases struct {
			Token string `json:"token_endpoint"`
		} `json:"mtls_endpoint_aliases"`
	}
	must(newParty(setting, "basic").provider.Claims(&metadata))
	config := clientcredentials.Config{
		ClientID:  setting.Certificate.ID,
		TokenURL:  metadata.Aliases.Token,
		AuthStyle: oauth2.AuthStyleInParams,
	}
	check("certificate: client credentials", func() {
		pair := get(tls.LoadX509KeyPair(setting.Certificate.Certificate, setting.Certificate.Key))
		token := get(config.Token(with(pair)))
		assert(token.AccessToken != "", "there is no token")
	})
	refused("certificate: none", answered("invalid_client"), func() error {
		_, err := config.Token(with())
		return err
	})
}

// with is a context whose calls bring these certificates.
func with(certificates ...tls.Certificate) context.Context {
	transport := &http.Transport{TLSClientConfig: &tls.Config{Certificates: certificates}}
	return oidc.ClientContext(context.Background(), &http.Client{Transport: transport, Timeout: 30 * time.Second})
}
