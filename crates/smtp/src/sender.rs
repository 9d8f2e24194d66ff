use std::fmt;
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use zeroize::Zeroizing;

use crate::{Address, Message};

/// How what crosses the network is kept from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte on (RFC 8314 §3.3).
    Tls,
    /// TLS after STARTTLS (RFC 3207); a server that offers none gets nothing.
    StartTls,
    /// Not at all: for a server on this machine.
    Plain,
}

/// A mail server, and how it is spoken to.
#[derive(Clone)]
pub struct Server {
    /// Its name, or its address: what its certificate is for.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// What guards the way.
    pub security: Security,
    /// Name and password, where it asks for them.
    pub credentials: Option<(String, Zeroizing<String>)>,
    /// Certificate authorities that are trusted beside the machine's, as PEM.
    pub extra_ca: Option<Vec<u8>>,
    /// How this side calls itself (RFC 5321 §4.1.1.1).
    pub hello: String,
    /// How long one step may take.
    pub step: Duration,
    /// How long all of them may take.
    pub whole: Duration,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({}:{}, {:?})", self.host, self.port, self.security)
    }
}

/// Hands mails over to one server, each on a connection of its own.
#[derive(Clone)]
pub struct Sender {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    whole: Duration,
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender")
    }
}

/// Why no mail can be sent with these settings.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SetupError {
    /// The certificate authorities can't be read.
    #[error("no certificate in the file of certificate authorities")]
    ExtraCa,
    /// TLS can't be set up.
    #[error("TLS can't be set up: {0}")]
    Tls(String),
}

/// Why a mail was not taken: by the reply's code, where the server replied.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The server will never take a mail for this address (RFC 5321 §4.2.3). What it says of that would name the address.
    #[error("the mail server refuses it with {0}")]
    Refused(u16),
    /// It may take it later.
    #[error("the mail server doesn't take it now: {0}")]
    Later(u16),
    /// It can't be reached, or not safely, or it stopped talking.
    #[error("the mail server can't be reached: {0}")]
    Unreachable(String),
}

impl Error {
    /// Whether it is the server that is out of order, rather than this mail.
    pub const fn is_of_the_server(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }
}

impl Sender {
    /// A way to that server. Nothing is sent yet.
    pub fn new(server: &Server) -> Result<Self, SetupError> {
        let tls = match server.security {
            Security::Plain => Tls::None,
            Security::Tls => Tls::Wrapper(parameters(server)?),
            Security::StartTls => Tls::Required(parameters(server)?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
            .port(server.port)
            .tls(tls)
            .hello_name(ClientId::Domain(server.hello.clone()))
            .timeout(Some(server.step));
        if let Some((name, password)) = &server.credentials {
            builder = builder
                .credentials(Credentials::new(name.clone(), password.to_string()))
                .authentication(vec![Mechanism::Plain, Mechanism::Login]);
        }
        Ok(Self {
            transport: builder.build(),
            whole: server.whole,
        })
    }

    /// Hands one mail over. `Ok` means that the server answers for it from now on (RFC 5321 §4.2.5).
    pub async fn send(&self, from: &Address, to: &Address, message: &Message) -> Result<(), Error> {
        let envelope = Envelope::new(Some(from.to_lettre()), vec![to.to_lettre()])
            .map_err(|error| Error::Unreachable(error.to_string()))?;
        let sending = self.transport.send_raw(&envelope, message.as_str().as_bytes());
        match tokio::time::timeout(self.whole, sending).await {
            Err(_) => Err(Error::Unreachable("it took too long".to_owned())),
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(told(&error)),
        }
    }

    /// Whether the server can be reached. Nothing is sent.
    pub async fn is_there(&self) -> bool {
        let looked = tokio::time::timeout(self.whole, self.transport.test_connection()).await;
        matches!(looked, Ok(Ok(true)))
    }
}

fn parameters(server: &Server) -> Result<TlsParameters, SetupError> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(pem) = &server.extra_ca {
        let extra = Certificate::from_pem(pem).map_err(|_| SetupError::ExtraCa)?;
        builder = builder.add_root_certificate(extra);
    }
    builder
        .build()
        .map_err(|error| SetupError::Tls(error.to_string()))
}

/// Replies that are about the address or what was sent to it: others speak of the server's own state, or of who asks.
const OF_THE_ADDRESS: [u16; 5] = [550, 551, 552, 553, 556];
/// Replies that are about who asks (RFC 4954 §6).
const OF_WHO_ASKS: [u16; 4] = [530, 534, 535, 538];

fn told(error: &lettre::transport::smtp::Error) -> Error {
    match error.status().map(u16::from) {
        Some(code) if OF_THE_ADDRESS.contains(&code) => Error::Refused(code),
        Some(code) if OF_WHO_ASKS.contains(&code) => {
            Error::Unreachable(format!("name and password are refused with {code}"))
        }
        Some(code) => Error::Later(code),
        None => {
            let mut said = error.to_string();
            let mut cause = std::error::Error::source(error);
            while let Some(further) = cause {
                let further_said = further.to_string();
                if !said.contains(&further_said) {
                    said = format!("{said}: {further_said}");
                }
                cause = further.source();
            }
            Error::Unreachable(said)
        }
    }
}
