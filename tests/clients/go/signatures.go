package main

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
)

// pastedKey is the key of `/public-key`: the one line of base64 that is pasted into the messaging platform.
func pastedKey(setting Setting) oidc.KeySet {
	response := get(http.Get(setting.Issuer + "/public-key"))
	defer response.Body.Close()
	line := string(get(io.ReadAll(response.Body)))
	key := get(x509.ParsePKIXPublicKey(get(base64.StdEncoding.DecodeString(line))))
	return &oidc.StaticKeySet{PublicKeys: []crypto.PublicKey{key}}
}

// signatures verifies one id_token by both published forms of the key, and has every forgery of it refused by both.
func signatures(setting Setting) {
	party := newParty(setting, "basic")
	_, token := party.SignIn()
	raw := token.Extra("id_token").(string)
	var metadata struct {
		Keys string `json:"jwks_uri"`
	}
	must(party.provider.Claims(&metadata))
	sets := map[string]oidc.KeySet{
		"JWK set":     oidc.NewRemoteKeySet(party.ctx, metadata.Keys),
		"pasted line": pastedKey(setting),
	}
	for _, name := range []string{"JWK set", "pasted line"} {
		verify := func(issuer, audience, token string) error {
			_, err := oidc.NewVerifier(issuer, sets[name], &oidc.Config{ClientID: audience}).Verify(context.Background(), token)
			return err
		}
		check(name+": the signature", func() { must(verify(setting.Issuer, party.config.ClientID, raw)) })
		forged := forgeries(raw)
		for _, what := range slices.Sorted(maps.Keys(forged)) {
			refused(name+": "+what, anyhow, func() error { return verify(setting.Issuer, party.config.ClientID, forged[what]) })
		}
		refused(name+": another audience", saying("audience"), func() error { return verify(setting.Issuer, "another", raw) })
		refused(name+": another issuer", saying("issue"), func() error {
			return verify("https://id.example.test", party.config.ClientID, raw)
		})
	}
}

// signedUserInfo is an answer that is a JWT, which the library verifies, under a subject that other sectors' clients don't see.
func signedUserInfo(setting Setting) {
	check("userinfo, signed, about a pairwise subject", func() {
		party := newParty(setting, "pairwise")
		_, token := party.SignIn()
		info := get(party.UserInfo(token))
		assert(info.Subject != setting.Consumers[0].Sub, "the subject is the public one")
		party.assertClaims(info)
	})
}

// forgeries are what others may make of a token without having the key.
func forgeries(token string) map[string]string {
	parts := strings.Split(token, ".")
	join := strings.Join
	signature := decode(parts[2])
	signature[len(signature)/2] ^= 1
	return map[string]string{
		"other claims":      join([]string{parts[0], withClaim(parts[1], "sub", "somebody-else"), parts[2]}, "."),
		"a longer life":     join([]string{parts[0], withClaim(parts[1], "exp", 4_102_444_800), parts[2]}, "."),
		"another signature": join([]string{parts[0], parts[1], encode(signature)}, "."),
		// RFC 8725 §2.1.
		"no signature": join([]string{encode([]byte(`{"alg":"none","typ":"JWT"}`)), parts[1], ""}, "."),
	}
}

func withClaim(payload, name string, value any) string {
	claims := map[string]any{}
	must(json.Unmarshal(decode(payload), &claims))
	claims[name] = value
	return encode(get(json.Marshal(claims)))
}

func encode(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

func decode(text string) []byte { return get(base64.RawURLEncoding.DecodeString(text)) }
