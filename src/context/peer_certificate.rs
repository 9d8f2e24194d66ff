use jose::ClientCertificate;

/// The certificate of a connection, whose key the peer has proved to hold (RFC 8705).
#[derive(Clone, Debug)]
pub struct PeerCertificate {
    /// What it says.
    pub certificate: ClientCertificate,
    /// Whether an authority that the operator trusts stands for it (`server.mtls.client_ca`).
    pub is_trusted: bool,
}
