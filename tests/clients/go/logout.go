package main

import (
	"net"
	"net/http"
	"net/url"
	"time"
)

// loggingOut ends the session (OpenID Connect RP-Initiated Logout), and is told of its end, as all clients of it are (OpenID
// Connect Back-Channel Logout).
func loggingOut(setting Setting) {
	party := newParty(setting, "leaving")
	browser := newBrowser(setting)
	sent, answer := party.AuthorizeIn(browser, "code", "query")
	token := get(party.Redeem(sent, answer.Get("code")))
	raw := token.Extra("id_token").(string)
	told, receiver := receive(setting.Clients["leaving"].OnLogout)
	defer receiver.Close()

	check("logout: the browser comes back", func() {
		goodbye := setting.Clients["leaving"].AfterLogout[0]
		var metadata struct {
			EndSession string `json:"end_session_endpoint"`
		}
		must(party.provider.Claims(&metadata))
		query := url.Values{"id_token_hint": {raw}, "post_logout_redirect_uri": {goodbye}, "state": {sent.state}}
		back := browser.Follow(metadata.EndSession+"?"+query.Encode(), goodbye)
		assertEqual(back.Query().Get("state"), sent.state)
	})
	check("logout: the client is told, by a token of the session", func() {
		var session struct{ Sid string }
		must(party.Verify(raw, sent.nonce, token.AccessToken).Claims(&session))
		select {
		case raw := <-told:
			logout := get(party.verifier.VerifyLogout(party.ctx, raw))
			assertEqual(logout.SessionID, session.Sid)
			assertEqual(logout.Subject, setting.Consumers[0].Sub)
		case <-time.After(30 * time.Second):
			assert(false, "was told of nothing")
		}
	})
	refused("logout: tokens of the session work no more", saying("401"), func() error {
		_, err := party.UserInfo(token)
		return err
	})
	refused("logout: an id_token isn't a logout token", anyhow, func() error {
		_, err := party.verifier.VerifyLogout(party.ctx, raw)
		return err
	})
}

// receive is where the logout token comes to. Outside of tests it is an https address.
func receive(address string) (<-chan string, *http.Server) {
	told := make(chan string, 1)
	place := get(url.Parse(address))
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+place.Path, func(_ http.ResponseWriter, request *http.Request) {
		told <- request.FormValue("logout_token")
	})
	server := &http.Server{Handler: mux}
	listener := get(net.Listen("tcp", place.Host))
	go func() { _ = server.Serve(listener) }()
	return told, server
}
