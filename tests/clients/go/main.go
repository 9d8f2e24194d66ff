// usage: clients MANIFEST CLIENTS
//
// Signs in at a running demo with go-oidc and golang.org/x/oauth2, in every flow that they support. MANIFEST is the
// demo's, CLIENTS a file with the clients that ../beside-demo has registered: {"basic": {"client_id": …}, …}.
package main

import (
	"encoding/json"
	"log"
	"os"
)

// Consumer is somebody who can sign in.
type Consumer struct {
	Username, Password, Sub string
}

// Client is what an application knows of its registration.
type Client struct {
	ID     string `json:"client_id"`
	Secret string `json:"client_secret"`
	Method string `json:"token_endpoint_auth_method"`
	// What it signs with.
	PrivateKey string `json:"private_key"`
	KeyID      string `json:"kid"`
	// Where the browser goes after a logout, and where the client is told of one.
	AfterLogout []string `json:"post_logout_redirect_uris"`
	OnLogout    string   `json:"backchannel_logout_uri"`
}

// Setting is where the demo is, and who is who.
type Setting struct {
	Issuer      string
	Consumers   []Consumer
	Resources   []string
	Certificate Certificate `json:"mtls"`
	RedirectURI string
	Clients     map[string]Client
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: clients MANIFEST CLIENTS")
	}
	setting := read(os.Args[1], os.Args[2])
	codeFlow(setting, "basic")
	codeFlow(setting, "post")
	codeFlow(setting, "public")
	codeFlowMisused(setting)
	implicitFlow(setting)
	hybridFlow(setting)
	signatures(setting)
	signedUserInfo(setting)
	refreshing(setting)
	programs(setting)
	certificates(setting)
	devices(setting)
	speaking(setting)
	loggingOut(setting)
	if !summary("go-oidc and oauth2") {
		os.Exit(1)
	}
}

// read puts together what is said of the demo and of the clients.
func read(manifest, clients string) Setting {
	setting := Setting{Clients: map[string]Client{}}
	members := map[string]json.RawMessage{}
	into(clients, &members)
	for name, member := range members {
		var client Client
		if name == "redirect_uri" {
			must(json.Unmarshal(member, &setting.RedirectURI))
		} else {
			must(json.Unmarshal(member, &client))
			setting.Clients[name] = client
		}
	}
	into(manifest, &setting)
	return setting
}

// into fills in what a JSON file says.
func into[T any](path string, value *T) {
	text, err := os.ReadFile(path)
	must(err)
	must(json.Unmarshal(text, value))
}
