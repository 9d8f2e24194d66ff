import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.AuthenticationSuccessResponse;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.UserInfo;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.AccessTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.AuthorizationCodeValidator;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;

/** A relying party: one registered client, with what the discovery document says. */
final class Party {
    static final Scope SCOPE = new Scope("openid", "profile", "email", "phone", "address", "lp_sdes");

    final Setting setting;
    final OIDCProviderMetadata metadata;
    final ClientID id;
    final Secret secret;
    private final ClientAuthentication authentication;
    private final IDTokenValidator validator;

    /** How a client proves who it is. */
    interface Method {
        ClientAuthentication of(ClientID id, Secret secret);
    }

    /** What belongs to one request. */
    record Sent(State state, Nonce nonce, CodeVerifier verifier) {}

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

    /** Discovers the provider. A method of null is a public client's. */
    Party(Setting setting, String key, Method method) throws Exception {
        this.setting = setting;
        var registered = setting.clients().get(key);
        metadata = OIDCProviderMetadata.resolve(setting.issuer());
        id = new ClientID(registered.getAsString("client_id"));
        secret = method == null ? null : new Secret(registered.getAsString("client_secret"));
        authentication = method == null ? null : method.of(id, secret);
        validator = new IDTokenValidator(setting.issuer(), id, JWSAlgorithm.RS256, metadata.getJWKSetURI().toURL());
    }

    /** Signs in, and checks that the answer is one to this request, from this provider. */
    Answered authorize(String responseType, ResponseMode mode) throws Exception {
        var sent = new Sent(new State(), new Nonce(), new CodeVerifier());
        var request = new AuthenticationRequest.Builder(ResponseType.parse(responseType), SCOPE, id, setting.redirectUri())
                .endpointURI(metadata.getAuthorizationEndpointURI())
                .responseMode(mode)
                .state(sent.state)
                .nonce(sent.nonce)
                .codeChallenge(sent.verifier, CodeChallengeMethod.S256)
                .build();
        return answer(sent, mode, request);
    }

    /** The browser's part, and the checks of what it brings. */
    Answered answer(Sent sent, ResponseMode mode, AuthenticationRequest request) throws Exception {
        var arrived = new Browser(setting).authorize(request.toURI(), setting.consumer());
        var came = arrived.getBody() != null ? ResponseMode.FORM_POST
                : arrived.getURI().getRawFragment() != null ? ResponseMode.FRAGMENT : ResponseMode.QUERY;
        Checks.requireEqual(came, mode);
        var response = AuthenticationResponseParser.parse(arrived);
        if (!response.indicatesSuccess()) throw new Refused(response.toErrorResponse().getErrorObject());
        Checks.requireEqual(response.getState(), sent.state);
        var answer = response.toSuccessResponse();
        // RFC 9207 §2.4.
        if (answer.getIDToken() == null) Checks.requireEqual(answer.getIssuer(), setting.issuer());
        return new Answered(sent, answer);
    }

    /** Presents a grant at the token endpoint. */
    OIDCTokenResponse token(AuthorizationGrant grant) throws Exception {
        var endpoint = metadata.getTokenEndpointURI();
        var request = authentication == null ? new TokenRequest.Builder(endpoint, id, grant)
                : new TokenRequest.Builder(endpoint, authentication, grant);
        var response = OIDCTokenResponseParser.parse(request.build().toHTTPRequest().send());
        if (!response.indicatesSuccess()) throw new Refused(response.toErrorResponse().getErrorObject());
        return (OIDCTokenResponse) response.toSuccessResponse();
    }

    /** Gets the tokens of a code. */
    OIDCTokenResponse redeem(Sent sent, AuthorizationCode code) throws Exception {
        return token(new AuthorizationCodeGrant(code, setting.redirectUri(), sent.verifier));
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
        var request = new UserInfoRequest(metadata.getUserInfoEndpointURI(), token);
        var response = UserInfoResponse.parse(request.toHTTPRequest().send());
        if (!response.indicatesSuccess()) throw new Refused(response.toErrorResponse().getErrorObject());
        return response.toSuccessResponse().getUserInfo();
    }
}
