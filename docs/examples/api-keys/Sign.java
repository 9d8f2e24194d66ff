// usage: java Sign.java MANIFEST
//
// Reads an account's users in a request that is signed with an API key, with nothing but the JDK.

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Sign {
    public static void main(String[] arguments) throws Exception {
        String manifest = Files.readString(Path.of(arguments[0]));
        String gateway = manifest.substring(manifest.indexOf("\"gateway\""));
        String key = gateway.substring(gateway.indexOf("\"app_key\": {"));

        String url = text(gateway, "base_url") + "/api/account/" + text(gateway, "account_id")
                + "/configuration/le-users/users";
        Map<String, String> query = Map.of("v", "6.0", "select", "id,loginName");

        TreeMap<String, String> own = new TreeMap<>();
        own.put("oauth_consumer_key", text(key.substring(1), "app_key"));
        own.put("oauth_token", text(key, "access_token"));
        own.put("oauth_signature_method", "HMAC-SHA256");
        own.put("oauth_timestamp", Long.toString(Instant.now().getEpochSecond()));
        own.put("oauth_nonce", UUID.randomUUID().toString());
        own.put("oauth_version", "1.0");

        // Sorted by name. Where one comes twice, its values must be sorted as well.
        TreeMap<String, String> all = new TreeMap<>(own);
        all.putAll(query);
        String base = "GET&" + encode(url) + "&" + encode(joined(all, "=", "&", ""));
        Mac mac = Mac.getInstance("HmacSHA256");
        String secrets = encode(text(key, "secret")) + "&" + encode(text(key, "access_token_secret"));
        mac.init(new SecretKeySpec(secrets.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        own.put("oauth_signature",
                Base64.getEncoder().encodeToString(mac.doFinal(base.getBytes(StandardCharsets.UTF_8))));

        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "?" + joined(query, "=", "&", "")))
                .header("Authorization", "OAuth " + joined(own, "=", ", ", "\""))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(answer.body());
        if (answer.statusCode() != 200) {
            System.exit(1);
        }
    }

    static String joined(Map<String, String> pairs, String between, String after, String quote) {
        return pairs.entrySet().stream()
                .map(pair -> encode(pair.getKey()) + between + quote + encode(pair.getValue()) + quote)
                .collect(Collectors.joining(after));
    }

    /** All but the unreserved characters of RFC 3986; URLEncoder writes forms. */
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
    }

    /** The first member of that name that is a text: enough for the demo's manifest. */
    static String text(String json, String name) {
        var found = Pattern.compile("\"" + name + "\":\\s*\"([^\"]*)\"").matcher(json);
        if (!found.find()) {
            throw new IllegalArgumentException(name);
        }
        return found.group(1);
    }
}
