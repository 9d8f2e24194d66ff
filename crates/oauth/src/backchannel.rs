//! What a backchannel authentication request says (CIBA §7.1).

/// `binding_message`: shown on both screens, so that whoever approves knows that it is the same thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BindingMessage(String);

/// A message that can't be shown so that two people would compare it (CIBA §13, `invalid_binding_message`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the binding message is empty, longer than 100 characters, or holds control characters")]
pub struct InvalidBindingMessage;

impl BindingMessage {
    /// The longest message, in characters: it must fit a small screen.
    pub const LONGEST: usize = 100;

    /// Checks a message.
    pub fn parse(text: &str) -> Result<Self, InvalidBindingMessage> {
        let turns = |character: char| matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let hides = |character: char| matches!(character, '\u{200b}' | '\u{2060}' | '\u{feff}');
        let length = text.chars().count();
        let shows =
            !text.trim().is_empty() && !text.chars().any(|it| it.is_control() || turns(it) || hides(it));
        if shows && length <= Self::LONGEST {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidBindingMessage)
        }
    }

    /// The message.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `requested_expiry` in seconds: "a positive integer". Clients write it as a text, and in signed requests also as a
/// number; the caller gives its text either way.
pub fn requested_expiry(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|seconds| digits && *seconds > 0)
}

/// Whether a text can be a `client_notification_token`: a bearer token of at most 1,024 characters (CIBA §7.1).
pub fn is_notification_token(text: &str) -> bool {
    text.len() <= 1024 && crate::bearer::BearerToken::from_value(text).is_ok()
}
