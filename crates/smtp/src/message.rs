use std::time::SystemTime;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use crate::Address;

/// What a mail is made of. All of it may come from elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// Who it is from, as people read it.
    pub name: &'a str,
    /// Who it is from.
    pub from: &'a Address,
    /// Whom it is for.
    pub to: &'a Address,
    /// What it is about.
    pub subject: &'a str,
    /// The mail as text.
    pub text: &'a str,
    /// The same as HTML.
    pub html: &'a str,
    /// When it was written.
    pub date: SystemTime,
    /// An id that no other mail has: letters, digits and hyphens.
    pub id: &'a str,
}

/// A mail in its form (RFC 5322): ASCII, lines that end in CR LF.
#[derive(Clone, PartialEq, Eq)]
pub struct Message(String);

/// Parts that no mail can be made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no mail can be made of this")]
pub struct Unfit;

impl Message {
    /// Puts a mail into its form: plain text, and HTML for who prefers it (RFC 2046 §5.1.4). Nobody answers it, and no
    /// program is to (RFC 3834 §5).
    pub fn new(parts: &Parts<'_>) -> Result<Self, Unfit> {
        let Parts { from, to, id, .. } = parts;
        if id.is_empty()
            || !id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            return Err(Unfit);
        }
        let name = Some(one_line(parts.name)).filter(|name| !name.is_empty());
        let content = MultiPart::alternative()
            .boundary(format!("{id}-part"))
            .singlepart(part(ContentType::TEXT_PLAIN, parts.text))
            .singlepart(part(ContentType::TEXT_HTML, parts.html));
        let message = lettre::Message::builder()
            .from(Mailbox::new(name, from.to_lettre()))
            .to(Mailbox::new(None, to.to_lettre()))
            .subject(one_line(parts.subject))
            .date(parts.date)
            .message_id(Some(format!("<{id}@{}>", from.domain())))
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .multipart(content)
            .map_err(|_| Unfit)?;
        String::from_utf8(message.formatted())
            .map(Self)
            .map_err(|_| Unfit)
    }

    /// The mail, as it was stored.
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The mail.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What it says stays out of logs: it may hold a link that lets in.
impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Message({} bytes)", self.0.len())
    }
}

fn part(kind: ContentType, text: &str) -> SinglePart {
    SinglePart::builder().header(kind).body(text.to_owned())
}

/// A header's text: one line, without what turns the direction of its letters or can't be seen.
fn one_line(text: &str) -> String {
    let seen = text
        .chars()
        .map(|letter| if letter.is_whitespace() { ' ' } else { letter });
    let seen: String = seen
        .filter(|letter| {
            !letter.is_control()
                && !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        })
        .collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(name: &str, subject: &str) -> String {
        let from: Address = "post@brand.example".parse().unwrap_or_else(|_| unreachable!());
        let to: Address = "ana@home.example".parse().unwrap_or_else(|_| unreachable!());
        let made = Message::new(&Parts {
            name,
            from: &from,
            to: &to,
            subject,
            text: "Guten Tag, grüß dich\n.\nFrom here on\n",
            html: "<p>Guten Tag</p>",
            date: SystemTime::UNIX_EPOCH,
            id: "01-a",
        });
        made.map(|made| made.as_str().to_owned()).unwrap_or_default()
    }

    fn headers(message: &str) -> Vec<&str> {
        let head = message.split_once("\r\n\r\n").map_or("", |(head, _)| head);
        head.split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .filter_map(|line| line.split_once(':'))
            .map(|(name, _)| name)
            .collect()
    }

    #[test]
    fn a_mail_has_the_headers_that_it_needs_and_both_forms() {
        let message = message("Brand", "Your password");
        let mut names = headers(&message);
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "Auto-Submitted",
                "Content-Type",
                "Date",
                "From",
                "MIME-Version",
                "Message-ID",
                "Subject",
                "To"
            ],
            "{message}"
        );
        for expected in [
            "From: Brand <post@brand.example>\r\n",
            "To: ana@home.example\r\n",
            "Subject: Your password\r\n",
            "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n",
            "Message-ID: <01-a@brand.example>\r\n",
            "multipart/alternative",
            "text/plain; charset=utf-8",
            "text/html; charset=utf-8",
        ] {
            assert!(message.contains(expected), "{expected} {message}");
        }
        assert!(message.is_ascii(), "{message}");
    }

    #[test]
    fn sec_080_no_name_or_subject_adds_a_header() {
        for hostile in [
            "Brand\r\nBcc: eve@evil.example",
            "Brand\nBcc: eve@evil.example",
            "Brand\rBcc: eve@evil.example",
            "Brand\u{2028}Bcc: eve@evil.example",
            "Brand\u{85}Bcc: eve@evil.example",
            "Brand\0Bcc: eve@evil.example",
            "\r\n\r\nBrand",
            "Brand\" <eve@evil.example>, \"x",
            &"ü\r\nBcc: eve@evil.example ".repeat(40),
        ] {
            for message in [message(hostile, "Hello"), message("Brand", hostile)] {
                assert!(!message.is_empty(), "{hostile:?}");
                assert_eq!(headers(&message).len(), 8, "{hostile:?} {message}");
                assert!(!message.contains("\nBcc"), "{hostile:?} {message}");
                let froms = headers(&message).into_iter().filter(|name| *name == "From");
                assert_eq!(froms.count(), 1, "{message}");
            }
        }
        let quoted = message("Brand\" <eve@evil.example>, \"x", "Hello");
        assert!(quoted.contains("<post@brand.example>"), "{quoted}");
    }

    #[test]
    fn a_subject_holds_nothing_that_turns_its_letters() {
        assert_eq!(one_line("a\u{202e}b\u{2066}c\u{200f} \r\n d"), "abc d");
    }

    #[test]
    fn an_id_is_letters_digits_and_hyphens() {
        let address: Address = "post@brand.example".parse().unwrap_or_else(|_| unreachable!());
        for id in ["", "a b", "a\r\nb", "a>b"] {
            let parts = Parts {
                name: "",
                from: &address,
                to: &address,
                subject: "",
                text: "",
                html: "",
                date: SystemTime::UNIX_EPOCH,
                id,
            };
            assert_eq!(Message::new(&parts), Err(Unfit), "{id:?}");
        }
    }
}
