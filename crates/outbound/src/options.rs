use std::time::Duration;

/// How a [`Client`](crate::Client) calls. The defaults are those of SEC-145 and SEC-146.
#[derive(Clone, Debug)]
pub struct Options {
    /// Certificate authorities that are trusted beside the machine's own: the text of a PEM file.
    pub extra_ca: Option<Vec<u8>>,
    /// Hosts that the guard against private addresses lets pass.
    pub allow_hosts: Vec<Exemption>,
    /// How long a call may take in all, from the wait for a free slot to the last byte of the body.
    pub timeout: Duration,
    /// How many bytes of a body are read; one more is an error.
    pub max_body: usize,
    /// How many calls run at a time to one host and port; the others wait, within their own time.
    pub max_concurrent: usize,
    /// How long a failed GET is answered from memory.
    pub remember_failure: Duration,
    /// The `User-Agent` header of every call.
    pub user_agent: Option<String>,
    /// Tells whoever answers that nothing of it will be kept (`Cache-Control: no-store`, RFC 9111 §5.2.1.5).
    pub no_store: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            extra_ca: None,
            allow_hosts: Vec::new(),
            timeout: Duration::from_secs(5),
            max_body: 256 * 1024,
            max_concurrent: 4,
            remember_failure: Duration::from_secs(30),
            user_agent: None,
            no_store: false,
        }
    }
}

/// A host that may have a private address, speak plain http, and listen on a port of its choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemption {
    /// As a URL writes it: a name in lower case, or an address, IPv6 in brackets.
    pub host: String,
    /// The one port that is exempt, or any.
    pub port: Option<u16>,
}
