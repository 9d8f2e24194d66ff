//! What an account puts on its pages.

use crate::markup::Markup;
use crate::{Colour, Logo};

/// An account's name, logo and colour, with everything that follows from them worked out: build it once per account.
#[derive(Debug, Clone)]
pub struct Brand {
    name: String,
    logo: Option<Logo>,
    colour: Colour,
    theme: Markup,
}

impl Brand {
    /// The colour of accounts that have chosen none.
    pub const DEFAULT_COLOUR: Colour = Colour::rgb(0x2f, 0x4b, 0xd8);

    /// The lightest and the darkest ground that text stands on, as the tokens of the style sheet have them.
    const LIGHT_GROUND: Colour = Colour::rgb(0xf1, 0xf0, 0xee);
    const DARK_GROUND: Colour = Colour::rgb(0x24, 0x25, 0x2a);

    /// A brand with its name, and logo and colour if it has them.
    pub fn new(name: impl Into<String>, logo: Option<Logo>, colour: Option<Colour>) -> Self {
        let colour = colour.unwrap_or(Self::DEFAULT_COLOUR);
        Self {
            name: name.into(),
            logo,
            colour,
            theme: theme(colour),
        }
    }

    /// The name, as people read it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The logo.
    pub const fn logo(&self) -> Option<&Logo> {
        self.logo.as_ref()
    }

    /// The colour.
    pub const fn colour(&self) -> Colour {
        self.colour
    }

    /// The brand's custom properties, for the page's one `<style>`.
    pub(crate) const fn theme(&self) -> &Markup {
        &self.theme
    }

    /// The letter that stands where a logo is missing.
    pub(crate) fn initial(&self) -> String {
        initial(&self.name)
    }
}

/// The first letter or digit of a name in upper case.
pub(crate) fn initial(name: &str) -> String {
    name.chars()
        .find(|letter| letter.is_alphanumeric())
        .map_or_else(|| "·".to_owned(), |letter| letter.to_uppercase().collect())
}

/// Fill and its text as the brand has it; *ink* for text in the brand's colour (WCAG 2.2: 4.5 to 1) and *edge* for
/// the outline of what is filled with it (3 to 1), each for both colour schemes.
fn theme(colour: Colour) -> Markup {
    let text = colour.text_on();
    let (light, dark) = (Brand::LIGHT_GROUND, Brand::DARK_GROUND);
    let (light_ink, light_edge) = (colour.readable_on(light, 4.5), colour.readable_on(light, 3.0));
    let (dark_ink, dark_edge) = (colour.readable_on(dark, 4.5), colour.readable_on(dark, 3.0));
    Markup::trusted(format!(
        ":root{{--brand:{colour};--on-brand:{text};--brand-ink:{light_ink};--brand-edge:{light_edge}}}\
         @media (prefers-color-scheme:dark){{:root{{--brand-ink:{dark_ink};--brand-edge:{dark_edge}}}}}"
    ))
}
