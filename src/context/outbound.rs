use std::sync::OnceLock;

use crate::config;

/// The one way out to places that others have named. It is made when it is first needed: reading the machine's certificate
/// authorities takes a while, and most commands call nobody.
#[derive(Debug)]
pub struct Outbound {
    settings: config::Outbound,
    client: OnceLock<outbound::Client>,
}

/// Why nobody can be called: the operator's to mend.
#[derive(Clone, Debug, thiserror::Error)]
pub enum OutboundError {
    /// The file of certificate authorities can't be read.
    #[error("outbound.extra_ca: {0}")]
    ExtraCa(String),
    /// The client can't be made of the settings.
    #[error("outbound: {0}")]
    Setup(String),
}

impl Outbound {
    pub(super) fn new(settings: &config::Outbound) -> Self {
        Self {
            settings: settings.clone(),
            client: OnceLock::new(),
        }
    }

    /// The client. Clones of it share connections, limits and what is known of failures.
    pub fn client(&self) -> Result<&outbound::Client, OutboundError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = self.make()?;
        Ok(self.client.get_or_init(|| client))
    }

    /// A client that looks at places of our own, wherever they are, and keeps nothing of what it sees.
    pub fn looking_at(&self, own: Vec<outbound::Exemption>) -> Result<outbound::Client, OutboundError> {
        self.reading(own, outbound::Options::default().max_body)
    }

    /// The same, for documents of up to so many bytes.
    pub fn reading(
        &self,
        own: Vec<outbound::Exemption>,
        max_body: usize,
    ) -> Result<outbound::Client, OutboundError> {
        let mut options = self.options()?;
        options.allow_hosts.extend(own);
        options.no_store = true;
        options.max_body = max_body;
        outbound::Client::new(options).map_err(|error| OutboundError::Setup(error.to_string()))
    }

    fn make(&self) -> Result<outbound::Client, OutboundError> {
        outbound::Client::new(self.options()?).map_err(|error| OutboundError::Setup(error.to_string()))
    }

    fn options(&self) -> Result<outbound::Options, OutboundError> {
        let extra_ca = self.settings.extra_ca.as_ref();
        let extra_ca = extra_ca
            .map(|path| {
                std::fs::read(path)
                    .map_err(|error| OutboundError::ExtraCa(format!("{}: {error}", path.display())))
            })
            .transpose()?;
        let allow_hosts = self.settings.allow_hosts.iter();
        Ok(outbound::Options {
            extra_ca,
            allow_hosts: allow_hosts
                .map(|allowed| outbound::Exemption {
                    host: allowed.host.clone(),
                    port: allowed.port,
                })
                .collect(),
            timeout: self.settings.timeout.get(),
            user_agent: Some(concat!("signet/", env!("CARGO_PKG_VERSION")).to_owned()),
            ..outbound::Options::default()
        })
    }
}
