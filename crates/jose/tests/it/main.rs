//! The library from outside: vectors of the RFCs, keys written by OpenSSL, and every way in which a token can be wrong.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod certificates;
mod claims;
mod client_certificates;
mod compact_form;
mod encryption;
mod encryption_keys;
mod forgery;
mod jwe_vectors;
mod jwk_sets;
mod private_keys;
mod public_keys;
mod rfc_vectors;
mod signing;
mod spki_lines;
mod support;
mod token_types;
mod unsigned;
