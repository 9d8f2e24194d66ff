use std::fmt;
use std::str::FromStr;

/// Where one mail goes, or comes from: one mailbox, its domain as the DNS has it.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(lettre::Address);

/// What is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an e-mail address such as name@brand.example")]
pub struct InvalidAddress;

/// The longest that a path holds (RFC 5321 §4.5.3.1.3).
const LONGEST: usize = 254;

impl FromStr for Address {
    type Err = InvalidAddress;

    /// Takes an address without a name, a comment or a control character. A domain in other letters is put into those of
    /// the DNS (RFC 5891).
    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        let (user, domain) = text.rsplit_once('@').ok_or(InvalidAddress)?;
        if text
            .chars()
            .any(|letter| letter.is_control() || letter.is_whitespace())
        {
            return Err(InvalidAddress);
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| InvalidAddress)?;
        if user.len() + 1 + domain.len() > LONGEST {
            return Err(InvalidAddress);
        }
        lettre::Address::new(user, domain)
            .map(Self)
            .map_err(|_| InvalidAddress)
    }
}

impl Address {
    /// The domain.
    pub fn domain(&self) -> &str {
        self.0.domain()
    }

    pub(crate) fn to_lettre(&self) -> lettre::Address {
        self.0.clone()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Whose it is stays out of logs: the domain alone.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address(…@{})", self.0.domain())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_mailbox_and_nothing_else() {
        for good in [
            "ana@brand.example",
            "a.b+c@x.brand.example",
            "o'neil@brand.example",
        ] {
            assert_eq!(
                good.parse().map(|address: Address| address.to_string()),
                Ok(good.to_owned())
            );
        }
        for bad in [
            "",
            "ana",
            "ana@",
            "@brand.example",
            "Ana <ana@brand.example>",
            "ana@brand.example, eve@evil.example",
            "ana@brand.example\r\nBcc: eve@evil.example",
            "ana\r\n@brand.example",
            "ana@brand\u{0}.example",
            "ana@brand_.example@",
            "ana brand@brand.example",
        ] {
            assert_eq!(bad.parse::<Address>(), Err(InvalidAddress), "{bad:?}");
        }
        assert!(
            format!("{}@brand.example", "a".repeat(300))
                .parse::<Address>()
                .is_err()
        );
    }

    #[test]
    fn a_domain_is_written_as_the_dns_has_it() {
        let address: Result<Address, _> = "ana@bücher.example".parse();
        assert_eq!(
            address.map(|address| address.to_string()),
            Ok("ana@xn--bcher-kva.example".to_owned())
        );
    }

    #[test]
    fn sec_161_a_debug_form_tells_the_domain_alone() {
        let address: Result<Address, _> = "ana@brand.example".parse();
        assert_eq!(format!("{address:?}"), "Ok(Address(…@brand.example))");
    }
}
