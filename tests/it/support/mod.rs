//! What tests of all rooms share.

pub(crate) mod db;
pub(crate) mod seed;
