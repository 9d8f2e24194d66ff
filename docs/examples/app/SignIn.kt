// How an app signs its consumer in, and what it gives the messaging SDK. Plain Kotlin: it runs on Android and on any JVM.
//
// Opening the browser and getting the address back are the platform's (Custom Tabs and an intent filter); everything that
// can go wrong without anybody noticing is here. See docs/in-app.md.

import java.io.IOException
import java.net.HttpURLConnection
import java.net.URI
import java.net.URLDecoder
import java.net.URLEncoder
import java.security.MessageDigest
import java.security.SecureRandom
import java.util.Base64
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/** An app as a client of a brand: public, so it has no secret, and PKCE (RFC 7636) takes its place. */
class SignIn(
    private val issuer: String,
    private val clientId: String,
    private val redirectUri: String,
    private val scope: String = "openid profile offline_access",
) {
    /** A sign-in that is under way. Keep it until the browser is back: the system may end the app meanwhile. */
    data class Pending(val url: String, val state: String, val nonce: String, val codeVerifier: String?)

    /** What the app has of a consumer. Keep it in the system's key store. */
    data class Tokens(val accessToken: String, val refreshToken: String?, val idToken: String?, val expiresAt: Long)

    /** What came of a refresh. */
    sealed interface Refreshed {
        /** Use these from now on. */
        data class Fresh(val tokens: Tokens) : Refreshed

        /** Nothing is known: no network, or a server that is busy. The consumer stays signed in; try again after a while. */
        data class Later(val seconds: Long) : Refreshed

        /** The sign-in has ended, and nothing but another one helps. */
        data object SignedOut : Refreshed
    }

    /** Something that must not be there, or isn't. */
    class Refused(message: String) : Exception(message)

    /**
     * Where to send the browser (RFC 8252 §6). [codeChallenge] is the messaging SDK's, where it hands one over: then the
     * code is the platform's to redeem, and the app has no verifier. [silently] asks nobody anything: whoever is signed
     * in in the browser is taken, and `login_required` comes back where nobody is.
     */
    fun begin(codeChallenge: String? = null, silently: Boolean = false): Pending {
        val verifier = if (codeChallenge == null) random() else null
        val parameters = linkedMapOf(
            "client_id" to clientId,
            "redirect_uri" to redirectUri,
            "response_type" to "code",
            "scope" to scope,
            "state" to random(),
            "nonce" to random(),
            "code_challenge" to (codeChallenge ?: challengeOf(verifier!!)),
            "code_challenge_method" to "S256",
        )
        if (silently) parameters["prompt"] = "none"
        val url = "$issuer/authorize?${form(parameters)}"
        return Pending(url, parameters.getValue("state"), parameters.getValue("nonce"), verifier)
    }

    /** The code in the address that the browser came back with. Any app may open it, so it is checked. */
    fun codeOf(address: String, pending: Pending): String {
        if (!address.startsWith("$redirectUri?")) throw Refused("the answer came to another address")
        val answer = address.substringAfter('?').substringBefore('#').split('&')
            .associate { decode(it.substringBefore('=')) to decode(it.substringAfter('=', "")) }
        if (answer["state"] != pending.state) throw Refused("the answer belongs to another request")
        if (answer["iss"] != issuer) throw Refused("the answer comes from another issuer (RFC 9207)")
        return answer["code"] ?: throw Refused(answer["error"] ?: "no code in the answer")
    }

    /** Tokens for a code of the app's own. */
    fun redeem(code: String, pending: Pending, now: Long): Tokens {
        val verifier = pending.codeVerifier ?: throw Refused("the platform redeems a code that its challenge is bound to")
        val answer = post(
            "/token",
            mapOf("grant_type" to "authorization_code", "code" to code, "redirect_uri" to redirectUri, "code_verifier" to verifier),
        )
        if (answer.status != 200) throw Refused(answer.member("error") ?: "status ${answer.status}")
        val tokens = tokensOf(answer, null, now)
        // It came from the token endpoint over TLS, so its signature needs no look (OpenID Connect Core §3.1.3.7).
        val claims = claimsOf(tokens.idToken ?: throw Refused("no id_token"))
        if (claims.member("iss") != issuer || claims.member("nonce") != pending.nonce) {
            throw Refused("the id_token belongs to another request")
        }
        return tokens
    }

    /**
     * Fresh tokens, in the background. Only the provider's own word ends a sign-in: a tunnel, a time-out or a server that
     * is busy does not. [Session] lets one refresh run at a time; an answer that got lost is given again if it is asked for soon.
     */
    fun refresh(tokens: Tokens, now: Long): Refreshed {
        val refreshToken = tokens.refreshToken ?: return Refreshed.SignedOut
        val answer = try {
            post("/token", mapOf("grant_type" to "refresh_token", "refresh_token" to refreshToken))
        } catch (_: IOException) {
            return Refreshed.Later(30)
        }
        return when {
            answer.status == 200 -> Refreshed.Fresh(tokensOf(answer, tokens, now))
            answer.status == 400 && answer.member("error") == "invalid_grant" -> Refreshed.SignedOut
            else -> Refreshed.Later(answer.retryAfter ?: 60)
        }
    }

    private fun tokensOf(answer: Answer, former: Tokens?, now: Long) = Tokens(
        accessToken = answer.member("access_token") ?: throw Refused("no access token"),
        refreshToken = answer.member("refresh_token") ?: former?.refreshToken,
        idToken = answer.member("id_token") ?: former?.idToken,
        expiresAt = now + (answer.number("expires_in") ?: 0),
    )

    private class Answer(val status: Int, val retryAfter: Long?, private val body: String) {
        fun member(name: String) = body.member(name)

        fun number(name: String) = Regex("\"$name\"\\s*:\\s*(\\d+)").find(body)?.groupValues?.get(1)?.toLong()
    }

    private fun post(path: String, fields: Map<String, String>): Answer {
        val connection = URI(issuer + path).toURL().openConnection() as HttpURLConnection
        connection.requestMethod = "POST"
        connection.instanceFollowRedirects = false
        connection.connectTimeout = 10_000
        connection.readTimeout = 10_000
        connection.doOutput = true
        connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded")
        connection.outputStream.use { it.write(form(fields + ("client_id" to clientId)).toByteArray()) }
        val status = connection.responseCode
        val body = (if (status < 400) connection.inputStream else connection.errorStream)?.use { String(it.readBytes()) }
        return Answer(status, connection.getHeaderField("Retry-After")?.toLongOrNull(), body.orEmpty())
    }

    companion object {
        /** What a token says. */
        fun claimsOf(jwt: String) = String(Base64.getUrlDecoder().decode(jwt.split('.')[1]))

        /** The first string of that name. An app has a JSON library; these answers are flat enough without one. */
        fun String.member(name: String) =
            Regex("\"$name\"\\s*:\\s*\"([^\"]*)\"").find(this)?.groupValues?.get(1)?.replace("\\/", "/")

        fun challengeOf(verifier: String): String =
            base64url(MessageDigest.getInstance("SHA-256").digest(verifier.toByteArray()))

        fun random(): String = base64url(ByteArray(32).also { SecureRandom().nextBytes(it) })

        private fun base64url(bytes: ByteArray) = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)

        private fun form(fields: Map<String, String>) =
            fields.entries.joinToString("&") { (name, value) -> "${encode(name)}=${encode(value)}" }

        private fun encode(text: String) = URLEncoder.encode(text, "UTF-8")

        private fun decode(text: String) = URLDecoder.decode(text, "UTF-8")
    }
}

/**
 * The consumer who is signed in, for all threads of an app. One refresh runs at a time: whoever asks meanwhile waits for it and gets
 * what it gave, so that no refresh token is sent twice. [keep] stores the tokens, or forgets them, before anybody uses them.
 */
class Session(private val signIn: SignIn, tokens: SignIn.Tokens, private val keep: (SignIn.Tokens?) -> Unit) {
    private val lock = ReentrantLock()
    private var tokens: SignIn.Tokens? = tokens

    /** Tokens that are good for another minute. [refused] is an access token that a server has turned away before its time. */
    fun fresh(now: Long, refused: String? = null): SignIn.Refreshed = lock.withLock {
        val current = tokens ?: return SignIn.Refreshed.SignedOut
        if (current.accessToken != refused && now < current.expiresAt - 60) return SignIn.Refreshed.Fresh(current)
        val refreshed = signIn.refresh(current, now)
        when (refreshed) {
            is SignIn.Refreshed.Fresh -> replace(refreshed.tokens)
            SignIn.Refreshed.SignedOut -> replace(null)
            is SignIn.Refreshed.Later -> {}
        }
        refreshed
    }

    private fun replace(by: SignIn.Tokens?) {
        keep(by)
        tokens = by
    }
}
