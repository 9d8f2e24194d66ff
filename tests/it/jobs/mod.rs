//! Background work.

mod cleanup;
mod erasure;
mod retention;
