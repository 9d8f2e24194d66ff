use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::names::{ASSERTION, HTTP_POST, PROTOCOL};
use crate::time;

/// What asks an identity provider who is there (SAML Core §3.4.1).
#[derive(Clone, Copy, Debug)]
pub struct AuthnRequest<'a> {
    /// Its id: an XML name that nobody can guess. The answer names it.
    pub id: &'a str,
    /// When, in seconds since 1970.
    pub issued_at: i64,
    /// Our entityID.
    pub issuer: &'a str,
    /// Where the identity provider takes it by the HTTP-Redirect binding.
    pub destination: &'a str,
    /// Where it is to post its answer.
    pub assertion_consumer_service: &'a str,
}

impl AuthnRequest<'_> {
    /// The URL that carries it and `relay_state` there (SAML Bindings §3.4). Its parameters come after those that the
    /// destination has.
    pub fn url(&self, relay_state: &str) -> String {
        let parameters = form_urlencoded::Serializer::new(String::new())
            .append_pair("SAMLRequest", &STANDARD.encode(stored(self.xml().as_bytes())))
            .append_pair("RelayState", relay_state)
            .finish();
        let before = if self.destination.contains('?') { '&' } else { '?' };
        format!("{}{before}{parameters}", self.destination)
    }

    fn xml(&self) -> String {
        let Self { id, issued_at, .. } = self;
        let (issuer, destination) = (escaped(self.issuer), escaped(self.destination));
        let acs = escaped(self.assertion_consumer_service);
        let (id, at) = (escaped(id), time::text(*issued_at));
        format!(
            "<samlp:AuthnRequest xmlns:samlp=\"{PROTOCOL}\" xmlns:saml=\"{ASSERTION}\" ID=\"{id}\" Version=\"2.0\" \
             IssueInstant=\"{at}\" Destination=\"{destination}\" ProtocolBinding=\"{HTTP_POST}\" \
             AssertionConsumerServiceURL=\"{acs}\"><saml:Issuer>{issuer}</saml:Issuer></samlp:AuthnRequest>"
        )
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// DEFLATE (RFC 1951 §3.2.4) without making it smaller: a request is small, and so there is nothing to get wrong.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let blocks: Vec<&[u8]> = bytes.chunks(usize::from(u16::MAX)).collect();
    let mut out = Vec::with_capacity(bytes.len() + 5 * blocks.len());
    for (at, block) in blocks.iter().enumerate() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(at + 1 == blocks.len()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_says_who_asks_whom_and_where_to_answer() {
        let request = AuthnRequest {
            id: "_r1",
            issued_at: 0,
            issuer: "SAML-1-corp",
            destination: "https://idp.test/sso?tenant=\"1\"&x=<y>",
            assertion_consumer_service: "https://sp.test/acs?connection=SAML-1-corp",
        };
        let url = request.url("s&t");
        let (_, parameters) = url.split_once("SAMLRequest=").unwrap();
        assert!(url.starts_with("https://idp.test/sso?tenant=\"1\"&x=<y>&SAMLRequest="));
        assert!(url.ends_with("&RelayState=s%26t"));
        let encoded = form_urlencoded::parse(format!("a={parameters}").as_bytes())
            .next()
            .unwrap()
            .1
            .into_owned();
        let deflated = STANDARD.decode(encoded).unwrap();
        assert_eq!(deflated[0], 1);
        let xml = String::from_utf8(deflated[5..].to_vec()).unwrap();
        assert_eq!(
            usize::from(u16::from_le_bytes([deflated[1], deflated[2]])),
            xml.len()
        );
        let document = crate::document::Xml::parse(&xml).unwrap();
        let top = document.top().unwrap();
        assert!(document.is(top, PROTOCOL, "AuthnRequest"));
        assert_eq!(
            document.attribute(top, "IssueInstant"),
            Some("1970-01-01T00:00:00Z")
        );
        assert_eq!(document.attribute(top, "Destination"), Some(request.destination));
        assert_eq!(
            document.attribute(top, "AssertionConsumerServiceURL"),
            Some(request.assertion_consumer_service)
        );
        let issuer = document.only(top, ASSERTION, "Issuer").unwrap();
        assert_eq!(document.text(issuer).as_deref(), Some("SAML-1-corp"));
    }
}
