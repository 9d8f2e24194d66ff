// Signs in with go-oidc and golang.org/x/oauth2, as a relying party's program does.
module signet/tests/clients

go 1.26.0

require (
	github.com/coreos/go-oidc/v3 v3.21.0
	golang.org/x/oauth2 v0.38.0
)

require github.com/go-jose/go-jose/v4 v4.1.9
