//! The pages from outside: what they show, what they never do, and in which words.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

mod assets;
mod colour;
mod contract;
mod demo;
mod hostile;
mod html;
mod links;
mod locale;
mod samples;
mod sentences;
