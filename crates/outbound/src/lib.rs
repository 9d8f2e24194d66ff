//! The one HTTP client for calls that a server makes to places that somebody else has named.
//!
//! Whoever can make a server fetch an address can make it reach what only the server can reach: its own loopback, the
//! network behind the firewall, the cloud's metadata. So every call goes through one [`Client`], which
//!
//! - speaks https only, to ports 443 and 8443 only, follows no redirect and no proxy of the environment;
//! - resolves the name itself and dials nothing but the address that it has checked, so that a second answer of the DNS
//!   cannot be another one ([`is_public`] is the table);
//! - ends after five seconds in all, reads at most 256 KiB, of the media type that was asked for;
//! - makes at most four calls at a time to one destination, makes equal GETs once, and remembers a failure for 30 s;
//! - says what went wrong without saying what it saw of the network: that is in [`Error`]'s `Debug` only.
//!
//! Hosts of one's own can be exempt from the guard against private addresses ([`Exemption`]): they may be reached by http,
//! on any address, at any port or the one named. Every other rule holds for them too.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use outbound::{Client, Exemption, Options};
//!
//! let client = Client::new(Options {
//!     allow_hosts: vec![Exemption { host: "idp.internal".to_owned(), port: Some(8443) }],
//!     ..Options::default()
//! })?;
//! # Ok(()) }
//! ```

mod address;
mod answer;
mod basic;
mod client;
mod destinations;
mod error;
mod flights;
mod guard;
mod options;
mod record;
mod resolver;
mod tls;

pub use address::is_public;
pub use answer::{Accept, Answer};
pub use basic::Basic;
pub use client::Client;
pub use error::{Detail, Error, SetupError};
pub use options::{Exemption, Options};
pub use record::{Record, Records};
pub use tls::tls_config;
