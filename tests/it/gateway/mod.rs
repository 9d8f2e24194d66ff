//! What the platform's side of the gateway makes of a brand's tokens and codes.

mod authorisation;
mod brand;
mod domain;
mod login;
mod people;
mod redeem;
mod verify;
