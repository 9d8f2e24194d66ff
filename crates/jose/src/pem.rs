//! PEM (RFC 7468): a label, and base64 between its lines.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::pkcs8::LineEnding;
use rsa::pkcs8::der::pem;
use zeroize::Zeroizing;

use crate::KeyError;

/// Longest PEM text that is looked at: an RSA key of 8192 bits takes about 7 KiB.
const MAX_PEM: usize = 64 * 1024;

/// A block of PEM.
pub(crate) struct Block<'a> {
    pub(crate) label: &'a str,
    pub(crate) der: Zeroizing<Vec<u8>>,
}

/// The first block of `text` whose label ends in `PRIVATE KEY`. OpenSSL writes `EC PARAMETERS` before it,
/// and text may stand around it.
///
/// White space inside the base64 and any line length are fine; headers inside the block mean that it's
/// encrypted (RFC 1421 §4.6.1.1).
pub(crate) fn private_key(text: &str) -> Result<Block<'_>, KeyError> {
    if text.len() > MAX_PEM {
        return Err(KeyError::Pem);
    }
    let mut other = false;
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("-----BEGIN ") {
        let (label, after) = after.split_once("-----").ok_or(KeyError::Pem)?;
        let (body, after) = after.split_once("-----END ").ok_or(KeyError::Pem)?;
        if !after
            .strip_prefix(label)
            .is_some_and(|end| end.starts_with("-----"))
        {
            return Err(KeyError::Pem);
        }
        if label.ends_with("PRIVATE KEY") {
            return decode(label, body);
        }
        other = true;
        rest = after;
    }
    Err(if other {
        KeyError::NotPrivate
    } else {
        KeyError::Pem
    })
}

fn decode<'a>(label: &'a str, body: &str) -> Result<Block<'a>, KeyError> {
    if label == "ENCRYPTED PRIVATE KEY" || body.contains("ENCRYPTED") {
        return Err(KeyError::Encrypted);
    }
    let base64: Zeroizing<Vec<u8>> =
        Zeroizing::new(body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect());
    let der = STANDARD.decode(&*base64).map_err(|_| KeyError::Pem)?;
    Ok(Block {
        label,
        der: Zeroizing::new(der),
    })
}

/// `der` under `label`, in lines of 64 characters.
pub(crate) fn encode(label: &'static str, der: &[u8]) -> Zeroizing<String> {
    // Only a label with forbidden characters could make this fail, and all of ours are fine.
    Zeroizing::new(pem::encode_string(label, LineEnding::LF, der).unwrap_or_default())
}
