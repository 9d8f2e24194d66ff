package main

import (
	"golang.org/x/oauth2"
)

// devices have no screen to sign in at: they show a code, and the consumer types it elsewhere (RFC 8628).
func devices(setting Setting) {
	party := newParty(setting, "device")
	party.config.Endpoint.DeviceAuthURL = party.provider.Endpoint().DeviceAuthURL
	party.config.Scopes = []string{"openid", "email"}
	begin := func(decision string) *oauth2.DeviceAuthResponse {
		begun := get(party.config.DeviceAuth(party.ctx))
		newBrowser(setting).Decide(begun.VerificationURIComplete, setting.Consumers[0], decision)
		return begun
	}
	check("device: allowed", func() {
		token := get(party.config.DeviceAccessToken(party.ctx, begin("allow")))
		party.Verify(token.Extra("id_token").(string), "", token.AccessToken)
		assertEqual(get(party.UserInfo(token)).Email, setting.Consumers[0].Username)
	})
	refused("device: denied", answered("access_denied"), func() error {
		_, err := party.config.DeviceAccessToken(party.ctx, begin("deny"))
		return err
	})
}
