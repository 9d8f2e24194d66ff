// A back end that knows its consumer. Java 17, nothing else. usage: java Backend.java MANIFEST
import java.io.FileInputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

public class Backend {
    static final String TYPE = "urn:ietf:params:oauth:token-type:";
    static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
    static String manifest, issuer;
    static HttpClient http;

    public static void main(String[] arguments) throws Exception {
        manifest = Files.readString(Path.of(arguments[0]));
        issuer = member(manifest, "issuer");
        http = client(member(manifest, "ca_file"));
        String web = part("web"), sub = member(manifest, "sub");
        String redirectUri = strings(web, "redirect_uris")[0];
        String[] resources = strings(manifest, "resources");

        // 1. An id_token, with attributes that come fresh.
        String fresh = ", \"customerInfo\": {\"customerId\": \"c-1004\", \"ctype\": \"vip\"}";
        String given = exchange(sub, TYPE + "id_token", fresh, Map.of("scope", "openid lp_sdes"));
        String told = claimsOf(member(given, "access_token"));
        expect("an id_token tells who is there", sub.equals(member(told, "sub")) && issuer.equals(member(told, "iss")));
        expect("its attributes are fresh", told.contains("c-1004"));

        // 2. A ticket, with which the page of another client signs in silently.
        String ticketType = "urn:signet:params:oauth:token-type:sign-in-ticket";
        String ticket = exchange(sub, ticketType, "", Map.of("audience", member(web, "client_id")));
        String verifier = random();
        byte[] challenge = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
        Map<String, String> query = new LinkedHashMap<>();
        query.put("client_id", member(web, "client_id"));
        query.put("redirect_uri", redirectUri);
        query.put("response_type", "code");
        query.put("scope", "openid offline_access");
        query.put("prompt", "none");
        query.put("state", "s");
        query.put("nonce", "n");
        query.put("code_challenge", base64url(challenge));
        query.put("code_challenge_method", "S256");
        query.put("login_hint_token", member(ticket, "access_token"));
        HttpRequest ask = HttpRequest.newBuilder(URI.create(issuer + "/authorize?" + encoded(query))).build();
        String sent = http.send(ask, HttpResponse.BodyHandlers.discarding()).headers().firstValue("location").orElseThrow();
        var found = Pattern.compile("[?&]code=([^&]*)").matcher(sent);
        expect("a page signs in silently with a ticket", found.find());
        String code = java.net.URLDecoder.decode(found.group(1), StandardCharsets.UTF_8);
        String tokens = post(web, "/token", Map.of("grant_type", "authorization_code", "code", code,
                "redirect_uri", redirectUri, "code_verifier", verifier));
        expect("it is the same consumer", sub.equals(member(claimsOf(member(tokens, "id_token")), "sub")));

        // 3. Refresh: a public client gets another refresh token each time.
        String again = post(web, "/token", Map.of("grant_type", "refresh_token", "refresh_token", member(tokens, "refresh_token")));
        expect("a refresh gives another access token",
                !member(again, "access_token").equals(member(tokens, "access_token")) && member(again, "refresh_token") != null);

        // 4. A token of the back end's own, for an interface that it serves: asked about, exchanged, and taken back.
        String backend = part("backend");
        String own = member(post(backend, "/token", Map.of("grant_type", "client_credentials", "scope", "orders.read",
                "resource", resources[0])), "access_token");
        String about = post(backend, "/introspect", Map.of("token", own));
        expect("introspection tells what it is good for",
                about.contains("\"active\":true") && resources[0].equals(member(about, "aud")));
        String other = member(post(backend, "/token", Map.of("grant_type", EXCHANGE, "subject_token", own,
                "subject_token_type", TYPE + "access_token", "resource", resources[1])), "access_token");
        expect("it is exchanged for one for another interface",
                resources[1].equals(member(post(backend, "/introspect", Map.of("token", other)), "aud")));
        post(backend, "/revoke", Map.of("token", own));
        expect("and it is no good once it is taken back",
                post(backend, "/introspect", Map.of("token", own)).equals("{\"active\":false}"));
    }

