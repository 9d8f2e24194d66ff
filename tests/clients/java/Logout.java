import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.validators.LogoutTokenValidator;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.minidev.json.JSONArray;

/**
 * A client ends the session (OpenID Connect RP-Initiated Logout), and is told of its end, as all clients of it are (OpenID
 * Connect Back-Channel Logout).
 */
final class Logout {
    private Logout() {}

    static void run(Setting setting) throws Exception {
        var party = new Party(setting, "leaving");
        var goodbye = URI.create((String) ((JSONArray) party.registered.get("post_logout_redirect_uris")).get(0));
        var browser = new Browser(setting);
        var sent = new Party.Sent();
        var arrived = browser.authorize(party.request(sent).build().toURI(), setting.consumer());
        var got = party.answered(sent, AuthenticationResponseParser.parse(arrived));
        var tokens = party.redeem(sent, got.answer().getAuthorizationCode()).getOIDCTokens();
        var token = new CompletableFuture<String>();
        var receiver = receiver(URI.create(party.registered.getAsString("backchannel_logout_uri")), token);

        Checks.check("logout: the browser comes back", () -> {
            var state = new State();
            var request = new LogoutRequest(party.metadata.getEndSessionEndpointURI(), tokens.getIDToken(), goodbye, state);
            var back = browser.follow(request.toURI(), goodbye);
            Checks.requireEqual(URLUtils.parseParameters(back.getQuery()).get("state").get(0), state.getValue());
        });
        Checks.check("logout: the client is told, by a token of the session", () -> {
            var keys = party.metadata.getJWKSetURI().toURL();
            var validator = new LogoutTokenValidator(setting.issuer(), party.id, JWSAlgorithm.RS256, keys);
            var claims = validator.validate(JWTParser.parse(token.get(30, TimeUnit.SECONDS)));
            var session = tokens.getIDToken().getJWTClaimsSet().getStringClaim("sid");
            Checks.requireEqual(claims.getSessionID().getValue(), session);
            Checks.requireEqual(claims.getSubject().getValue(), setting.consumer().sub());
        });
        Checks.refused("logout: tokens of the session work no more", Flows.answered("invalid_token"), () ->
                party.userInfo(tokens.getAccessToken()));
        receiver.stop(0);
    }

    /** Receives the logout token that comes to this address. Outside of tests it is an https one. */
    private static HttpServer receiver(URI address, CompletableFuture<String> token) throws Exception {
        var server = HttpServer.create(new InetSocketAddress(address.getHost(), address.getPort()), 0);
        server.createContext(address.getPath(), exchange -> {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
            token.complete(URLUtils.parseParameters(body).get("logout_token").get(0));
        });
        server.start();
        return server;
    }
}
