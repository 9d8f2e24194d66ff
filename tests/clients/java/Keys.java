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

/** The clients' own private keys, from their PEM files. */
final class Keys {
    private Keys() {}

    /** What it decrypts with. */
    static RSAKey decryption(Setting setting, String client) throws Exception {
        var factory = KeyFactory.getInstance("RSA");
        var key = (RSAPrivateCrtKey) factory.generatePrivate(read(setting, client));
        var half = (RSAPublicKey) factory.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
        return new RSAKey.Builder(half).privateKey(key).keyID("enc-1").build();
    }

    /** What it signs with: ES256. */
    static PrivateKey signing(Setting setting, String client) throws Exception {
        return KeyFactory.getInstance("EC").generatePrivate(read(setting, client));
    }

    /** The same, for whatever the library signs. */
    static JWSSigner signer(Setting setting, String client) throws Exception {
        return new ECDSASigner(signing(setting, client), Curve.P_256);
    }

    private static KeySpec read(Setting setting, String client) {
        var pem = setting.clients().get(client).getAsString("private_key").replaceAll("-----.*?-----|\\s", "");
        return new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem));
    }
}
