//! The primitives by themselves, by the RFCs' vectors: their keys and IVs can't be given from outside.

use super::{ContentEncryption, Sealed, open, seal};
use crate::base64url;

fn hex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| u8::try_from((byte as char).to_digit(16).unwrap()).unwrap();
    let pairs = text.as_bytes().chunks_exact(2);
    pairs.map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

struct Vector {
    encryption: ContentEncryption,
    key: Vec<u8>,
    iv: Vec<u8>,
    header: &'static str,
    plaintext: &'static str,
    ciphertext: Vec<u8>,
    tag: Vec<u8>,
}

/// RFC 7518 B.1 and B.3.
fn rfc_7518(encryption: ContentEncryption, ciphertext: &str, tag: &str) -> Vector {
    Vector {
        encryption,
        key: (0..u8::try_from(encryption.key_len()).unwrap()).collect(),
        iv: hex("1af38c2dc2b96ffdd86694092341bc04"),
        header: "The second principle of Auguste Kerckhoffs",
        plaintext: "A cipher system must not be required to be secret, and it must be able to fall into the hands \
            of the enemy without inconvenience",
        ciphertext: hex(ciphertext),
        tag: hex(tag),
    }
}

fn vectors() -> [Vector; 4] {
    let encoded = |text| base64url::decode(text).unwrap();
    [
        rfc_7518(
            ContentEncryption::A128CbcHs256,
            B1,
            "652c3fa36b0a7c5b3219fab3a30bc1c4",
        ),
        rfc_7518(
            ContentEncryption::A256CbcHs512,
            B3,
            "4dd3b4c088a7f45c216839645b2012bf2e6269a8c56a816dbc1b267761955bc5",
        ),
        // RFC 7516 A.1.
        Vector {
            encryption: ContentEncryption::A256Gcm,
            key: vec![
                177, 161, 244, 128, 84, 143, 225, 115, 63, 180, 3, 255, 107, 154, 212, 246, 138, 7, 110, 91,
                112, 46, 34, 105, 47, 130, 203, 46, 122, 234, 64, 252,
            ],
            iv: encoded("48V1_ALb6US04U3b"),
            header: "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ",
            plaintext: "The true sign of intelligence is not knowledge but imagination.",
            ciphertext: encoded(
                "5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A",
            ),
            tag: encoded("XFBoMYUZodetZdvTiFvSkQ"),
        },
        // RFC 7516 A.3.
        Vector {
            encryption: ContentEncryption::A128CbcHs256,
            key: vec![
                4, 211, 31, 197, 84, 157, 252, 254, 11, 100, 157, 250, 63, 170, 106, 206, 107, 124, 212, 45,
                111, 107, 9, 219, 200, 177, 0, 240, 143, 156, 44, 207,
            ],
            iv: encoded("AxY8DCtDaGlsbGljb3RoZQ"),
            header: "eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0",
            plaintext: "Live long and prosper.",
            ciphertext: encoded("KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY"),
            tag: encoded("U0m_YmjN04DJvceFICbCVQ"),
        },
    ]
}

const B1: &str = "c80edfa32ddf39d5ef00c0b468834279a2e46a1b8049f792f76bfe54b903a9c9a94ac9b47ad2655c5f10f9aef71427e2\
    fc6f9b3f399a221489f16362c703233609d45ac69864e3321cf82935ac4096c86e133314c54019e8ca7980dfa4b9cf1b\
    384c486f3a54c51078158ee5d79de59fbd34d848b3d69550a67646344427ade54b8851ffb598f7f80074b9473c82e2db";

const B3: &str = "4affaaadb78c31c5da4b1b590d10ffbd3dd8d5d302423526912da037ecbcc7bd822c301dd67c373bccb584ad3e9279c2\
    e6d12a1374b77f077553df829410446b36ebd97066296ae6427ea75c2e0846a11a09ccf5370dc80bfecbad28c73f09b3\
    a3b75e662a2594410ae496b2e2e6609e31e6e02cc837f053d21f37ff4f51950bbe2638d09dd7a4930930806d0703b1f6";

#[test]
fn rfc_7516_and_rfc_7518_ciphertexts_are_made_to_the_letter() {
    for vector in vectors() {
        let Sealed { ciphertext, tag } = seal(
            vector.encryption,
            &vector.key,
            &vector.iv,
            vector.header.as_bytes(),
            vector.plaintext.as_bytes(),
        )
        .unwrap();
        assert_eq!(ciphertext, vector.ciphertext, "{}", vector.encryption);
        assert_eq!(tag, vector.tag, "{}", vector.encryption);
    }
}

#[test]
fn rfc_7516_and_rfc_7518_ciphertexts_are_read_and_none_that_differs_in_a_bit() {
    for vector in vectors() {
        let read = |header: &[u8], ciphertext: Vec<u8>, tag: &[u8]| {
            open(
                vector.encryption,
                &vector.key,
                &vector.iv,
                header,
                ciphertext,
                tag,
            )
        };
        let (header, ciphertext, tag) = (vector.header.as_bytes(), &vector.ciphertext, &vector.tag);
        assert_eq!(
            read(header, ciphertext.clone(), tag).unwrap(),
            vector.plaintext.as_bytes()
        );
        let flipped = |bytes: &[u8], at: usize| {
            let mut bytes = bytes.to_vec();
            bytes[at] ^= 1;
            bytes
        };
        for at in 0..ciphertext.len() {
            assert!(read(header, flipped(ciphertext, at), tag).is_err());
        }
        for at in 0..tag.len() {
            assert!(read(header, ciphertext.clone(), &flipped(tag, at)).is_err());
        }
        assert!(read(&flipped(header, 0), ciphertext.clone(), tag).is_err());
        assert!(read(&header[1..], ciphertext.clone(), tag).is_err());
    }
}

#[test]
fn a_shortened_tag_is_refused() {
    for vector in vectors() {
        for len in 0..vector.tag.len() {
            let tag = &vector.tag[..len];
            let header = vector.header.as_bytes();
            let opened = open(
                vector.encryption,
                &vector.key,
                &vector.iv,
                header,
                vector.ciphertext.clone(),
                tag,
            );
            assert!(opened.is_err(), "{}, {len} bytes", vector.encryption);
        }
    }
}
