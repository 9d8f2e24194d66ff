//! Logos: raster images inside a `data:` URL, since pages load nothing from elsewhere, and SVG can carry scripts
//! (SEC-081).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Problem;

/// What is allowed, for people.
pub(super) const LOGO: &str = "a PNG, JPEG or WebP image of at most 256 KiB and 1024 × 1024 pixels, as a data: URL (--logo FILE makes it)";

const MAX_BYTES: usize = 256 * 1024;
const MAX_SIDE: u32 = 1024;

/// The `data:` URL of an image file's bytes.
pub fn logo(file: &[u8]) -> Result<String, Problem> {
    let refused = || Problem {
        key: "logo".to_owned(),
        found: Some(format!("{} bytes", file.len())),
        allowed: LOGO.to_owned(),
    };
    let kind = accepted(file).ok_or_else(refused)?;
    Ok(format!("data:image/{kind};base64,{}", STANDARD.encode(file)))
}

/// Whether a text is such a URL, and says truly what it holds.
pub(super) fn is_logo(text: &str) -> bool {
    let Some((kind, data)) = text
        .strip_prefix("data:image/")
        .and_then(|rest| rest.split_once(";base64,"))
    else {
        return false;
    };
    data.len() <= MAX_BYTES.div_ceil(3) * 4
        && STANDARD
            .decode(data)
            .is_ok_and(|bytes| accepted(&bytes) == Some(kind))
}

/// The image's type, where it is small enough in bytes and in pixels.
fn accepted(bytes: &[u8]) -> Option<&'static str> {
    let (kind, width, height) = png(bytes).or_else(|| jpeg(bytes)).or_else(|| webp(bytes))?;
    let side = 1..=MAX_SIDE;
    (bytes.len() <= MAX_BYTES && side.contains(&width) && side.contains(&height)).then_some(kind)
}

type Image = (&'static str, u32, u32);

/// The signature, then the `IHDR` chunk (PNG §5.2, §11.2.2).
fn png(bytes: &[u8]) -> Option<Image> {
    let rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")?;
    let (width, rest) = rest.split_first_chunk()?;
    let (height, _) = rest.split_first_chunk()?;
    Some(("png", u32::from_be_bytes(*width), u32::from_be_bytes(*height)))
}

/// Segments up to the frame header, which has the size (ITU T.81 §B.2.2).
fn jpeg(bytes: &[u8]) -> Option<Image> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    loop {
        let ([0xff, marker, length @ ..], after) = rest.split_first_chunk::<4>()? else {
            return None;
        };
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            let [_, height @ .., w1, w0] = after.first_chunk::<5>()?;
            return Some((
                "jpeg",
                u16::from_be_bytes([*w1, *w0]).into(),
                u16::from_be_bytes(*height).into(),
            ));
        }
        rest = after.get(usize::from(u16::from_be_bytes(*length)).checked_sub(2)?..)?;
    }
}

/// The first chunk: lossy, lossless or extended (RFC 9649 §2.5 to §2.7).
fn webp(bytes: &[u8]) -> Option<Image> {
    let rest = bytes.strip_prefix(b"RIFF")?.get(4..)?.strip_prefix(b"WEBPVP8")?;
    let (variant, rest) = rest.split_first()?;
    let chunk = rest.get(4..)?;
    let (width, height) = match variant {
        b' ' => {
            let [w0, w1, h0, h1] = chunk.get(3..)?.strip_prefix(b"\x9d\x01\x2a")?.first_chunk()?;
            let side = |low: &u8, high: &u8| u32::from(u16::from_le_bytes([*low, *high]) & 0x3fff);
            (side(w0, w1), side(h0, h1))
        }
        b'L' => {
            let bits = u32::from_le_bytes(*chunk.strip_prefix(b"\x2f")?.first_chunk()?);
            ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)
        }
        b'X' => {
            let [w0, w1, w2, h0, h1, h2] = chunk.get(4..)?.first_chunk()?;
            let side = |low, middle, high| u32::from_le_bytes([low, middle, high, 0]) + 1;
            (side(*w0, *w1, *w2), side(*h0, *h1, *h2))
        }
        _ => return None,
    };
    Some(("webp", width, height))
}
