//! Puts the rooms together: router, listeners, what every request goes through, health, figures, log, and the stop.

mod acceptor;
mod alone;
mod assemble;
mod connections;
mod frames;
mod guarded;
mod health;
mod layers;
mod listeners;
pub mod log;
mod malformed;
mod metrics;
mod mutual;
pub mod openapi;
mod process;
mod router;
mod signals;
mod tls;
mod upkeep;
mod wire;

pub use alone::{Alone, NotAlone};
pub use assemble::{assemble, assemble_apart, assemble_with};
pub use health::Readiness;
pub use layers::{KnownHosts, layers};
pub use listeners::{Apart, Running, ServeError, serve};
pub use metrics::Figures;
pub use process::forbid_core_dumps;
pub use router::{admin_router, router};
pub use signals::stop_at_signal;
pub use tls::CertificateError;
pub use upkeep::keep_up;
