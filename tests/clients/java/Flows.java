import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.claims.PersonClaims;
import com.nimbusds.openid.connect.sdk.claims.UserInfo;
import com.nimbusds.openid.connect.sdk.validators.AccessTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.AuthorizationCodeValidator;
import com.nimbusds.openid.connect.sdk.validators.InvalidHashException;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import net.minidev.json.JSONObject;

/** The flows of OpenID Connect with Nimbus' SDK, as a web application runs them. */
final class Flows {
    private Flows() {}

    /** The code flow with one way to authenticate, in each response mode. */
    static void code(Setting setting, String key) throws Exception {
        var party = new Party(setting, key);
        for (var mode : List.of(ResponseMode.QUERY, ResponseMode.FRAGMENT, ResponseMode.FORM_POST)) {
            Checks.check("code flow, " + key + ", " + mode + ": id_token and userinfo", () -> {
                var got = party.authorize("code", mode);
                var answer = party.redeem(got.sent(), got.answer().getAuthorizationCode());
                var tokens = answer.getOIDCTokens();
                party.verify(tokens.getIDToken(), got.sent().nonce(), tokens.getAccessToken(), null);
                var info = party.userInfo(tokens.getAccessToken());
                Checks.require(info.getEmailVerified(), "the address is not verified");
                requireClaims(setting, info);
            });
        }
    }

    /** That the server answered with this error. */
    static Predicate<Exception> answered(String code) {
        return thrown -> thrown instanceof Party.Refused refused && code.equals(refused.error.getCode());
    }

    /** What must fail in the code flow. */
    static void codeMisused(Setting setting) throws Exception {
        var party = new Party(setting, "basic");
        Checks.refused("a code used twice", answered("invalid_grant"), () -> {
            var got = party.authorize("code", ResponseMode.QUERY);
            var first = party.redeem(got.sent(), got.answer().getAuthorizationCode());
            try {
                party.redeem(got.sent(), got.answer().getAuthorizationCode());
            } finally {
                Checks.refused("the access token of a code that was used twice", answered("invalid_token"),
                        () -> party.userInfo(first.getTokens().getAccessToken()));
            }
        });
        Checks.refused("another code_verifier", answered("invalid_grant"), () -> {
            var got = party.authorize("code", ResponseMode.QUERY);
            var other = new Party.Sent(got.sent().state(), got.sent().nonce(), new CodeVerifier());
            party.redeem(other, got.answer().getAuthorizationCode());
        });
        Checks.refused("a wrong secret", answered("invalid_client"), () -> {
            var got = party.authorize("code", ResponseMode.QUERY);
            var guessed = new JSONObject(setting.clients().get("basic"));
            guessed.put("client_secret", "guessed");
            new Party(setting, guessed).redeem(got.sent(), got.answer().getAuthorizationCode());
        });
        Checks.refused("another client's code", answered("invalid_grant"), () -> {
            var got = party.authorize("code", ResponseMode.QUERY);
            new Party(setting, "post").redeem(got.sent(), got.answer().getAuthorizationCode());
        });
        Checks.refused("an access token that was altered", answered("invalid_token"), () -> {
            var got = party.authorize("code", ResponseMode.QUERY);
            var token = party.redeem(got.sent(), got.answer().getAuthorizationCode()).getTokens().getAccessToken();
            party.userInfo(new BearerAccessToken(token.getValue().replaceFirst(".$", "-")));
        });
    }

    /** The id_token comes through the browser, alone or with an access token, whose hash it holds. */
    static void implicit(Setting setting) throws Exception {
        var party = new Party(setting, "public");
        for (var type : List.of("id_token", "id_token token")) {
            for (var mode : List.of(ResponseMode.FRAGMENT, ResponseMode.FORM_POST)) {
                Checks.check("implicit flow, " + type + ", " + mode, () -> {
                    var got = party.authorize(type, mode);
                    var access = got.answer().getAccessToken();
                    var claims = party.verify(got.answer().getIDToken(), got.sent().nonce(), access, null);
                    // Without an access token, the claims are in the id_token.
                    requireClaims(setting, access == null ? new UserInfo(claims.toJSONObject()) : party.userInfo(access));
                });
            }
        }
        Checks.refused("implicit flow: another's access token beside the id_token", InvalidHashException.class::isInstance, () -> {
            var got = party.authorize("id_token token", ResponseMode.FRAGMENT);
            var claims = party.verify(got.answer().getIDToken(), got.sent().nonce(), null, null);
            AccessTokenValidator.validate(new BearerAccessToken("another"), JWSAlgorithm.RS256, claims.getAccessTokenHash());
        });
    }

    /** A code beside an id_token, an access token, or both; c_hash and at_hash are checked. */
    static void hybrid(Setting setting) throws Exception {
        var party = new Party(setting, "basic");
        for (var type : List.of("code id_token", "code token", "code id_token token")) {
            Checks.check("hybrid flow, " + type, () -> {
                var got = party.authorize(type, ResponseMode.FRAGMENT);
                var answer = got.answer();
                if (answer.getIDToken() != null) {
                    party.verify(answer.getIDToken(), got.sent().nonce(), answer.getAccessToken(), answer.getAuthorizationCode());
                }
                var tokens = party.redeem(got.sent(), answer.getAuthorizationCode()).getOIDCTokens();
                party.verify(tokens.getIDToken(), got.sent().nonce(), tokens.getAccessToken(), null);
                requireClaims(setting, party.userInfo(tokens.getAccessToken()));
            });
        }
        Checks.refused("hybrid flow: a code that the id_token beside it does not vouch for", InvalidHashException.class::isInstance, () -> {
            var got = party.authorize("code id_token", ResponseMode.FRAGMENT);
            var claims = party.verify(got.answer().getIDToken(), got.sent().nonce(), null, null);
            AuthorizationCodeValidator.validate(new AuthorizationCode("another"), JWSAlgorithm.RS256, claims.getCodeHash());
        });
    }

    /** Whom the claims tell of, with the engagement attributes that the messaging platform reads. */
    static void requireClaims(Setting setting, PersonClaims claims) {
        Checks.requireEqual(claims.getEmailAddress(), setting.consumer().username());
        for (Object claim : new Object[] {claims.getName(), claims.getPhoneNumber(), claims.getAddress(), claims.getLocale()}) {
            Checks.require(claim != null, claims.toJSONObject());
        }
        var engagement = (List<?>) claims.getClaim("lp_sdes");
        Checks.requireEqual(engagement.size(), 2);
        var types = engagement.stream().map(it -> ((Map<?, ?>) it).get("type")).toList();
        Checks.requireEqual(types, List.of("ctmrinfo", "personal"));
        Checks.require(((Map<?, ?>) ((Map<?, ?>) engagement.get(0)).get("info")).get("customerId") instanceof String, engagement);
    }
}
