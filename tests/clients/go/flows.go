package main

import (
	"errors"

	"golang.org/x/oauth2"
)

// The flows of OpenID Connect with go-oidc, as a web application runs them.

// codeFlow is the code flow with one way to authenticate, in each response mode.
func codeFlow(setting Setting, key string) {
	party := newParty(setting, key)
	for _, mode := range []string{"query", "fragment", "form_post"} {
		named := "code flow, " + key + ", " + mode
		var token *oauth2.Token
		check(named+": id_token", func() {
			sent, answer := party.Authorize("code", mode)
			token = get(party.Redeem(sent, answer.Get("code")))
			assertEqual(token.Type(), "Bearer")
			party.Verify(token.Extra("id_token").(string), sent.nonce, token.AccessToken)
		})
		check(named+": userinfo", func() {
			info := get(party.UserInfo(token))
			assertEqual(info.Subject, setting.Consumers[0].Sub)
			assert(info.EmailVerified, "the address is not verified")
			party.assertClaims(info)
		})
	}
}

// answered is that the token endpoint refused, with this error.
func answered(code string) func(error) bool {
	return func(err error) bool {
		var refusal *oauth2.RetrieveError
		return errors.As(err, &refusal) && refusal.ErrorCode == code
	}
}

// codeFlowMisused is what must fail in the code flow.
func codeFlowMisused(setting Setting) {
	party := newParty(setting, "basic")
	var replayed *oauth2.Token
	refused("a code used twice", answered("invalid_grant"), func() error {
		sent, answer := party.Authorize("code", "query")
		replayed = get(party.Redeem(sent, answer.Get("code")))
		_, err := party.Redeem(sent, answer.Get("code"))
		return err
	})
	refused("the access token of a code that was used twice", saying("401"), func() error {
		_, err := party.UserInfo(replayed)
		return err
	})
	refused("another code_verifier", answered("invalid_grant"), func() error {
		sent, answer := party.Authorize("code", "query")
		sent.verifier = oauth2.GenerateVerifier()
		_, err := party.Redeem(sent, answer.Get("code"))
		return err
	})
	refused("a wrong secret", answered("invalid_client"), func() error {
		sent, answer := party.Authorize("code", "query")
		thief := party
		thief.config.ClientSecret = "guessed"
		_, err := thief.Redeem(sent, answer.Get("code"))
		return err
	})
	refused("another client's code", answered("invalid_grant"), func() error {
		sent, answer := party.Authorize("code", "query")
		_, err := newParty(setting, "post").Redeem(sent, answer.Get("code"))
		return err
	})
	refused("an access token that was altered", saying("401"), func() error {
		_, token := party.SignIn()
		altered := *token
		altered.AccessToken = token.AccessToken[:len(token.AccessToken)-1] + "-"
		_, err := party.UserInfo(&altered)
		return err
	})
}

// implicitFlow brings the id_token through the browser, alone or with an access token, whose hash it holds.
func implicitFlow(setting Setting) {
	party := newParty(setting, "public")
	for _, responseType := range []string{"id_token", "id_token token"} {
		for _, mode := range []string{"fragment", "form_post"} {
			check("implicit flow, "+responseType+", "+mode, func() {
				sent, answer := party.Authorize(responseType, mode)
				token := party.Verify(answer.Get("id_token"), sent.nonce, answer.Get("access_token"))
				if !answer.Has("access_token") {
					// None will come, so the claims are here.
					party.assertClaims(token)
					return
				}
				access := &oauth2.Token{AccessToken: answer.Get("access_token"), TokenType: answer.Get("token_type")}
				party.assertClaims(get(party.UserInfo(access)))
			})
		}
	}
	refused("implicit flow: another's access token beside the id_token", saying("access token hash"), func() error {
		_, mine := party.Authorize("id_token token", "fragment")
		_, other := party.Authorize("id_token token", "fragment")
		token := get(party.verifier.Verify(party.ctx, mine.Get("id_token")))
		return token.VerifyAccessToken(other.Get("access_token"))
	})
}

// hybridFlow brings a code beside an id_token, an access token, or both.
func hybridFlow(setting Setting) {
	party := newParty(setting, "basic")
	for _, responseType := range []string{"code id_token", "code token", "code id_token token"} {
		check("hybrid flow, "+responseType, func() {
			sent, answer := party.Authorize(responseType, "fragment")
			if answer.Has("id_token") {
				party.Verify(answer.Get("id_token"), sent.nonce, answer.Get("access_token"))
			}
			token := get(party.Redeem(sent, answer.Get("code")))
			party.Verify(token.Extra("id_token").(string), sent.nonce, token.AccessToken)
			party.assertClaims(get(party.UserInfo(token)))
		})
	}
}
