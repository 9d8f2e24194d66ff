//! What an identifier looks like to a reader (UTS 39 §4).

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton;

/// The text that a canonical identifier looks like; itself where that is so.
///
/// One thing is not as UTS 39 has it: ASCII stands for itself, so that `m` and `rn`, `1` and `l` stay apart. People are
/// called so, and tell such names apart in the alphabet that is their own; what must not be is a name in another.
pub(super) fn of(canonical: &str) -> String {
    let shown = match canonical.split_once('@') {
        Some((local, domain)) if domain.contains("xn--") => {
            // Domains are kept as DNS has them, and shown as they were written.
            let (domain, _) = idna::domain_to_unicode(domain);
            format!("{local}@{domain}")
        }
        _ => canonical.to_owned(),
    };
    let mut seen = String::with_capacity(shown.len());
    for char in shown.nfd() {
        if char.is_ascii() {
            seen.push(char);
            continue;
        }
        let prototype: String = skeleton(char.encode_utf8(&mut [0; 4])).collect();
        // The prototype of `m`, which stands for itself here.
        seen.push_str(if prototype == "rn" { "m" } else { &prototype });
    }
    let seen: String = seen.to_lowercase().nfc().collect();
    if seen == shown { canonical.to_owned() } else { seen }
}
