use secrecy::SecretString;

use crate::base::Entropy;

/// A new password: 120 random bits in groups that can be read aloud: no letter looks like a digit.
pub fn generated_password(entropy: &Entropy) -> SecretString {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";
    let letters = entropy
        .bytes::<24>()
        .map(|byte| char::from(LETTERS.get(usize::from(byte & 31)).copied().unwrap_or(b'a')));
    let groups: Vec<String> = letters.chunks(6).map(|group| group.iter().collect()).collect();
    SecretString::from(groups.join("-"))
}
