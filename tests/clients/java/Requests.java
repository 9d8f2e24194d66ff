import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWEDecryptionKeySelector;
import com.nimbusds.jose.proc.JWEKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.PushedAuthorizationRequest;
import com.nimbusds.oauth2.sdk.PushedAuthorizationResponse;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.jarm.JARMValidator;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.claims.UserInfo;
import java.net.URI;
import java.time.Instant;
import java.util.Date;

/**
 * Requests that are pushed (RFC 9126) or signed (RFC 9101), and answers that are signed or encrypted: authorization
 * responses (JARM) and userinfo.
 */
final class Requests {
    private Requests() {}

    /** The parameters go to the provider by themselves, and the browser carries a reference. */
    static void pushed(Setting setting) throws Exception {
        var party = new Party(setting, "basic");
        Checks.check("pushed request", () -> {
            var sent = new Party.Sent();
            signedIn(party, sent, push(party, party.request(sent).build()));
        });
        Checks.refused("pushed request: an address that isn't registered", Flows.answered("invalid_request"), () ->
                push(party, party.request(new Party.Sent()).redirectionURI(URI.create("https://evil.example.test/")).build()));
    }

    /** A client that may ask with signed request objects alone. */
    static void signed(Setting setting) throws Exception {
        var party = new Party(setting, "signed");
        Checks.check("signed request", () -> {
            var sent = new Party.Sent();
            signedIn(party, sent, sign(setting, party, party.request(sent).build()).toURI());
        });
        Checks.check("signed request, pushed", () -> {
            var sent = new Party.Sent();
            signedIn(party, sent, push(party, sign(setting, party, party.request(sent).build())));
        });
        Checks.refused("signed request: not signed", Flows.answered("invalid_request"), () -> {
            var sent = new Party.Sent();
            signedIn(party, sent, party.request(sent).build().toURI());
        });
    }

    /** Authorization responses that are JWTs, encrypted ones too. */
    static void signedResponses(Setting setting) throws Exception {
        for (var key : new String[] {"basic", "encrypted"}) {
            var party = new Party(setting, key);
            for (var mode : new ResponseMode[] {ResponseMode.QUERY_JWT, ResponseMode.FRAGMENT_JWT, ResponseMode.FORM_POST_JWT}) {
                Checks.check("signed response, " + key + ", " + mode, () -> {
                    var sent = new Party.Sent();
                    var arrived = party.open(party.request(sent).responseMode(mode).build().toURI());
                    var validator = new JARMValidator(setting.issuer(), party.id, published(party), own(setting, key));
                    var got = party.answered(sent, AuthenticationResponseParser.parse(arrived, validator));
                    party.redeem(sent, got.answer().getAuthorizationCode());
                });
            }
        }
    }

    /** Userinfo as a signed JWT, under a subject that other sectors' clients don't see, and as an encrypted one. */
    static void userInfo(Setting setting) throws Exception {
        for (var key : new String[] {"pairwise", "encrypted"}) {
            Checks.check("userinfo that is a JWT, " + key, () -> {
                var party = new Party(setting, key);
                var got = party.authorize("code", ResponseMode.QUERY);
                var tokens = party.redeem(got.sent(), got.answer().getAuthorizationCode()).getOIDCTokens();
                var processor = new DefaultJWTProcessor<SecurityContext>();
                processor.setJWSKeySelector(published(party));
                processor.setJWEKeySelector(own(setting, key));
                var claims = processor.process(party.userInfoAnswer(tokens.getAccessToken()).getUserInfoJWT(), null);
                Checks.requireEqual(claims.getIssuer(), setting.issuer().getValue());
                Checks.requireEqual(claims.getAudience().get(0), party.id.getValue());
                Checks.requireEqual(claims.getSubject().equals(setting.consumer().sub()), !key.equals("pairwise"));
                Flows.requireClaims(setting, new UserInfo(claims));
            });
        }
    }

    /** What the browser opens after a request was pushed. */
    static URI push(Party party, AuthenticationRequest request) throws Exception {
        var endpoint = party.metadata.getPushedAuthorizationRequestEndpointURI();
        var pushed = new PushedAuthorizationRequest(endpoint, party.authentication(), request);
        var response = PushedAuthorizationResponse.parse(pushed.toHTTPRequest().send());
        if (!response.indicatesSuccess()) throw new Party.Refused(response.toErrorResponse().getErrorObject());
        var reference = response.toSuccessResponse().getRequestURI();
        return new AuthorizationRequest.Builder(reference, party.id).endpointURI(request.getEndpointURI()).build().toURI();
    }

    /** The request as one that carries all in a signed JWT. */
    private static AuthenticationRequest sign(Setting setting, Party party, AuthenticationRequest request) throws Exception {
        var claims = new JWTClaimsSet.Builder(request.toJWTClaimsSet())
                .issuer(party.id.getValue())
                .audience(setting.issuer().getValue())
                .notBeforeTime(new Date())
                .expirationTime(Date.from(Instant.now().plusSeconds(120)))
                .build();
        // RFC 9101 §10.8: so that it can't be taken for a JWT of another kind.
        var type = new JOSEObjectType("oauth-authz-req+jwt");
        var header = new JWSHeader.Builder(JWSAlgorithm.ES256).type(type).keyID("sig-1").build();
        var object = new SignedJWT(header, claims);
        object.sign(Keys.signer(party.registered));
        return new AuthenticationRequest.Builder(object, party.id).endpointURI(request.getEndpointURI()).build();
    }

    private static void signedIn(Party party, Party.Sent sent, URI request) throws Exception {
        var got = party.answered(sent, AuthenticationResponseParser.parse(party.open(request)));
        var tokens = party.redeem(sent, got.answer().getAuthorizationCode()).getOIDCTokens();
        party.verify(tokens.getIDToken(), sent.nonce(), tokens.getAccessToken(), null);
    }

    private static JWSVerificationKeySelector<SecurityContext> published(Party party) throws Exception {
        var keys = JWKSourceBuilder.create(party.metadata.getJWKSetURI().toURL()).build();
        return new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, keys);
    }

    /** What the client decrypts with, if it does. */
    private static JWEKeySelector<SecurityContext> own(Setting setting, String key) throws Exception {
        if (!key.equals("encrypted")) return null;
        var keys = new ImmutableJWKSet<SecurityContext>(new JWKSet(Keys.decryption(setting.clients().get(key))));
        return new JWEDecryptionKeySelector<>(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A256GCM, keys);
    }
}
