//! A brand's colour, and the colours that follow from it.

use std::fmt;
use std::str::FromStr;

/// An opaque sRGB colour, written `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

/// The text is not a colour of the form `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAColour;

impl fmt::Display for NotAColour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a colour is written #rrggbb, with six hexadecimal digits")
    }
}

impl std::error::Error for NotAColour {}

impl FromStr for Colour {
    type Err = NotAColour;

    /// Takes `#rrggbb` and nothing else, so that a colour can stand in a style sheet as it is (SEC-080).
    fn from_str(text: &str) -> Result<Self, NotAColour> {
        let digits = text.strip_prefix('#').ok_or(NotAColour)?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NotAColour);
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16)
            .map_err(|_| NotAColour)?
            .to_be_bytes();
        Ok(Self { red, green, blue })
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

impl Colour {
    /// A colour from its three channels.
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    const WHITE: Self = Self::rgb(255, 255, 255);
    const BLACK: Self = Self::rgb(0, 0, 0);

    /// Relative luminance, 0 to 1 (WCAG 2.2).
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// Contrast ratio, 1 to 21 (WCAG 2.2, success criterion 1.4.3).
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// The colour of text on this one: white where it can be read, else black. One of them always can.
    #[must_use]
    pub fn text_on(self) -> Self {
        if self.contrast(Self::WHITE) >= 4.5 {
            Self::WHITE
        } else {
            Self::BLACK
        }
    }

    /// This colour, moved towards black or white just as far as `ratio` against `ground` needs.
    #[must_use]
    pub fn readable_on(self, ground: Self, ratio: f64) -> Self {
        let target = if ground.luminance() > 0.18 {
            Self::rgb(0, 0, 0)
        } else {
            Self::WHITE
        };
        (0..=50)
            .map(|step| self.mix(target, step))
            .find(|colour| colour.contrast(ground) >= ratio)
            .unwrap_or(target)
    }

    /// Moves `steps` fiftieths of the way to `target`.
    fn mix(self, target: Self, steps: u16) -> Self {
        let channel = |from: u8, to: u8| {
            let mixed = (u16::from(from) * (50 - steps) + u16::from(to) * steps + 25) / 50;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        Self {
            red: channel(self.red, target.red),
            green: channel(self.green, target.green),
            blue: channel(self.blue, target.blue),
        }
    }
}
