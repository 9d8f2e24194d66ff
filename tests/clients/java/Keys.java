import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.RSAKey;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import net.minidev.json.JSONObject;

/** The clients' own private keys, from their PEM files. */
final class Keys {
    private Keys() {}

    /** What it decrypts with. */
    static RSAKey decryption(JSONObject client) throws Exception {
        var factory = KeyFactory.getInstance("RSA");
        var key = (RSAPrivateCrtKey) factory.generatePrivate(read(client));
        var half = (RSAPublicKey) factory.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
        return new RSAKey.Builder(half).privateKey(key).keyID("enc-1").build();
    }

    /** What it signs with: ES256. */
    static PrivateKey signing(JSONObject client) throws Exception {
        return KeyFactory.getInstance("EC").generatePrivate(read(client));
    }

    /** The same, for whatever the library signs. */
    static JWSSigner signer(JSONObject client) throws Exception {
        return new ECDSASigner(signing(client), Curve.P_256);
    }

    private static KeySpec read(JSONObject client) {
        var pem = client.getAsString("private_key").replaceAll("-----.*?-----|\\s", "");
        return new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem));
    }
}