    static String exchange(String sub, String wanted, String claims, Map<String, String> more) throws Exception {
        Map<String, String> form = new LinkedHashMap<>(more);
        form.put("grant_type", EXCHANGE);
        form.put("subject_token_type", TYPE + "jwt");
        form.put("subject_token", assertion(sub, claims));
        form.put("requested_token_type", wanted);
        return post(part("backend"), "/token", form);
    }

    /** What the back end says of a consumer: a JWT that is good for a minute, and once. */
    static String assertion(String sub, String more) throws Exception {
        String backend = part("backend");
        long now = Instant.now().getEpochSecond();
        String claims = String.format("{\"iss\": \"%s\", \"sub\": \"%s\", \"aud\": \"%s\", \"iat\": %d, \"exp\": %d, \"jti\": \"%s\"%s}",
                member(backend, "client_id"), sub, issuer, now, now + 60, random(), more);
        String parts = base64url("{\"alg\": \"ES256\", \"typ\": \"JWT\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + base64url(claims.getBytes(StandardCharsets.UTF_8));
        String pem = member(backend, "private_key").replaceAll("-----[A-Z ]+-----|\\s", "");
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initSign(KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem))));
        signature.update(parts.getBytes(StandardCharsets.US_ASCII));
        return parts + "." + base64url(signature.sign());
    }

    /** A POST to an endpoint of the issuer, by the back end with its secret, or by a public client. */
    static String post(String client, String path, Map<String, String> fields) throws Exception {
        Map<String, String> form = new LinkedHashMap<>(fields);
        var request = HttpRequest.newBuilder(URI.create(issuer + path)).header("content-type", "application/x-www-form-urlencoded");
        String id = member(client, "client_id"), secret = member(client, "client_secret");
        if (secret == null) {
            form.put("client_id", id);
        } else {
            String pair = encode(id) + ":" + encode(secret);
            request.header("authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
        var response = http.send(request.POST(HttpRequest.BodyPublishers.ofString(encoded(form))).build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(path + ": " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    static HttpClient client(String authority) throws Exception {
        var builder = HttpClient.newBuilder();
        if (authority != null) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            try (var file = new FileInputStream(authority)) {
                store.setCertificateEntry("demo", CertificateFactory.getInstance("X.509").generateCertificate(file));
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            builder.sslContext(context);
        }
        return builder.build();
    }

    // A real program has a JSON library; these answers are flat enough without one.

    /** The first member of that name that is a string. */
    static String member(String json, String name) {
        var found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"").matcher(json);
        return found.find() ? found.group(1).replace("\\n", "\n").replace("\\/", "/") : null;
    }

    /** The strings in the first array of that name. */
    static String[] strings(String json, String name) {
        var found = Pattern.compile("\"" + name + "\"\\s*:\\s*\\[([^\\]]*)\\]").matcher(json);
        if (!found.find()) {
            throw new IllegalArgumentException(name);
        }
        return Pattern.compile("\"([^\"]*)\"").matcher(found.group(1)).results().map(it -> it.group(1)).toArray(String[]::new);
    }

    /** A client of the manifest. */
    static String part(String client) {
        var found = Pattern.compile("\"" + client + "\"\\s*:\\s*(\\{[^}]*\\})").matcher(manifest);
        if (!found.find()) {
            throw new IllegalArgumentException(client);
        }
        return found.group(1);
    }

    static String claimsOf(String jwt) {
        return new String(Base64.getUrlDecoder().decode(jwt.split("\\.")[1]), StandardCharsets.UTF_8);
    }

    static String base64url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static String random() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return base64url(bytes);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static String encoded(Map<String, String> form) {
        return form.entrySet().stream().map(it -> encode(it.getKey()) + "=" + encode(it.getValue())).collect(Collectors.joining("&"));
    }

    static void expect(String what, boolean holds) {
        if (!holds) {
            throw new IllegalStateException("not so: " + what);
        }
        System.out.println("ok " + what);
    }
}
