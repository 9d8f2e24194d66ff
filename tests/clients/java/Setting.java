import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import java.io.FileInputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import net.minidev.json.JSONObject;

/** Where the demo is, and who is who. */
record Setting(
        Issuer issuer,
        Consumer consumer,
        URI redirectUri,
        URI resource,
        BearerAccessToken initialAccessToken,
        Map<String, JSONObject> clients) {
    /** Somebody who can sign in. */
    record Consumer(String username, String password, String sub) {}

    /** Puts together what the files say of the demo and of the clients. */
    static Setting read(String manifestPath, String clientsPath) throws Exception {
        var manifest = JSONObjectUtils.parse(Files.readString(Path.of(manifestPath)));
        var first = (JSONObject) JSONObjectUtils.getJSONArray(manifest, "consumers").get(0);
        var clients = new HashMap<String, JSONObject>();
        var registered = JSONObjectUtils.parse(Files.readString(Path.of(clientsPath)));
        registered.forEach((name, member) -> {
            if (member instanceof JSONObject client) clients.put(name, client);
        });
        if (manifest.get("ca_file") instanceof String authority) SSLContext.setDefault(trusting(authority));
        return new Setting(
                new Issuer(JSONObjectUtils.getString(manifest, "issuer")),
                new Consumer(first.getAsString("username"), first.getAsString("password"), first.getAsString("sub")),
                URI.create(JSONObjectUtils.getString(registered, "redirect_uri")),
                URI.create(JSONObjectUtils.getStringList(manifest, "resources").get(0)),
                new BearerAccessToken(JSONObjectUtils.getString(manifest, "initial_access_token")),
                clients);
    }

    /** Trusts the demo's own authority. */
    private static SSLContext trusting(String authority) throws Exception {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var file = new FileInputStream(authority)) {
            store.setCertificateEntry("demo", CertificateFactory.getInstance("X.509").generateCertificate(file));
        }
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
