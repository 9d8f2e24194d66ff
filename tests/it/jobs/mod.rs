//! Background work.

mod cleanup;
mod retention;
