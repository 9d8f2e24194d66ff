//! Who someone is.

mod passwords;
