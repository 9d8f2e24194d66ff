package main

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"net/url"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// speaking is a back end that knows its consumer: it says so in a JWT of its own, and gets tokens for them (RFC 7523, RFC
// 8693). The library's client credentials take the parameters of another grant; its package jwt doesn't authenticate the
// client, as it must here.
func speaking(setting Setting) {
	party := newParty(setting, "speaking")
	ask := func(parameters url.Values) (*oauth2.Token, error) {
		config := clientcredentials.Config{
			ClientID:       party.config.ClientID,
			ClientSecret:   party.config.ClientSecret,
			TokenURL:       party.config.Endpoint.TokenURL,
			Scopes:         []string{"openid", "email"},
			EndpointParams: parameters,
			AuthStyle:      oauth2.AuthStyleInHeader,
		}
		return config.Token(party.ctx)
	}
	bearer := func(assertion string) (*oauth2.Token, error) {
		return ask(url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {assertion}})
	}
	check("JWT bearer: tokens for a consumer", func() {
		token := get(bearer(party.assertion()))
		party.Verify(token.Extra("id_token").(string), "", token.AccessToken)
		assertEqual(get(party.UserInfo(token)).Email, setting.Consumers[0].Username)
	})
	refused("JWT bearer: an assertion used twice", answered("invalid_grant"), func() error {
		said := party.assertion()
		get(bearer(said))
		_, err := bearer(said)
		return err
	})
	check("token exchange: an assertion for an id_token", func() {
		token := get(ask(url.Values{
			"grant_type":           {"urn:ietf:params:oauth:grant-type:token-exchange"},
			"subject_token":        {party.assertion()},
			"subject_token_type":   {"urn:ietf:params:oauth:token-type:jwt"},
			"requested_token_type": {"urn:ietf:params:oauth:token-type:id_token"},
		}))
		party.Verify(token.AccessToken, "", "")
	})
}

// assertion is who is there, as the back end says. Each is good once.
func (p Party) assertion() string {
	client := p.setting.Clients["speaking"]
	block, _ := pem.Decode([]byte(client.PrivateKey))
	key := get(x509.ParsePKCS8PrivateKey(block.Bytes)).(crypto.Signer)
	signing := jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: client.KeyID}}
	now := time.Now()
	return get(jwt.Signed(get(jose.NewSigner(signing, nil))).Claims(jwt.Claims{
		Issuer:   client.ID,
		Subject:  p.setting.Consumers[0].Sub,
		Audience: jwt.Audience{p.setting.Issuer},
		IssuedAt: jwt.NewNumericDate(now),
		Expiry:   jwt.NewNumericDate(now.Add(time.Minute)),
		ID:       oauth2.GenerateVerifier(),
	}).Serialize())
}
