//! What a stored hash may cost to check (SEC-084), and how long its parts may be.

use crate::refusal::Refusal;

/// Memory of an argon2 hash, in KiB.
pub(crate) const ARGON2_MEMORY_KIB: u32 = 128 * 1024;
/// Passes of an argon2 hash.
pub(crate) const ARGON2_PASSES: u32 = 10;
/// Lanes of an argon2 hash: PHC's own limit, since lanes divide the work and don't add to it.
pub(crate) const ARGON2_LANES: u32 = 255;
/// The logarithm of bcrypt's rounds.
pub(crate) const BCRYPT_COST: u32 = 14;
/// Iterations of PBKDF2: above what Django 6.1 (1,500,000) and Keycloak (1,300,000) make.
pub(crate) const PBKDF2_ITERATIONS: u32 = 2_000_000;
/// Memory of a scrypt hash, 128·N·r, in bytes.
pub(crate) const SCRYPT_MEMORY: u64 = 128 * 1024 * 1024;
/// Work of a scrypt hash, N·r·p: four times what OWASP's cheat sheet asks for.
pub(crate) const SCRYPT_WORK: u64 = 1 << 22;

/// The longest text that is looked at. The longest real one, a Keycloak credential, has some 400 bytes.
pub(crate) const TEXT_BYTES: usize = 4096;
/// The longest salt, in bytes.
pub(crate) const SALT_BYTES: usize = 128;
/// The shortest hash: below, it could be hit by chance.
pub(crate) const HASH_FLOOR: usize = 16;
/// The longest hash: more output only means more work.
pub(crate) const HASH_BYTES: usize = 64;

/// Refuses a cost above its ceiling.
pub(crate) fn check(
    form: &'static str,
    cost: &'static str,
    found: impl Into<u64>,
    ceiling: impl Into<u64>,
) -> Result<(), Refusal> {
    let (found, ceiling) = (found.into(), ceiling.into());
    if found > ceiling {
        Err(Refusal::TooCostly {
            form,
            cost,
            found,
            ceiling,
        })
    } else {
        Ok(())
    }
}

/// Refuses a salt or a hash whose length is out of bounds.
pub(crate) fn check_lengths(
    form: &'static str,
    salt: &[u8],
    salt_floor: usize,
    hash: &[u8],
) -> Result<(), Refusal> {
    for (part, found, floor, ceiling) in [
        ("salt", salt.len(), salt_floor, SALT_BYTES),
        ("hash", hash.len(), HASH_FLOOR, HASH_BYTES),
    ] {
        if found < floor {
            return Err(Refusal::TooShort {
                form,
                part,
                found,
                floor,
            });
        }
        if found > ceiling {
            return Err(Refusal::malformed(form, part));
        }
    }
    Ok(())
}
