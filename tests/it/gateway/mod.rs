//! What the platform's side of the gateway makes of a brand's tokens and codes.

mod brand;
mod domain;
mod redeem;
mod verify;
