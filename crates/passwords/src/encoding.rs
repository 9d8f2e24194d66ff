//! The base64 of password hashes, in the dialects that products write.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

/// Padding may be there or not. Bits that fall off the end are ignored, as by the C libraries that wrote them.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_encode_padding(false)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const BCRYPT: GeneralPurpose = GeneralPurpose::new(&alphabet::BCRYPT, LENIENT);

/// Writes PHC's base64: the standard alphabet, no padding.
pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads base64 in the standard alphabet, with or without padding.
///
/// passlib writes `.` for `+`, and Firebase's tools write the URL's alphabet; neither can be mistaken for anything else.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let standard = text.replace(['.', '-'], "+").replace('_', "/");
    STANDARD.decode(standard).ok()
}

/// Writes bcrypt's base64.
pub(crate) fn encode_bcrypt(bytes: &[u8]) -> String {
    BCRYPT.encode(bytes)
}

/// Reads bcrypt's base64, which must be exactly `N` bytes.
pub(crate) fn decode_bcrypt<const N: usize>(text: &str) -> Option<[u8; N]> {
    BCRYPT.decode(text).ok()?.try_into().ok()
}
