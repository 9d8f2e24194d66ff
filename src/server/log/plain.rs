//! A line as terminals, pagers and parsers of logs may have it: what moves the cursor, breaks the line or turns the text round
//! is spelt out (SEC-162).

/// How a line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A JSON object.
    Json,
    /// Text.
    Text,
    /// Text whose colours are the formatter's own: fields come to it [`spelt`] out.
    Coloured,
}

/// Adds one event as one line, with the line feed at its end.
pub(super) fn line(event: &[u8], form: Form, lines: &mut Vec<u8>) {
    let text = event.strip_suffix(b"\n").unwrap_or(event);
    if text.iter().all(|byte| matches!(byte, b' '..=b'~')) {
        lines.extend_from_slice(text);
    } else {
        for character in String::from_utf8_lossy(text).chars() {
            write(character, form, lines);
        }
    }
    lines.push(b'\n');
}

/// A value as a field of a line shows it.
pub(super) fn spelt(value: &str) -> String {
    let mut spelt = Vec::with_capacity(value.len());
    for character in value.chars() {
        write(character, Form::Text, &mut spelt);
    }
    String::from_utf8_lossy(&spelt).into_owned()
}

fn write(character: char, form: Form, line: &mut Vec<u8>) {
    let own = form == Form::Coloured && character == '\u{1b}';
    if own || !is_active(character) {
        line.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    } else if form == Form::Json {
        // Within a JSON text they stand in strings alone, where this means the same (RFC 8259 §7).
        for unit in character.encode_utf16(&mut [0; 2]) {
            line.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
        }
    } else {
        line.extend_from_slice(format!("\\u{{{:x}}}", u32::from(character)).as_bytes());
    }
}

/// Controls of ASCII and of Latin 1 (CSI among them), separators of lines and paragraphs, marks of direction, and what is
/// there without being seen.
fn is_active(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests;
