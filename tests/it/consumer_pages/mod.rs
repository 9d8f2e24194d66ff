//! The consumer's pages, from outside.
