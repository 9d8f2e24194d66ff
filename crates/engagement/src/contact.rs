//! `contacts[]`: ways to reach a person.

use crate::object::Object;
use crate::text::{Country, Text};
use serde::Serialize;

/// One way, or several that belong together, to reach a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Text>,
    /// Telephone number, in any notation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<Text>,
    /// What kind of telephone it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_type: Option<PhoneType>,
    /// Where the person lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

/// Where a person lives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Address {
    /// Country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// Region, in free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Text>,
}

/// Kinds of telephones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PhoneType {
    /// `HOME`
    Home,
    /// `MOBILE`
    Mobile,
    /// `WORK`
    Work,
    /// `FAX`
    Fax,
    /// `MAIN`
    Main,
    /// `HOME_FAX`
    HomeFax,
    /// `WORK_FAX`
    WorkFax,
    /// `PAGER`
    Pager,
    /// `OTHER`
    Other,
}

impl PhoneType {
    const ALLOWED: &str = "HOME, MOBILE, WORK, FAX, MAIN, HOME_FAX, WORK_FAX, PAGER, OTHER";

    /// Takes the word that stands in the token.
    pub fn new(word: &str) -> Option<Self> {
        match word {
            "HOME" => Some(Self::Home),
            "MOBILE" => Some(Self::Mobile),
            "WORK" => Some(Self::Work),
            "FAX" => Some(Self::Fax),
            "MAIN" => Some(Self::Main),
            "HOME_FAX" => Some(Self::HomeFax),
            "WORK_FAX" => Some(Self::WorkFax),
            "PAGER" => Some(Self::Pager),
            "OTHER" => Some(Self::Other),
            _ => None,
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Home => "Home phone",
            Self::Mobile => "Mobile phone",
            Self::Work => "Work phone",
            Self::Fax => "Fax",
            Self::Main => "Main phone",
            Self::HomeFax => "Home fax",
            Self::WorkFax => "Work fax",
            Self::Pager => "Pager",
            Self::Other => "Other phone",
        }
    }
}

impl Contact {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn read(mut object: Object<'_, '_>) -> Self {
        let contact = Self {
            email: object.text("email"),
            phone: object.text("phone"),
            phone_type: object.read("phoneType", PhoneType::ALLOWED, |value| {
                PhoneType::new(value.as_str()?)
            }),
            address: object.object("address").map(Address::read),
        };
        if contact
            .email
            .as_ref()
            .is_some_and(|email| !email.as_str().contains('@'))
        {
            object.warning("email", "an e-mail address without an @");
        }
        object.close();
        contact
    }

    pub(crate) fn labels(&self) -> impl Iterator<Item = (&'static str, String)> {
        let phone_label = self.phone_type.map_or("Phone", PhoneType::label);
        let address = self.address.as_ref();
        [
            self.email.as_ref().map(|email| ("E-mail", email.to_string())),
            self.phone.as_ref().map(|phone| (phone_label, phone.to_string())),
            address.and_then(|address| Some(("Country", address.country.as_ref()?.to_string()))),
            address.and_then(|address| Some(("Region", address.region.as_ref()?.to_string()))),
        ]
        .into_iter()
        .flatten()
    }
}

impl Address {
    fn read(mut object: Object<'_, '_>) -> Self {
        let address = Self {
            country: object.read("country", Country::ALLOWED, |value| Country::new(value.as_str()?)),
            region: object.text("region"),
        };
        object.close();
        address
    }
}
