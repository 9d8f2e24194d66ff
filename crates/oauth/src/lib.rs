//! The nouns of OAuth 2 and OpenID Connect, pure and checked.
