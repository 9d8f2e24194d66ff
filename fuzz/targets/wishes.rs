//! What an authorization request wishes for, a word or a number each: what is read can be written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oauth::{
    BearerToken, CodeChallenge, CodeVerifier, GrantType, MaxAge, Nonce, Prompts, ResponseMode, ResponseType,
    Scope, State,
};

fuzz_target!(|text: &str| {
    let _ = (text.parse::<Prompts>(), text.parse::<MaxAge>());
    let _ = (text.parse::<ResponseMode>(), text.parse::<GrantType>());
    let _ = BearerToken::from_header(text);
    if let Ok(scope) = text.parse::<Scope>() {
        assert_eq!(scope.to_string().parse::<Scope>().ok().as_ref(), Some(&scope));
    }
    if let Ok(response_type) = text.parse::<ResponseType>() {
        assert_eq!(response_type.as_str().parse::<ResponseType>(), Ok(response_type));
    }
    for kept in [
        text.parse::<State>().ok().map(|state| state.as_str().to_owned()),
        text.parse::<Nonce>().ok().map(|nonce| nonce.as_str().to_owned()),
    ] {
        assert!(kept.is_none_or(|kept| kept == text), "byte for byte");
    }
    if let (Ok(challenge), Ok(verifier)) = (text.parse::<CodeChallenge>(), text.parse::<CodeVerifier>()) {
        assert!(
            !challenge.matches(&verifier),
            "nobody knows a text that is its own digest"
        );
    }
});
