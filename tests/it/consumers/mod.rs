//! Consumers as administrators make and change them.

mod changes;
mod export;
mod import;
mod shapes;
