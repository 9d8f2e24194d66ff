//! What a window says on its socket, and what it is answered (section 5.4 of the platform contract).

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::base::Timestamp;

/// The type of the header that holds a token.
const AUTHENTICATION: &str = ".ams.headers.ConsumerAuthentication";
/// The longest id that is sent back.
const LONGEST_ID: usize = 128;

/// A request: `{"kind":"req","id","type"}`.
#[derive(Debug)]
pub(super) struct Request {
    /// What its answer is known by: a string, or a number.
    id: Value,
    /// What is wanted.
    pub(super) wanted: Wanted,
}

/// What a request wants.
#[derive(Debug)]
pub(super) enum Wanted {
    /// To be let in, by a token where the handshake had none.
    Connection(Option<SecretString>),
    /// The time, which keeps the socket open too.
    Clock,
    /// Anything else.
    Other,
}

#[derive(Deserialize)]
struct Frame {
    kind: String,
    id: Value,
    #[serde(rename = "type")]
    wanted: String,
    #[serde(default)]
    headers: Vec<Header>,
}

/// Peers may send others, with whatever in them.
#[derive(Deserialize)]
struct Header {
    #[serde(rename = "type")]
    name: String,
    jwt: Option<SecretString>,
}

impl Request {
    /// Reads one; `None` where it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let frame: Frame = serde_json::from_str(text).ok()?;
        let named = match &frame.id {
            Value::String(id) => id.len() <= LONGEST_ID,
            Value::Number(_) => true,
            _ => false,
        };
        if frame.kind != "req" || !named {
            return None;
        }
        let wanted = match frame.wanted.as_str() {
            "InitConnection" => {
                let mut tokens = frame.headers.into_iter().filter(|it| it.name == AUTHENTICATION);
                let token = tokens.next().and_then(|header| header.jwt);
                // Of two nobody knows which one counts.
                if tokens.next().is_some() {
                    return None;
                }
                Wanted::Connection(token)
            }
            "GetClock" => Wanted::Clock,
            _ => Wanted::Other,
        };
        Some(Self { id: frame.id, wanted })
    }

    /// The answer to whoever is let in.
    pub(super) fn answer(&self, now: Timestamp) -> String {
        let (code, body) = match self.wanted {
            Wanted::Connection(_) => (200, json!({})),
            Wanted::Clock => (200, json!({"currentTime": now.millis()})),
            Wanted::Other => (
                501,
                json!({"details": "There is no messaging service behind this socket."}),
            ),
        };
        json!({"kind": "resp", "reqId": self.id, "code": code, "body": body}).to_string()
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn token(text: &str) -> Option<String> {
        match Request::parse(text)?.wanted {
            Wanted::Connection(token) => token.map(|token| token.expose_secret().to_owned()),
            Wanted::Clock | Wanted::Other => None,
        }
    }

    #[test]
    fn a_token_stands_in_a_header_of_its_own_among_others() {
        let text = r#"{"kind":"req","id":"0","type":"InitConnection","headers":[
            {"type":".ams.headers.ClientProperties","deviceFamily":"DESKTOP","os":"WINDOWS"},
            {"type":".ams.headers.ConsumerAuthentication","jwt":"a.b.c"}]}"#;
        assert_eq!(token(text).as_deref(), Some("a.b.c"));
        assert_eq!(
            token(&text.replace("ClientProperties", "ConsumerAuthentication")),
            None
        );
        assert_eq!(token(&text.replace("ConsumerAuthentication", "Another")), None);
        assert!(!format!("{:?}", Request::parse(text)).contains("a.b.c"));
    }

    #[test]
    fn what_is_no_request_is_none() {
        for text in [
            "",
            "[]",
            "{}",
            r#"{"kind":"resp","id":"0","type":"GetClock"}"#,
            r#"{"kind":"req","type":"GetClock"}"#,
            r#"{"kind":"req","id":null,"type":"GetClock"}"#,
            r#"{"kind":"req","id":{},"type":"GetClock"}"#,
            r#"{"kind":"req","id":"0"}"#,
            r#"{"kind":"req","kind":"req","id":"0","type":"GetClock"}"#,
            &format!(r#"{{"kind":"req","id":"{}","type":"GetClock"}}"#, "x".repeat(129)),
        ] {
            assert!(Request::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn an_answer_has_the_requests_id_as_it_was() {
        let answer = |text| -> Value {
            let now = Timestamp::from_millis(1_234);
            serde_json::from_str(&Request::parse(text).unwrap().answer(now)).unwrap()
        };
        assert_eq!(
            answer(r#"{"kind":"req","id":"1","type":"GetClock","more":[]}"#),
            json!({"kind": "resp", "reqId": "1", "code": 200, "body": {"currentTime": 1234}})
        );
        let other = answer(r#"{"kind":"req","id":1,"type":"cm.ConsumerRequestConversation"}"#);
        assert_eq!((&other["reqId"], &other["code"]), (&json!(1), &json!(501)));
    }
}
