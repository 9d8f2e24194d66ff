import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.JWTBearerGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.assertions.jwt.JWTAssertionDetails;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.JWTID;
import com.nimbusds.oauth2.sdk.id.Subject;
import com.nimbusds.oauth2.sdk.token.TokenTypeURI;
import com.nimbusds.oauth2.sdk.token.TypelessAccessToken;
import com.nimbusds.oauth2.sdk.tokenexchange.TokenExchangeGrant;
import java.time.Instant;
import java.util.Date;

/** A back end that knows its consumer says so in a JWT of its own, and gets tokens for them (RFC 7523, RFC 8693). */
final class Speaking {
    private static final Scope SCOPE = new Scope("openid", "email");

    private Speaking() {}

    static void run(Setting setting) throws Exception {
        var party = new Party(setting, "speaking");
        Checks.check("JWT bearer: tokens for a consumer", () -> {
            var grant = new JWTBearerGrant(assertion(party, setting.consumer().username()));
            var tokens = party.token(party.request(grant).scope(SCOPE)).getTokens().toOIDCTokens();
            party.verify(tokens.getIDToken(), null, tokens.getAccessToken(), null);
            var info = party.userInfo(tokens.getAccessToken());
            Checks.requireEqual(info.getEmailAddress(), setting.consumer().username());
        });
        Checks.refused("JWT bearer: an assertion used twice", Flows.answered("invalid_grant"), () -> {
            var grant = new JWTBearerGrant(assertion(party, setting.consumer().sub()));
            party.token(party.request(grant).scope(SCOPE));
            party.token(party.request(grant).scope(SCOPE));
        });
        Checks.refused("JWT bearer: about nobody", Flows.answered("invalid_grant"), () ->
                party.token(party.request(new JWTBearerGrant(assertion(party, "nobody@example.test"))).scope(SCOPE)));
        Checks.check("token exchange: an assertion for an id_token", () -> {
            var said = new TypelessAccessToken(assertion(party, setting.consumer().sub()).serialize());
            var grant = new TokenExchangeGrant(said, TokenTypeURI.JWT, null, null, TokenTypeURI.ID_TOKEN, null);
            var token = party.token(party.request(grant).scope(SCOPE)).getTokens().getAccessToken();
            Checks.requireEqual(token.getIssuedTokenType(), TokenTypeURI.ID_TOKEN);
            party.verify(JWTParser.parse(token.getValue()), null, null, null);
        });
    }

    /** Who is there, as the back end says. Each is good once. */
    private static SignedJWT assertion(Party party, String subject) throws Exception {
        var now = Instant.now();
        var details = new JWTAssertionDetails(
                new Issuer(party.id.getValue()),
                new Subject(subject),
                new Audience(party.setting.issuer()).toSingleAudienceList(),
                Date.from(now.plusSeconds(60)),
                null,
                Date.from(now),
                new JWTID(),
                null);
        var token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("sig-1").build(), details.toJWTClaimsSet());
        token.sign(Keys.signer(party.registered));
        return token;
    }
}
