use std::fmt;

use totp_rs::Builder;
use zeroize::Zeroizing;

use crate::base::Timestamp;

/// What an authenticator makes codes of: six digits, a new one every 30 seconds (RFC 6238, with SHA-1, which all of them
/// know).
pub struct Totp(totp_rs::Totp);

impl fmt::Debug for Totp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Totp")
    }
}

impl Totp {
    /// Bytes of a seed: 160 bits (RFC 4226 §4).
    pub const SEED: usize = 20;

    /// From a seed. `issuer` and `name` are what the authenticator shows of it.
    pub fn new(seed: &[u8], issuer: &str, name: &str) -> Option<Self> {
        // The authenticator's text has a colon between the two.
        let plain = |text: &str| text.replace(':', " ");
        let built = Builder::new()
            .with_secret(seed.to_vec())
            .with_account_name(plain(name))
            .with_issuer(Some(plain(issuer)));
        (seed.len() == Self::SEED)
            .then(|| built.build().ok())
            .flatten()
            .map(Self)
    }

    /// The step whose code that is: this one, the one before or the one after. None where it is no code of them.
    pub fn check(&self, code: &str, now: Timestamp) -> Option<i64> {
        let seconds = u64::try_from(now.seconds()).ok()?;
        let six = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        let step = six.then(|| self.0.check(code, seconds)).flatten()?;
        i64::try_from(step).ok()
    }

    /// What an authenticator reads from a picture: an `otpauth:` URI. It holds the seed.
    pub fn uri(&self) -> Option<Zeroizing<String>> {
        self.0.to_url().ok().map(Zeroizing::new)
    }

    /// The seed for people who type it: base32 in groups of four.
    pub fn secret(&self) -> Zeroizing<String> {
        let whole = Zeroizing::new(self.0.secret().to_base32());
        let letters: Vec<char> = whole.chars().collect();
        let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
        Zeroizing::new(groups.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_096_codes_are_those_of_rfc_6238_within_one_step() {
        // Appendix B, whose eight digits end in these six.
        let totp = Totp::new(b"12345678901234567890", "Signet", "ana").unwrap();
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            for (off, found) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
                let step = totp.check(code, Timestamp::from_seconds(seconds + off));
                assert_eq!(step, found.then_some(seconds / 30), "{code} at {off}");
            }
        }
        for other in ["", "28708", "2870820", "28708a", "287 082", "٢٨٧٠٨٢"] {
            assert_eq!(totp.check(other, Timestamp::from_seconds(59)), None, "{other}");
        }
        assert!(Totp::new(b"short", "Signet", "ana").is_none());
    }

    #[test]
    fn what_an_authenticator_reads_names_the_issuer_and_the_user() {
        let totp = Totp::new(b"12345678901234567890", "A:B & Co", "ana@brand.example").unwrap();
        let uri = totp.uri().unwrap();
        assert!(uri.starts_with("otpauth://totp/"), "{}", *uri);
        assert!(
            uri.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
            "{}",
            *uri
        );
        assert!(
            !uri.contains("A:B") && uri.contains("issuer=A%20B%20%26%20Co"),
            "{}",
            *uri
        );
        assert!(totp.secret().starts_with("GEZD GNBV "));
    }
}
