//! The one HTTP client for calls that a server makes.
