import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretJWT;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.AuthenticationSuccessResponse;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.UserInfoSuccessResponse;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.UserInfo;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.AccessTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.AuthorizationCodeValidator;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.net.URI;
import net.minidev.json.JSONObject;

/** A relying party: one registered client, with what the discovery document says. */
final class Party {
    static final Scope SCOPE = new Scope("openid", "profile", "email", "phone", "address", "lp_sdes");

    final Setting setting;
    final OIDCProviderMetadata metadata;
    final ClientID id;
    final JSONObject registered;
    private final IDTokenValidator validator;

    /** What belongs to one request. */
    record Sent(State state, Nonce nonce, CodeVerifier verifier) {
        Sent() {
            this(new State(), new Nonce(), new CodeVerifier());
        }
    }

    /** An answer to that request. */
    record Answered(Sent sent, AuthenticationSuccessResponse answer) {}

    /** The server's error, as the library parsed it. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;
        final transient ErrorObject error;

        Refused(ErrorObject error) {
            super(error.getHTTPStatusCode() + " " + error.toJSONObject());
            this.error = error;
        }
    }

    /** Discovers the provider. */
    Party(Setting setting, String key) throws Exception {
        this(setting, setting.clients().get(key));
    }

    /** The same, for a client that isn't in the file as it is here. */
    Party(Setting setting, JSONObject registered) throws Exception {
        this.setting = setting;
        this.registered = registered;
        metadata = OIDCProviderMetadata.resolve(setting.issuer());
        id = new ClientID(registered.getAsString("client_id"));
        validator = new IDTokenValidator(setting.issuer(), id, JWSAlgorithm.RS256, metadata.getJWKSetURI().toURL());
    }

    /** How this client proves who it is: anew for each request. A public client doesn't. */
    ClientAuthentication authentication() throws Exception {
        var method = registered.getAsString("token_endpoint_auth_method");
        return switch (method) {
            case "none" -> null;
            case "client_secret_post" -> new ClientSecretPost(id, secret());
            case "client_secret_basic" -> new ClientSecretBasic(id, secret());
            case "client_secret_jwt" -> new ClientSecretJWT(id, audience(), JWSAlgorithm.HS256, secret());
            case "private_key_jwt" -> new PrivateKeyJWT(id, audience(), JWSAlgorithm.ES256, Keys.signing(registered), "sig-1", null);
            default -> throw new AssertionError(method);
        };
    }

    /** Whom assertions are for. The library calls it the token endpoint, but it is the issuer nowadays. */
    private URI audience() {
        return URI.create(setting.issuer().getValue());
    }

    private Secret secret() {
        return new Secret(registered.getAsString("client_secret"));
    }

    /** Signs in, and checks that the answer is one to this request, from this provider. */
    Answered authorize(String responseType, ResponseMode mode) throws Exception {
        var sent = new Sent();
        var request = request(sent).responseType(ResponseType.parse(responseType)).responseMode(mode).build();
        var arrived = open(request.toURI());
        var came = arrived.getBody() != null ? ResponseMode.FORM_POST
                : arrived.getURI().getRawFragment() != null ? ResponseMode.FRAGMENT : ResponseMode.QUERY;
        Checks.requireEqual(came, mode);
        return answered(sent, AuthenticationResponseParser.parse(arrived));
    }

    /** An authorization request, to be changed and built. */
    AuthenticationRequest.Builder request(Sent sent) {
        return new AuthenticationRequest.Builder(ResponseType.CODE, SCOPE, id, setting.redirectUri())
                .endpointURI(metadata.getAuthorizationEndpointURI())
                .state(sent.state)
                .nonce(sent.nonce)
                .codeChallenge(sent.verifier, CodeChallengeMethod.S256);
    }

    /** The browser's part. */
    HTTPRequest open(URI request) throws Exception {
        return new Browser(setting).authorize(request, setting.consumer());
    }

    /** Checks that a response is a good one, and to this request. */
    Answered answered(Sent sent, AuthenticationResponse response) throws Exception {
        if (!response.indicatesSuccess()) throw new Refused(response.toErrorResponse().getErrorObject());
        Checks.requireEqual(response.getState(), sent.state);
        var answer = response.toSuccessResponse();
        // RFC 9207 §2.4; a response that is a JWT names its issuer inside.
        if (answer.getIDToken() == null && answer.getJWTResponse() == null) {
            Checks.requireEqual(answer.getIssuer(), setting.issuer());
        }
        return new Answered(sent, answer);
    }

    /** A token request, to be added to. */
    TokenRequest.Builder request(AuthorizationGrant grant) throws Exception {
        var endpoint = metadata.getTokenEndpointURI();
        var authentication = authentication();
        return authentication == null ? new TokenRequest.Builder(endpoint, id, grant)
                : new TokenRequest.Builder(endpoint, authentication, grant);
    }

    /** Sends it. */
    AccessTokenResponse token(TokenRequest.Builder request) throws Exception {
        var response = OIDCTokenResponseParser.parse(request.build().toHTTPRequest().send());
        if (!response.indicatesSuccess()) throw new Refused(response.toErrorResponse().getErrorObject());
        return response.toSuccessResponse();
    }

    /** Gets the tokens of a code. */
    OIDCTokenResponse redeem(Sent sent, AuthorizationCode code) throws Exception {
        return (OIDCTokenResponse) token(request(new AuthorizationCodeGrant(code, setting.redirectUri(), sent.verifier)));
    }

    /** Checks an id_token, its nonce, and what came beside it. */
    IDTokenClaimsSet verify(JWT token, Nonce nonce, AccessToken access, AuthorizationCode code) throws Exception {
        var claims = validator.validate(token, nonce);
        Checks.requireEqual(claims.getSubject().getValue(), setting.consumer().sub());
        if (access != null) AccessTokenValidator.validate(access, JWSAlgorithm.RS256, claims.getAccessTokenHash());
        if (code != null) AuthorizationCodeValidator.validate(code, JWSAlgorithm.RS256, claims.getCodeHash());
        return claims;
    }

    /** What the userinfo endpoint says to this token. */
    UserInfo userInfo(AccessToken token) throws Exception {
        return userInfoAnswer(token).getUserInfo();
    }

    /** The same, as it came: claims, or a JWT. */
    UserInfoSuccessResponse userInfoAnswer(AccessToken token) throws Exception {
        var request = new UserInfoRequest(metadata.getUserInfoEndpointURI(), token);
        var response = UserInfoResponse.parse(request.toHTTPRequest().send());
        if (!response.indicatesSuccess()) throw new Refused(response.toErrorResponse().getErrorObject());
        return response.toSuccessResponse();
    }
}
