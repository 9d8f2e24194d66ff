//! Mails and the way to a mail server: the one place where mail is put into its form (RFC 5322) and handed over
//! (RFC 5321).
//!
//! An [`Address`] holds one address and nothing else, and a [`Message`] is made of parts that can't end a header: what
//! came from elsewhere adds no line to it, whatever is in it. A [`Sender`] speaks TLS and checks certificates, always; in
//! plain to this machine alone. Its [`Error`] says what the server answered, never what it was told.

mod address;
mod message;
mod sender;

pub use address::{Address, InvalidAddress};
pub use message::{Message, Parts, Unfit};
pub use sender::{Error, Security, Sender, Server, SetupError};
