import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenIntrospectionSuccessResponse;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.token.Token;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import java.net.URI;

/**
 * What a client does with tokens beside signing in: it refreshes them, gets some for itself and for an API, asks about
 * them, and takes them back.
 */
final class Grants {
    private static final Scope STAYING = new Scope("openid", "email", "offline_access");

    private Grants() {}

    /** Refresh tokens: of a client with a secret, and of a public one, which gets another one at each use. */
    static void refresh(Setting setting) throws Exception {
        for (var key : new String[] {"basic", "public"}) {
            var party = new Party(setting, key);
            Checks.check("refresh, " + key, () -> {
                var first = stayIn(party);
                var second = party.token(party.request(new RefreshTokenGrant(first.getRefreshToken()))).getTokens();
                var claims = party.verify(second.toOIDCTokens().getIDToken(), null, second.getAccessToken(), null);
                Checks.requireEqual(claims.getStringClaim("sid"), first.getIDToken().getJWTClaimsSet().getStringClaim("sid"));
                var next = second.getRefreshToken() == null ? first.getRefreshToken() : second.getRefreshToken();
                Checks.requireEqual(next.equals(first.getRefreshToken()), key.equals("basic"));
                var third = party.token(party.request(new RefreshTokenGrant(next))).getTokens();
                Checks.requireEqual(party.userInfo(third.getAccessToken()).getEmailAddress(), setting.consumer().username());
            });
        }
        var party = new Party(setting, "basic");
        Checks.check("refresh, for less than before", () -> {
            var grant = new RefreshTokenGrant(stayIn(party).getRefreshToken());
            var less = party.token(party.request(grant).scope(new Scope("openid"))).getTokens();
            Checks.requireEqual(party.userInfo(less.getAccessToken()).getEmailAddress(), null);
        });
        Checks.refused("refresh, for more than before", Flows.answered("invalid_scope"), () -> {
            var grant = new RefreshTokenGrant(stayIn(party).getRefreshToken());
            party.token(party.request(grant).scope(new Scope("openid", "email", "phone")));
        });
        Checks.refused("refresh, by another client", Flows.answered("invalid_grant"), () -> {
            var other = new Party(setting, "public");
            other.token(other.request(new RefreshTokenGrant(stayIn(party).getRefreshToken())));
        });
    }

    /** A program's own token, for an API, which asks about it. */
    static void programs(Setting setting) throws Exception {
        var party = new Party(setting, "program");
        var request = party.request(new ClientCredentialsGrant()).scope(new Scope("orders.read")).resource(setting.resource());
        Checks.check("client credentials, and introspection", () -> {
            var token = party.token(request).getTokens().getAccessToken();
            Checks.requireEqual(token.getScope().toString(), "orders.read");
            var told = introspect(party, token);
            Checks.require(told.isActive(), "is not active");
            Checks.requireEqual(told.getClientID(), party.id);
            Checks.requireEqual(told.getScope(), token.getScope());
            Checks.requireEqual(told.getIssuer(), setting.issuer());
            Checks.requireEqual(told.getAudience().get(0).getValue(), setting.resource().toString());
        });
        Checks.check("introspection: a token of another client for something else", () -> {
            var token = stayIn(new Party(setting, "basic")).getAccessToken();
            Checks.require(!introspect(party, token).isActive(), "is active");
        });
        Checks.refused("client credentials, for a resource that isn't the client's", Flows.answered("invalid_target"), () ->
                party.token(party.request(new ClientCredentialsGrant()).resource(URI.create("https://api.elsewhere.test/"))));
        Checks.refused("client credentials, for a scope that isn't the client's", Flows.answered("invalid_scope"), () ->
                party.token(party.request(new ClientCredentialsGrant()).scope(new Scope("everything"))));
    }

    /** Tokens that are taken back. */
    static void revocation(Setting setting) throws Exception {
        var party = new Party(setting, "basic");
        Checks.check("revocation: an access token", () -> {
            var token = stayIn(party).getAccessToken();
            Checks.require(introspect(party, token).isActive(), "is not active before");
            revoke(party, token);
            Checks.require(!introspect(party, token).isActive(), "is still active");
        });
        Checks.refused("revocation: a refresh token, and with it all that came of it", Flows.answered("invalid_grant"), () -> {
            var tokens = stayIn(party);
            revoke(party, tokens.getRefreshToken());
            Checks.require(!introspect(party, tokens.getAccessToken()).isActive(), "is still active");
            party.token(party.request(new RefreshTokenGrant(tokens.getRefreshToken())));
        });
        Checks.check("revocation: a token that nobody knows", () -> revoke(party, new RefreshToken("unknown")));
    }

    /** Signs in, to stay so. */
    static OIDCTokens stayIn(Party party) throws Exception {
        var sent = new Party.Sent();
        var arrived = party.open(party.request(sent).scope(STAYING).build().toURI());
        var got = party.answered(sent, AuthenticationResponseParser.parse(arrived));
        return party.redeem(sent, got.answer().getAuthorizationCode()).getOIDCTokens();
    }

    private static TokenIntrospectionSuccessResponse introspect(Party party, Token token) throws Exception {
        var endpoint = party.metadata.getIntrospectionEndpointURI();
        var request = new TokenIntrospectionRequest(endpoint, party.authentication(), token);
        var response = TokenIntrospectionResponse.parse(request.toHTTPRequest().send());
        if (!response.indicatesSuccess()) throw new Party.Refused(response.toErrorResponse().getErrorObject());
        return response.toSuccessResponse();
    }

    private static void revoke(Party party, Token token) throws Exception {
        var endpoint = party.metadata.getRevocationEndpointURI();
        var response = new TokenRevocationRequest(endpoint, party.authentication(), token).toHTTPRequest().send();
        Checks.requireEqual(response.getStatusCode(), 200);
    }
}
