//! The gateway: how the messaging platform learns who a consumer is.
//!
//! It knows a brand's identity provider by its connector alone and checks its tokens as a stranger would: over HTTP, by
//! the published key. Nothing of the provider's rooms, rings and caches is used here, even where both run in one process.

pub mod consumer_identity;
