//! Password hashes: argon2id, and the imported forms of other products.
