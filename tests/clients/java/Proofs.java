import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.dpop.JWKThumbprintConfirmation;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.UserInfo;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.util.Map;

/** Tokens that are bound to a key of the client's (DPoP, RFC 9449), and the FAPI 2.0 Security Profile, which wants them. */
final class Proofs {
    private static final Scope STAYING = new Scope("openid", "email", "offline_access");

    private Proofs() {}

    static void boundTokens(Setting setting) throws Exception {
        var party = new Party(setting, "public");
        var keys = Map.of(
                JWSAlgorithm.ES256, (JWK) new ECKeyGenerator(Curve.P_256).generate(),
                JWSAlgorithm.PS256, (JWK) new RSAKeyGenerator(2048).generate());
        for (var key : keys.entrySet()) {
            var named = "DPoP, " + key.getKey() + ": ";
            var proofs = new DefaultDPoPProofFactory(key.getValue(), key.getKey());
            var others = new DefaultDPoPProofFactory(new ECKeyGenerator(Curve.P_256).generate(), JWSAlgorithm.ES256);
            Checks.check(named + "code, userinfo and refresh", () -> {
                var first = signIn(party, proofs);
                var refresh = new RefreshTokenGrant(first.getTokens().getRefreshToken());
                var next = token(party, party.request(refresh), proofs).getTokens();
                var info = userInfo(party, next.getDPoPAccessToken(), proofs);
                Checks.requireEqual(info.getEmailAddress(), setting.consumer().username());
            });
            Checks.refused(named + "a token without its key", Flows.answered("invalid_token"), () ->
                    party.userInfo(new BearerAccessToken(
                            signIn(party, proofs).getTokens().getAccessToken().getValue())));
            Checks.refused(named + "a token with another key", Party.Refused.class::isInstance, () ->
                    userInfo(party, signIn(party, proofs).getTokens().getDPoPAccessToken(), others));
            Checks.refused(named + "a public client's refresh token with another key", Flows.answered("invalid_grant"), () -> {
                var refresh = new RefreshTokenGrant(signIn(party, proofs).getTokens().getRefreshToken());
                token(party, party.request(refresh), others);
            });
        }
    }

    /** The FAPI 2.0 Security Profile: a pushed request, a client that proves itself by its key, PKCE, bound tokens. */
    static void securityProfile(Setting setting) throws Exception {
        var party = new Party(setting, "fapi");
        var proofs = new DefaultDPoPProofFactory(new ECKeyGenerator(Curve.P_256).generate(), JWSAlgorithm.ES256);
        Checks.check("FAPI 2.0", () -> {
            var sent = new Party.Sent();
            var pushed = Requests.push(party, party.request(sent).build());
            var got = party.answered(sent, AuthenticationResponseParser.parse(party.open(pushed)));
            var grant = new AuthorizationCodeGrant(got.answer().getAuthorizationCode(), setting.redirectUri(), sent.verifier());
            var tokens = token(party, party.request(grant), proofs).getTokens().toOIDCTokens();
            var keys = party.metadata.getJWKSetURI().toURL();
            var validator = new IDTokenValidator(setting.issuer(), party.id, JWSAlgorithm.ES256, keys);
            validator.validate(tokens.getIDToken(), sent.nonce());
            var info = userInfo(party, tokens.getDPoPAccessToken(), proofs);
            Checks.requireEqual(info.getEmailAddress(), setting.consumer().username());
        });
        Checks.refused("FAPI 2.0: a request that wasn't pushed", anything -> true, () -> {
            var sent = new Party.Sent();
            party.answered(sent, AuthenticationResponseParser.parse(party.open(party.request(sent).build().toURI())));
        });
        Checks.refused("FAPI 2.0: tokens that no key is bound to", Flows.answered("invalid_dpop_proof"), () -> {
            var sent = new Party.Sent();
            var pushed = Requests.push(party, party.request(sent).build());
            var got = party.answered(sent, AuthenticationResponseParser.parse(party.open(pushed)));
            party.redeem(sent, got.answer().getAuthorizationCode());
        });
    }

    /** The code flow, with a key that the code is bound to as well. */
    private static AccessTokenResponse signIn(Party party, DefaultDPoPProofFactory proofs) throws Exception {
        var sent = new Party.Sent();
        var thumbprint = new JWKThumbprintConfirmation(proofs.getPublicJWK().computeThumbprint());
        var request = party.request(sent).scope(STAYING).dPoPJWKThumbprintConfirmation(thumbprint).build();
        var got = party.answered(sent, AuthenticationResponseParser.parse(party.open(request.toURI())));
        var code = got.answer().getAuthorizationCode();
        return token(party, party.request(new AuthorizationCodeGrant(code, party.setting.redirectUri(), sent.verifier())), proofs);
    }

    /** A token request with a proof. */
    private static AccessTokenResponse token(Party party, TokenRequest.Builder builder, DefaultDPoPProofFactory proofs) throws Exception {
        var request = builder.build().toHTTPRequest();
        request.setDPoP(proofs.createDPoPJWT("POST", request.getURI()));
        var response = OIDCTokenResponseParser.parse(request.send());
        if (!response.indicatesSuccess()) throw new Party.Refused(response.toErrorResponse().getErrorObject());
        return response.toSuccessResponse();
    }

    private static UserInfo userInfo(Party party, DPoPAccessToken token, DefaultDPoPProofFactory proofs) throws Exception {
        var request = new UserInfoRequest(party.metadata.getUserInfoEndpointURI(), token).toHTTPRequest();
        request.setDPoP(proofs.createDPoPJWT("GET", request.getURI(), (AccessToken) token));
        var response = UserInfoResponse.parse(request.send());
        if (!response.indicatesSuccess()) throw new Party.Refused(response.toErrorResponse().getErrorObject());
        return response.toSuccessResponse().getUserInfo();
    }
}
