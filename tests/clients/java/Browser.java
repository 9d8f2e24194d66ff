import com.nimbusds.common.contenttype.ContentType;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A browser without a screen: it keeps cookies, follows redirects at the provider, fills in its forms, and stops where
 * the provider sends it to the client.
 */
final class Browser {
    private static final Pattern FORM = Pattern.compile("<form\\b([^>]*)>(.*?)</form>", Pattern.DOTALL);
    private static final Pattern INPUT = Pattern.compile("<input\\b[^>]*>");
    private static final Pattern ENTITY = Pattern.compile("&(#\\d+|\\w+);");
    private static final Map<String, String> ENTITIES = Map.of("quot", "\"", "amp", "&", "lt", "<", "gt", ">");

    private final HttpClient http;
    private final String origin;
    private final URI redirectUri;
    private final Map<String, String> cookies = new HashMap<>();

    private record Page(URI at, String html) {}

    private record Form(String id, String action, Map<String, List<String>> fields) {}

    /** Opens a browser in which nobody is signed in. */
    Browser(Setting setting) {
        http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(30)).build();
        origin = setting.issuer().getValue().replaceFirst("^(https?://[^/]+).*", "$1");
        redirectUri = setting.redirectUri();
    }

    /** Opens an authorization request, and signs in where it is asked to. Returns the request that the client gets. */
    HTTPRequest authorize(URI request, Setting.Consumer consumer) throws Exception {
        var page = open(request, null);
        for (int steps = 0; steps < 4; steps += 1) {
            if (page.html == null) return new HTTPRequest(HTTPRequest.Method.GET, page.at);
            var form = parseForm(page.html);
            if (form.id.equals("form-post")) {
                Checks.requireEqual(form.action, redirectUri.toString());
                var answer = new HTTPRequest(HTTPRequest.Method.POST, redirectUri);
                answer.setEntityContentType(ContentType.APPLICATION_URLENCODED);
                answer.setBody(URLUtils.serializeParameters(form.fields));
                return answer;
            }
            page = fillIn(page, form, consumer, "allow");
        }
        throw new AssertionError("no way to the client from " + page.at);
    }

    /** Opens the page where a consumer lets in who waits elsewhere, and answers: {@code allow} or {@code deny}. */
    void decide(URI address, Setting.Consumer consumer, String decision) throws Exception {
        var page = open(address, null);
        for (int steps = 0; steps < 4; steps += 1) {
            if (page.html.contains("id=\"decision-done\"")) return;
            page = fillIn(page, parseForm(page.html), consumer, decision);
        }
        throw new AssertionError("no end of questions at " + page.at);
    }

    private Page fillIn(Page page, Form form, Setting.Consumer consumer, String decision) throws Exception {
        switch (form.id) {
            case "login-form" -> {
                form.fields.put("username", List.of(consumer.username()));
                form.fields.put("password", List.of(consumer.password()));
            }
            case "consent-form" -> form.fields.put("decision", List.of(decision));
            case "device-form" -> {} // The code is in it, from the link.
            default -> throw new AssertionError("an unknown form at " + page.at + ": " + form.id);
        }
        return open(page.at.resolve(form.action), form.fields);
    }

    /** Opens an address that leads somewhere without a question. Returns where it led. */
    URI follow(URI at, URI target) throws Exception {
        var page = open(at, null, target);
        Checks.require(page.html == null, page.html);
        return page.at;
    }

    private Page open(URI at, Map<String, List<String>> fields) throws Exception {
        return open(at, fields, redirectUri);
    }

    /** Follows redirects until a page, or until one leads to the target: then there is no page. */
    private Page open(URI at, Map<String, List<String>> fields, URI target) throws Exception {
        for (int hops = 0; hops < 10; hops += 1) {
            Checks.require(at.toString().startsWith(origin + "/"), "left the provider for " + at);
            var request = HttpRequest.newBuilder(at).timeout(Duration.ofSeconds(30)).header("Cookie", cookieLine());
            if (fields != null) {
                request.header("Content-Type", "application/x-www-form-urlencoded").header("Origin", origin);
                request.POST(BodyPublishers.ofString(URLUtils.serializeParameters(fields)));
            }
            var response = http.send(request.build(), BodyHandlers.ofString());
            response.headers().allValues("set-cookie").forEach(this::keep);
            var location = response.headers().firstValue("location");
            if (location.isEmpty()) {
                Checks.require(response.statusCode() == 200, response.statusCode() + " at " + at + ": " + response.body());
                return new Page(at, response.body());
            }
            at = at.resolve(location.get());
            if (at.toString().startsWith(target.toString())) return new Page(at, null);
            fields = null;
        }
        throw new AssertionError("redirected in circles, at last to " + at);
    }

    private String cookieLine() {
        return cookies.entrySet().stream().map(it -> it.getKey() + "=" + it.getValue()).collect(Collectors.joining("; "));
    }

    private void keep(String line) {
        var pair = line.split(";", 2)[0].split("=", 2);
        if (line.toLowerCase().matches(".*;\\s*max-age=0(;.*)?")) cookies.remove(pair[0]);
        else cookies.put(pair[0], pair[1]);
    }

    /** Reads the first form of a page, with its hidden fields. */
    private static Form parseForm(String html) {
        var found = FORM.matcher(html);
        Checks.require(found.find(), "no form in " + html);
        var fields = new HashMap<String, List<String>>();
        for (var tag : INPUT.matcher(found.group(2)).results().map(it -> it.group()).toList()) {
            if (attribute(tag, "type").matches("hidden|text")) fields.put(attribute(tag, "name"), List.of(attribute(tag, "value")));
        }
        return new Form(attribute(found.group(1), "id"), attribute(found.group(1), "action"), fields);
    }

    private static String attribute(String tag, String name) {
        var found = Pattern.compile("\\s" + name + "=\"([^\"]*)\"").matcher(tag);
        if (!found.find()) return "";
        return ENTITY.matcher(found.group(1)).replaceAll(it -> {
            var entity = it.group(1);
            if (entity.startsWith("#")) return Character.toString(Integer.parseInt(entity.substring(1)));
            return ENTITIES.getOrDefault(entity, it.group());
        });
    }
}
