//! The parameters of a request, from everywhere they may stand.

use crate::{Problem, Refusal, encoding};

/// The most parameters that a request may have, from all places together.
pub(crate) const MAX: usize = 100;

/// A decoded name and value. Bytes: what a query holds need not be UTF-8 to be signed.
pub(crate) type Pair = (Vec<u8>, Vec<u8>);

/// Parameters in the order they came.
#[derive(Clone, Default)]
pub(crate) struct Parameters(Vec<Pair>);

impl Parameters {
    pub(crate) fn push(&mut self, name: Vec<u8>, value: Vec<u8>) -> Result<(), Refusal> {
        if self.0.len() == MAX {
            return Err(Refusal::rejected("there are too many parameters"));
        }
        self.0.push((name, value));
        Ok(())
    }

    /// Adds those of a query (without its `?`) or a form body. An empty part between two `&` is none.
    pub(crate) fn push_form(&mut self, encoded: &[u8]) -> Result<(), Refusal> {
        for part in encoded
            .split(|&byte| byte == b'&')
            .filter(|part| !part.is_empty())
        {
            let mut halves = part.splitn(2, |&byte| byte == b'=');
            let mut half = || {
                encoding::decode_form(halves.next().unwrap_or_default())
                    .ok_or(Refusal::rejected("a parameter is not well encoded"))
            };
            let (name, value) = (half()?, half()?);
            self.push(name, value)?;
        }
        Ok(())
    }

    /// Adds those of others.
    pub(crate) fn append(&mut self, others: Self) -> Result<(), Refusal> {
        for (name, value) in others.0 {
            self.push(name, value)?;
        }
        Ok(())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_slice(), value.as_slice()))
    }

    /// The names that belong to the protocol (RFC 5849 §3.1).
    pub(crate) fn protocol_names(&self) -> impl Iterator<Item = &[u8]> {
        self.iter().map(|(name, _)| name).filter(|name| is_protocol(name))
    }

    /// The text of a protocol parameter; an empty one is none.
    pub(crate) fn text(&self, wanted: &str) -> Result<Option<&str>, Refusal> {
        let Some((_, value)) = self.iter().find(|(name, _)| *name == wanted.as_bytes()) else {
            return Ok(None);
        };
        let text = std::str::from_utf8(value).map_err(|_| Refusal::rejected("a parameter is not UTF-8"))?;
        Ok((!text.is_empty()).then_some(text))
    }

    /// The text of a protocol parameter that must be there, and be no longer than `most` bytes.
    pub(crate) fn required(&self, wanted: &str, most: usize) -> Result<&str, Refusal> {
        let text = self.text(wanted)?.ok_or(Refusal::new(
            Problem::ParameterAbsent,
            "a protocol parameter is missing",
        ))?;
        if text.len() > most {
            return Err(Refusal::rejected("a protocol parameter is too long"));
        }
        Ok(text)
    }
}

pub(crate) fn is_protocol(name: &[u8]) -> bool {
    name.starts_with(b"oauth_")
}
