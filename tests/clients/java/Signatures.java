import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWEDecryptionKeySelector;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.proc.SingleKeyJWSKeySelector;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.net.URI;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Verifying and decrypting id_tokens, and refusing what others made of them. */
final class Signatures {
    private static final Predicate<Exception> BAD = thrown -> thrown instanceof BadJOSEException || thrown instanceof JOSEException;

    private Signatures() {}

    /** One id_token, verified by both published forms of the key, and every forgery of it refused by both. */
    static void verified(Setting setting) throws Exception {
        var party = new Party(setting, "basic");
        var got = party.authorize("code", ResponseMode.QUERY);
        var token = party.redeem(got.sent(), got.answer().getAuthorizationCode()).getOIDCTokens().getIDToken();
        var published = JWKSourceBuilder.create(party.metadata.getJWKSetURI().toURL()).build();
        var selectors = new TreeMap<String, JWSKeySelector<SecurityContext>>();
        selectors.put("JWK set", new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, published));
        // Not as a set: of that, the library takes a key whose kid is the token's, and a pasted key has none.
        selectors.put("pasted line", new SingleKeyJWSKeySelector<>(JWSAlgorithm.RS256, pasted(setting)));
        selectors.forEach((name, keys) -> {
            var validator = new IDTokenValidator(setting.issuer(), party.id, keys, null);
            Checks.check(name + ": the signature", () -> validator.validate(token, got.sent().nonce()));
            forgeries(token.getParsedString()).forEach((what, forged) ->
                    Checks.refused(name + ": " + what, BAD, () -> validator.validate(JWTParser.parse(forged), got.sent().nonce())));
            var others = new IDTokenValidator(setting.issuer(), new ClientID("another"), keys, null);
            Checks.refused(name + ": another audience", BAD, () -> others.validate(token, got.sent().nonce()));
            var elsewhere = new IDTokenValidator(new Issuer("https://id.example.test"), party.id, keys, null);
            Checks.refused(name + ": another issuer", BAD, () -> elsewhere.validate(token, got.sent().nonce()));
        });
    }

    /** id_tokens that this client alone can read. */
    static void encrypted(Setting setting) throws Exception {
        var party = new Party(setting, "encrypted");
        var own = new ImmutableJWKSet<SecurityContext>(new JWKSet(Keys.decryption(party.registered)));
        var keys = JWKSourceBuilder.create(party.metadata.getJWKSetURI().toURL()).build();
        var validator = new IDTokenValidator(
                null,
                setting.issuer(),
                party.id,
                new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, keys),
                new JWEDecryptionKeySelector<>(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A256GCM, own));
        for (var type : List.of("code", "id_token")) {
            Checks.check("encrypted id_token, " + type, () -> {
                var got = party.authorize(type, type.equals("code") ? ResponseMode.QUERY : ResponseMode.FRAGMENT);
                var token = got.answer().getIDToken();
                if (token == null) token = party.redeem(got.sent(), got.answer().getAuthorizationCode()).getOIDCTokens().getIDToken();
                Checks.requireEqual(((EncryptedJWT) token).getHeader().getKeyID(), "enc-1");
                var claims = validator.validate(token, got.sent().nonce());
                Checks.requireEqual(claims.getSubject().getValue(), setting.consumer().sub());
            });
        }
        Checks.refused("encrypted id_token: one bit turned", BAD, () -> {
            var got = party.authorize("id_token", ResponseMode.FRAGMENT);
            var altered = withOneBitTurned(got.answer().getIDToken().getParsedString());
            validator.validate(JWTParser.parse(altered), got.sent().nonce());
        });
    }

    /** The key of `/public-key`: the one line of base64 that is pasted into the messaging platform. */
    private static PublicKey pasted(Setting setting) throws Exception {
        var request = new HTTPRequest(HTTPRequest.Method.GET, URI.create(setting.issuer() + "/public-key"));
        var spki = new X509EncodedKeySpec(Base64.getDecoder().decode(request.send().getBody().strip()));
        return KeyFactory.getInstance("RSA").generatePublic(spki);
    }

    /** What others may make of a token without having the key. */
    private static Map<String, String> forgeries(String token) {
        var parts = token.split("\\.");
        var made = new TreeMap<String, String>();
        made.put("other claims", parts[0] + "." + with(parts[1], "sub", "somebody-else") + "." + parts[2]);
        made.put("a longer life", parts[0] + "." + with(parts[1], "exp", 4_102_444_800L) + "." + parts[2]);
        made.put("another signature", withOneBitTurned(token));
        // RFC 8725 §2.1.
        made.put("no signature", Base64URL.encode("{\"alg\":\"none\"}") + "." + parts[1] + ".");
        return made;
    }

    private static String with(String payload, String claim, Object value) {
        try {
            var claims = JSONObjectUtils.parse(new Base64URL(payload).decodeToString());
            claims.put(claim, value);
            return Base64URL.encode(claims.toJSONString()).toString();
        } catch (ParseException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static String withOneBitTurned(String token) {
        var dot = token.lastIndexOf('.');
        var bytes = new Base64URL(token.substring(dot + 1)).decode();
        bytes[bytes.length / 2] ^= 1;
        return token.substring(0, dot + 1) + Base64URL.encode(bytes);
    }
}
