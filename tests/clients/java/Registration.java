import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.client.ClientDeleteRequest;
import com.nimbusds.oauth2.sdk.client.ClientReadRequest;
import com.nimbusds.oauth2.sdk.client.ClientRegistrationResponse;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientInformation;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientInformationResponse;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientMetadata;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientRegistrationRequest;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientRegistrationResponseParser;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientUpdateRequest;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/** A client that registers itself (RFC 7591), and manages its registration (RFC 7592). */
final class Registration {
    private Registration() {}

    static void run(Setting setting) throws Exception {
        var endpoint = OIDCProviderMetadata.resolve(setting.issuer()).getRegistrationEndpointURI();
        var metadata = new OIDCClientMetadata();
        metadata.setName("Registers itself");
        metadata.setRedirectionURI(setting.redirectUri());
        var registered = new CompletableFuture<OIDCClientInformation>();
        Checks.check("registration", () ->
                registered.complete(send(new OIDCClientRegistrationRequest(endpoint, metadata, setting.initialAccessToken()).toHTTPRequest())));
        Checks.check("registration: the client signs a consumer in", () -> {
            var party = new Party(setting, registered.getNow(null).toJSONObject());
            var sent = new Party.Sent();
            var request = party.request(sent).scope(new Scope("openid", "email")).build();
            var got = party.answered(sent, AuthenticationResponseParser.parse(party.open(request.toURI())));
            var tokens = party.redeem(sent, got.answer().getAuthorizationCode()).getOIDCTokens();
            party.verify(tokens.getIDToken(), sent.nonce(), tokens.getAccessToken(), null);
        });
        Checks.refused("registration: an address that nobody may register", Flows.answered("invalid_redirect_uri"), () -> {
            metadata.setRedirectionURI(URI.create("http://client.example.test/callback"));
            send(new OIDCClientRegistrationRequest(endpoint, metadata, setting.initialAccessToken()).toHTTPRequest());
        });
        manage(registered.getNow(null));
    }

    /** Reads, changes and deletes the registration. Each answer brings the token for the next. */
    private static void manage(OIDCClientInformation registered) throws Exception {
        var place = registered.getRegistrationURI();
        var token = new BearerAccessToken[] {registered.getRegistrationAccessToken()};
        Checks.check("registration: read", () -> {
            var read = send(new ClientReadRequest(place, token[0]).toHTTPRequest());
            Checks.requireEqual(read.getID(), registered.getID());
            token[0] = read.getRegistrationAccessToken();
        });
        Checks.check("registration: changed", () -> {
            var metadata = new OIDCClientMetadata(registered.getOIDCMetadata());
            metadata.setName("Registered itself");
            var request = new OIDCClientUpdateRequest(place, registered.getID(), token[0], metadata, registered.getSecret());
            var changed = send(request.toHTTPRequest());
            Checks.requireEqual(changed.getOIDCMetadata().getName(), "Registered itself");
            token[0] = changed.getRegistrationAccessToken();
        });
        Checks.refused("registration: deleted", Flows.answered("invalid_token"), () -> {
            Checks.requireEqual(new ClientDeleteRequest(place, token[0]).toHTTPRequest().send().getStatusCode(), 204);
            send(new ClientReadRequest(place, token[0]).toHTTPRequest());
        });
    }

    private static OIDCClientInformation send(HTTPRequest request) throws Exception {
        ClientRegistrationResponse response = OIDCClientRegistrationResponseParser.parse(request.send());
        if (!response.indicatesSuccess()) throw new Party.Refused(response.toErrorResponse().getErrorObject());
        return ((OIDCClientInformationResponse) response).getOIDCClientInformation();
    }
}
