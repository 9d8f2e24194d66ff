//! The string format of the Password Hashing Competition: `$id[$v=version][$name=value,…]$salt$hash`.

use crate::encoding;
use crate::refusal::Refusal;

/// A PHC string taken apart. Nothing in it is checked yet but its outline and its base64.
pub(crate) struct Phc<'a> {
    form: &'static str,
    /// `v=`, where it is given.
    pub(crate) version: Option<&'a str>,
    parameters: Vec<(&'a str, &'a str)>,
    /// The decoded salt.
    pub(crate) salt: Vec<u8>,
    /// The decoded hash.
    pub(crate) hash: Vec<u8>,
}

impl<'a> Phc<'a> {
    /// Takes apart what follows `$id$`; `form` names the id in refusals.
    pub(crate) fn split(form: &'static str, rest: &'a str) -> Result<Self, Refusal> {
        let malformed = |part| Refusal::malformed(form, part);
        let mut fields = rest.split('$');
        let hash = fields
            .next_back()
            .and_then(encoding::decode)
            .ok_or(malformed("hash"))?;
        let salt = fields
            .next_back()
            .and_then(encoding::decode)
            .ok_or(malformed("salt"))?;
        let mut field = fields.next();
        let version = field.and_then(|text| text.strip_prefix("v="));
        if version.is_some() {
            field = fields.next();
        }
        let parameters = field
            .map(|text| split_parameters(form, text))
            .transpose()?
            .unwrap_or_default();
        if fields.next().is_some() {
            return Err(malformed("number of fields"));
        }
        Ok(Self {
            form,
            version,
            parameters,
            salt,
            hash,
        })
    }

    /// Takes a parameter out of the list. One that is there twice stays behind, and [`Self::finish`] refuses it.
    pub(crate) fn take(&mut self, name: &str) -> Option<&'a str> {
        let at = self.parameters.iter().position(|(found, _)| *found == name)?;
        Some(self.parameters.remove(at).1)
    }

    /// Takes a parameter that must be there and be a number.
    pub(crate) fn take_number(&mut self, name: &'static str) -> Result<u32, Refusal> {
        self.take(name)
            .and_then(decimal)
            .ok_or(Refusal::malformed(self.form, name))
    }

    /// Refuses what nobody asked for: a parameter that is not understood may change the hash.
    pub(crate) fn finish(self) -> Result<(Vec<u8>, Vec<u8>), Refusal> {
        if self.parameters.is_empty() {
            Ok((self.salt, self.hash))
        } else {
            Err(Refusal::Unsupported {
                form: self.form,
                what: "a further parameter",
            })
        }
    }
}

fn split_parameters<'a>(form: &'static str, text: &'a str) -> Result<Vec<(&'a str, &'a str)>, Refusal> {
    text.split(',')
        .map(|pair| pair.split_once('=').ok_or(Refusal::malformed(form, "parameters")))
        .collect()
}

/// A decimal as PHC has it: digits only, without a sign or leading zeros.
pub(crate) fn decimal(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}
