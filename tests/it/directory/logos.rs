//! Which images pages may show (SEC-081).

use signet::directory::logo;

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    file.extend(width.to_be_bytes());
    file.extend(height.to_be_bytes());
    file
}

/// A JPEG with an application segment before its frame header.
fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut file = b"\xff\xd8\xff\xe0\0\x04JF\xff\xc2\0\x11\x08".to_vec();
    file.extend(height.to_be_bytes());
    file.extend(width.to_be_bytes());
    file
}

fn webp(chunk: [u8; 4], body: &[u8]) -> Vec<u8> {
    let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
    file.extend(chunk);
    file.extend([0; 4]);
    file.extend(body);
    file
}

#[test]
fn small_rasters_become_data_urls() {
    for (file, begin) in [
        (png(1024, 1), "data:image/png;base64,iVBORw0KGgo"),
        (jpeg(640, 480), "data:image/jpeg;base64,"),
        (
            webp(*b"VP8 ", b"\0\0\0\x9d\x01\x2a\x40\0\x20\0"),
            "data:image/webp;base64,",
        ),
        (webp(*b"VP8L", b"\x2f\x3f\xc0\x0f\0"), "data:image/webp;base64,"),
        (
            webp(*b"VP8X", b"\0\0\0\0\xff\x03\0\x3f\0\0"),
            "data:image/webp;base64,",
        ),
    ] {
        assert!(logo(&file).unwrap().starts_with(begin), "{begin}");
    }
}

#[test]
fn sec_081_everything_else_is_refused() {
    let mut heavy = png(16, 16);
    heavy.resize(256 * 1024 + 1, 0);
    for file in [
        heavy,
        png(1025, 16),
        png(16, 0),
        jpeg(16, 2000),
        webp(*b"VP8X", b"\0\0\0\0\0\x04\0\x3f\0\0"),
        webp(*b"VP8 ", b"short"),
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(),
        b"GIF89a\x10\0\x10\0".to_vec(),
        b"\xff\xd8\xff\xe0\0\0".to_vec(),
        b"\xff\xd8\xff\xe0\xff\xff".to_vec(),
        Vec::new(),
    ] {
        assert!(logo(&file).is_err(), "{:?}", file.get(..12));
    }
}
