//! The provider as a relying party's library sees it: `openidconnect`, which neither signs nor verifies anything for us.
//! Programs of other languages do the same over the network, in tests/clients.

mod flows;
mod forgeries;
mod party;
