package main

import (
	"context"
	"net/url"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// What a client does beside signing in: it stays signed in, and gets tokens for itself.

// refreshing is staying signed in: with a client that has a secret, and with a public one, which gets another refresh
// token at each use. The library's token source sees to that by itself.
func refreshing(setting Setting) {
	for _, key := range []string{"basic", "public"} {
		party := newParty(setting, key)
		check("refresh, "+key, func() {
			first := party.stayIn()
			second := get(party.refresh(first.RefreshToken))
			assert(second.AccessToken != first.AccessToken, "the access token is the same")
			assertEqual(second.RefreshToken == first.RefreshToken, key == "basic")
			party.Verify(second.Extra("id_token").(string), "", second.AccessToken)
			third := get(party.refresh(second.RefreshToken))
			assertEqual(get(party.UserInfo(third)).Email, setting.Consumers[0].Username)
		})
	}
	party := newParty(setting, "basic")
	refused("refresh, by another client", answered("invalid_grant"), func() error {
		_, err := newParty(setting, "public").refresh(party.stayIn().RefreshToken)
		return err
	})
}

// stayIn signs in, to stay so.
func (p Party) stayIn() *oauth2.Token {
	p.config.Scopes = []string{"openid", "email", "offline_access"}
	_, token := p.SignIn()
	assert(token.RefreshToken != "", "there is no refresh token")
	return token
}

// refresh is what the library does when a token has ended.
func (p Party) refresh(token string) (*oauth2.Token, error) {
	return p.config.TokenSource(p.ctx, &oauth2.Token{RefreshToken: token}).Token()
}

// programs get tokens for themselves, for an API.
func programs(setting Setting) {
	party := newParty(setting, "program")
	config := clientcredentials.Config{
		ClientID:       party.config.ClientID,
		ClientSecret:   party.config.ClientSecret,
		TokenURL:       party.config.Endpoint.TokenURL,
		Scopes:         []string{"orders.read"},
		EndpointParams: url.Values{"resource": setting.Resources[:1]},
		AuthStyle:      oauth2.AuthStyleInHeader,
	}
	check("client credentials", func() {
		token := get(config.Token(party.ctx))
		assertEqual(token.Type(), "Bearer")
		assertEqual(token.Extra("scope"), "orders.read")
		assertEqual(token.RefreshToken, "")
	})
	refused("client credentials, for a resource that isn't the client's", answered("invalid_target"), func() error {
		other := config
		other.EndpointParams = url.Values{"resource": {"https://api.elsewhere.test/"}}
		_, err := other.Token(context.Background())
		return err
	})
	refused("client credentials, with a wrong secret", answered("invalid_client"), func() error {
		thief := config
		thief.ClientSecret = "guessed"
		_, err := thief.Token(context.Background())
		return err
	})
}
