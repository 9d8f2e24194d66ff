#![doc = include_str!("../README.md")]

mod algorithm;
mod base64url;
mod hash;
mod jwk;
mod jwk_set;
mod key_error;
mod key_set;
mod pem;
mod private_jwk;
mod private_key;
mod public_key;
mod rsa_bits;
mod rsa_key;
mod signature;
mod signer;
mod spki;
mod strict_json;
mod thumbprint;
mod typ;
pub mod verify;

pub use algorithm::{Algorithm, KeyType, UnknownAlgorithm};
pub use hash::half_hash;
pub use jwk::{Jwk, JwkError, JwkParameters};
pub use jwk_set::{JwkSet, JwkSetError};
pub use key_error::KeyError;
pub use key_set::KeySet;
pub use private_key::PrivateKey;
pub use public_key::PublicKey;
pub use rsa_bits::{RsaBits, UnknownRsaBits};
pub use signature::{SignError, Signature};
pub use signer::Signer;
pub use spki::SpkiError;
pub use strict_json::{JsonError, parse_object};
pub use typ::Typ;
pub use verify::{Policy, Verified, VerifyError, verify};
