// How an app signs its consumer in, and what it gives the messaging SDK. iOS 16, nothing but the system's frameworks.
// See docs/in-app.md.

import AuthenticationServices
import CryptoKit
import Foundation

/// An app as a client of a brand: public, so it has no secret, and PKCE (RFC 7636) takes its place.
struct SignIn {
    let issuer: URL
    let clientId: String
    let redirectURI: String
    var scope = "openid profile offline_access"

    /// A sign-in that is under way.
    struct Pending {
        let url: URL
        let state: String
        let nonce: String
        let codeVerifier: String?
    }

    /// What the app has of a consumer. Keep it in the keychain.
    struct Tokens: Codable {
        var accessToken: String
        var refreshToken: String?
        var idToken: String?
        var expiresAt: Date
    }

    /// What came of a refresh.
    enum Refreshed {
        /// Use these from now on.
        case fresh(Tokens)
        /// Nothing is known: no network, or a server that is busy. The consumer stays signed in; try again after a while.
        case later(seconds: TimeInterval)
        /// The sign-in has ended, and nothing but another one helps.
        case signedOut
    }

    struct Refused: Error {
        let reason: String
    }

    /// Where to send the browser (RFC 8252 §6). `codeChallenge` is the messaging SDK's, where it hands one over: then the
    /// code is the platform's to redeem, and the app has no verifier. `silently` asks nobody anything.
    func begin(codeChallenge: String? = nil, silently: Bool = false) -> Pending {
        let verifier = codeChallenge == nil ? Self.random() : nil
        let (state, nonce) = (Self.random(), Self.random())
        var parameters = [
            URLQueryItem(name: "client_id", value: clientId),
            URLQueryItem(name: "redirect_uri", value: redirectURI),
            URLQueryItem(name: "response_type", value: "code"),
            URLQueryItem(name: "scope", value: scope),
            URLQueryItem(name: "state", value: state),
            URLQueryItem(name: "nonce", value: nonce),
            URLQueryItem(name: "code_challenge", value: codeChallenge ?? Self.challenge(of: verifier ?? "")),
            URLQueryItem(name: "code_challenge_method", value: "S256"),
        ]
        if silently {
            parameters.append(URLQueryItem(name: "prompt", value: "none"))
        }
        let url = issuer.appending(path: "authorize").appending(queryItems: parameters)
        return Pending(url: url, state: state, nonce: nonce, codeVerifier: verifier)
    }

    /// Opens the system's browser sheet, which shares the browser's session, and gives the address that it came back with.
    @MainActor
    func browse(_ pending: Pending, over window: ASWebAuthenticationPresentationContextProviding) async throws -> URL {
        try await withCheckedThrowingContinuation { continuation in
            let scheme = URL(string: redirectURI)?.scheme
            let session = ASWebAuthenticationSession(url: pending.url, callbackURLScheme: scheme) { address, error in
                if let address {
                    continuation.resume(returning: address)
                } else {
                    continuation.resume(throwing: error ?? Refused(reason: "the browser was closed"))
                }
            }
            session.presentationContextProvider = window
            session.start()
        }
    }

    /// The code in the address that the browser came back with. It is checked, since any app may open it.
    func code(in address: URL, for pending: Pending) throws -> String {
        guard address.absoluteString.hasPrefix(redirectURI + "?") else {
            throw Refused(reason: "the answer came to another address")
        }
        let items = URLComponents(url: address, resolvingAgainstBaseURL: false)?.queryItems ?? []
        let value = { name in items.first { $0.name == name }?.value }
        guard value("state") == pending.state else {
            throw Refused(reason: "the answer belongs to another request")
        }
        guard value("iss") == issuer.absoluteString else {
            throw Refused(reason: "the answer comes from another issuer (RFC 9207)")
        }
        guard let code = value("code") else {
            throw Refused(reason: value("error") ?? "no code in the answer")
        }
        return code
    }

    /// Tokens for a code of the app's own.
    func redeem(_ code: String, for pending: Pending) async throws -> Tokens {
        guard let verifier = pending.codeVerifier else {
            throw Refused(reason: "the platform redeems a code that its challenge is bound to")
        }
        let (answer, response) = try await post([
            "grant_type": "authorization_code", "code": code, "redirect_uri": redirectURI, "code_verifier": verifier,
        ])
        guard response.statusCode == 200 else {
            throw Refused(reason: answer.error ?? "status \(response.statusCode)")
        }
        let tokens = try answer.tokens(after: nil)
        // It came from the token endpoint over TLS, so its signature needs no look (OpenID Connect Core §3.1.3.7).
        guard let claims = tokens.idToken.flatMap(Self.claims),
              claims["iss"] as? String == issuer.absoluteString, claims["nonce"] as? String == pending.nonce
        else {
            throw Refused(reason: "the id_token belongs to another request")
        }
        return tokens
    }

