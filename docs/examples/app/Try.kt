// Tries SignIn.kt beside a running demo, with a browser of its own that has no screen. usage: Try MANIFEST

import SignIn.Companion.claimsOf
import SignIn.Companion.member
import java.io.File
import java.net.CookieManager
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import kotlin.system.exitProcess

private val http = HttpClient.newBuilder().cookieHandler(CookieManager()).build()

fun main(arguments: Array<String>) {
    val manifest = File(arguments[0]).readText()
    val issuer = manifest.member("issuer")!!
    val app = part(manifest, "app")
    val signIn = SignIn(issuer, app.member("client_id")!!, strings(app, "redirect_uris").first())
    val now = System.currentTimeMillis() / 1000

    // The app's own sign-in.
    val pending = signIn.begin()
    val address = browse(pending.url, manifest)
    val code = signIn.codeOf(address, pending)
    val tokens = signIn.redeem(code, pending, now)
    expect("the app knows who is there", claimsOf(tokens.idToken!!).member("sub") == manifest.member("sub"))
    expect("an answer to another request is refused", refused { signIn.codeOf(address, signIn.begin()) })
    expect("an answer from elsewhere is refused", refused { signIn.codeOf("https://evil.example/?code=x", pending) })

    // In the background, for as long as the consumer stays.
    val fresh = signIn.refresh(tokens, now)
    expect("a refresh gives other tokens", fresh is SignIn.Refreshed.Fresh && fresh.tokens.accessToken != tokens.accessToken)
    val gone = tokens.copy(refreshToken = "none")
    expect("a refresh token that has ended signs out", signIn.refresh(gone, now) == SignIn.Refreshed.SignedOut)
    val nowhere = SignIn("http://127.0.0.1:9", "app", "com.brand.app:/callback")
    expect("a tunnel doesn't", nowhere.refresh(tokens, now) is SignIn.Refreshed.Later)

    // Many threads find at the same moment that the token has ended: one refresh serves them all, and no token is sent twice.
    val kept = java.util.Collections.synchronizedList(mutableListOf<SignIn.Tokens?>())
    val session = Session(signIn, (fresh as SignIn.Refreshed.Fresh).tokens.copy(expiresAt = now)) { kept.add(it) }
    val threads = Executors.newFixedThreadPool(8)
    val given = threads.invokeAll(List(8) { Callable { session.fresh(now) } }).map { it.get() }
    threads.shutdown()
    expect("one refresh runs at a time", kept.size == 1 && given.all { it == SignIn.Refreshed.Fresh(kept[0]!!) })
    val later = session.fresh(now, refused = kept[0]!!.accessToken)
    expect("a token that was turned away is refreshed before its time", kept.size == 2 && later == SignIn.Refreshed.Fresh(kept[1]!!))
    val ended = Session(signIn, gone.copy(expiresAt = now)) { kept.add(it) }
    expect("a sign-in that has ended is forgotten", ended.fresh(now) == SignIn.Refreshed.SignedOut && kept.last() == null)

    // A code for the messaging SDK: of the platform's client, bound to its challenge, silently, since somebody is signed in.
    val platform = part(manifest, "platform_code")
    val chat = SignIn(issuer, platform.member("client_id")!!, strings(platform, "redirect_uris").first { !it.startsWith(issuer) }, "openid")
    val forChat = chat.begin(codeChallenge = SignIn.challengeOf(SignIn.random()), silently = true)
    val chatCode = chat.codeOf(browse(forChat.url, manifest), forChat)
    expect("a code for the chat comes without a question", chatCode.isNotEmpty())
    expect("the app can't redeem it", refused { chat.redeem(chatCode, forChat, now) })
    exitProcess(0)
}

/** Opens an address, signs in and agrees where it is asked, and says where the browser is sent in the end. */
private fun browse(start: String, manifest: String): String {
    var at = URI(start)
    var body: String? = null
    repeat(12) {
        val request = HttpRequest.newBuilder(at)
        if (body != null) {
            request.header("Content-Type", "application/x-www-form-urlencoded").header("Origin", origin(at))
            request.POST(HttpRequest.BodyPublishers.ofString(body!!))
        }
        val answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString())
        val location = answer.headers().firstValue("location").orElse(null)
        if (location != null) {
            val next = at.resolve(location)
            if (origin(next) != origin(at)) return location
            at = next
            body = null
            return@repeat
        }
        val form = Regex("<form\\b[^>]*action=\"([^\"]*)\"[^>]*>(.*?)</form>", RegexOption.DOT_MATCHES_ALL)
            .find(answer.body()) ?: error("no form at $at: ${answer.statusCode()}")
        val fields = Regex("<input\\b[^>]*>").findAll(form.groupValues[2])
            .mapNotNull { attribute(it.value, "name")?.let { name -> name to attribute(it.value, "value").orEmpty() } }
            .toMap().toMutableMap()
        if ("password" in fields) {
            fields["username"] = manifest.member("username", after = "\"consumers\"")
            fields["password"] = manifest.member("password", after = "\"consumers\"")
        }
        if (form.value.contains("consent-allow")) fields["decision"] = "allow"
        fields.remove("remember")
        at = at.resolve(unescape(form.groupValues[1]))
        body = fields.entries.joinToString("&") { (name, value) -> "$name=${URLEncoder.encode(value, "UTF-8")}" }
    }
    error("no end at $at")
}

private fun origin(at: URI) = "${at.scheme}://${at.authority}"

private fun attribute(tag: String, name: String) =
    Regex("\\b$name=\"([^\"]*)\"").find(tag)?.groupValues?.get(1)?.let(::unescape)

private fun unescape(text: String) = text.replace("&quot;", "\"").replace("&#34;", "\"").replace("&#x2f;", "/")
    .replace("&#47;", "/").replace("&#61;", "=").replace("&#38;", "&").replace("&amp;", "&")

private fun String.member(name: String, after: String) = substringAfter(after).member(name)!!

private fun part(manifest: String, client: String) = Regex("\"$client\"\\s*:\\s*(\\{[^}]*\\})").find(manifest)!!.groupValues[1]

private fun strings(json: String, name: String): List<String> {
    val list = Regex("\"$name\"\\s*:\\s*\\[([^\\]]*)\\]").find(json)!!.groupValues[1]
    return Regex("\"([^\"]*)\"").findAll(list).map { it.groupValues[1] }.toList()
}

private fun refused(attempt: () -> Unit) = try {
    attempt()
    false
} catch (_: SignIn.Refused) {
    true
}

private fun expect(what: String, holds: Boolean) {
    check(holds) { "not so: $what" }
    println("ok $what")
}