    /// Fresh tokens, in the background. Only the provider's own word ends a sign-in: a tunnel, a time-out or a server that is
    /// busy does not. `Session` lets one refresh run at a time; an answer that got lost is given again if it is asked for soon.
    func refresh(_ tokens: Tokens) async -> Refreshed {
        guard let refreshToken = tokens.refreshToken else {
            return .signedOut
        }
        guard let (answer, response) = try? await post(["grant_type": "refresh_token", "refresh_token": refreshToken]) else {
            return .later(seconds: 30)
        }
        switch (response.statusCode, answer.error) {
        case (200, _):
            guard let fresh = try? answer.tokens(after: tokens) else {
                return .later(seconds: 60)
            }
            return .fresh(fresh)
        case (400, "invalid_grant"):
            return .signedOut
        default:
            let pause = response.value(forHTTPHeaderField: "Retry-After").flatMap(TimeInterval.init)
            return .later(seconds: pause ?? 60)
        }
    }

    private struct Answer: Decodable {
        let accessToken: String?
        let refreshToken: String?
        let idToken: String?
        let expiresIn: TimeInterval?
        let error: String?

        enum CodingKeys: String, CodingKey {
            case accessToken = "access_token"
            case refreshToken = "refresh_token"
            case idToken = "id_token"
            case expiresIn = "expires_in"
            case error
        }

        func tokens(after former: Tokens?) throws -> Tokens {
            guard let accessToken else {
                throw Refused(reason: "no access token")
            }
            return Tokens(
                accessToken: accessToken,
                refreshToken: refreshToken ?? former?.refreshToken,
                idToken: idToken ?? former?.idToken,
                expiresAt: Date(timeIntervalSinceNow: expiresIn ?? 0)
            )
        }
    }

    private func post(_ fields: [String: String]) async throws -> (Answer, HTTPURLResponse) {
        var form = URLComponents()
        form.queryItems = fields.merging(["client_id": clientId]) { given, _ in given }
            .map { URLQueryItem(name: $0.key, value: $0.value) }
        var request = URLRequest(url: issuer.appending(path: "token"), timeoutInterval: 10)
        request.httpMethod = "POST"
        request.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type")
        // A query may have a plus sign where a form means a space.
        let body = form.percentEncodedQuery?.replacingOccurrences(of: "+", with: "%2B")
        request.httpBody = Data((body ?? "").utf8)
        let (data, response) = try await URLSession.shared.data(for: request)
        guard let response = response as? HTTPURLResponse else {
            throw Refused(reason: "no HTTP")
        }
        return (try JSONDecoder().decode(Answer.self, from: data), response)
    }

    /// What a token says.
    static func claims(_ jwt: String) -> [String: Any]? {
        let parts = jwt.split(separator: ".")
        guard parts.count == 3 else {
            return nil
        }
        let text = parts[1].replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        let padded = text + String(repeating: "=", count: (4 - text.count % 4) % 4)
        return Data(base64Encoded: padded).flatMap { try? JSONSerialization.jsonObject(with: $0) as? [String: Any] }
    }

    static func challenge(of verifier: String) -> String {
        base64url(Data(SHA256.hash(data: Data(verifier.utf8))))
    }

    static func random() -> String {
        base64url(Data((0..<32).map { _ in UInt8.random(in: .min ... .max) }))
    }

    private static func base64url(_ data: Data) -> String {
        data.base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }
}

/// The consumer who is signed in, for all tasks of an app. One refresh runs at a time: whoever asks meanwhile waits for it and gets what
/// it gave, so that no refresh token is sent twice. `keep` stores the tokens, or forgets them, before anybody uses them.
actor Session {
    private let signIn: SignIn
    private let keep: @Sendable (SignIn.Tokens?) -> Void
    private var tokens: SignIn.Tokens?
    private var running: Task<SignIn.Refreshed, Never>?

    init(_ signIn: SignIn, tokens: SignIn.Tokens, keep: @escaping @Sendable (SignIn.Tokens?) -> Void) {
        self.signIn = signIn
        self.tokens = tokens
        self.keep = keep
    }

    /// Tokens that are good for another minute. `refused` is an access token that a server has turned away before its time.
    func fresh(refused: String? = nil) async -> SignIn.Refreshed {
        // While one waits for the network, an actor lets others in: they wait for the same refresh.
        if let running {
            return await running.value
        }
        guard let current = tokens else {
            return .signedOut
        }
        if current.accessToken != refused, current.expiresAt.timeIntervalSinceNow > 60 {
            return .fresh(current)
        }
        let refresh = Task { await signIn.refresh(current) }
        running = refresh
        let refreshed = await refresh.value
        running = nil
        switch refreshed {
        case .fresh(let tokens):
            replace(by: tokens)
        case .signedOut:
            replace(by: nil)
        case .later:
            break
        }
        return refreshed
    }

    private func replace(by tokens: SignIn.Tokens?) {
        keep(tokens)
        self.tokens = tokens
    }
}
