//! personalInfo: the keys of `personal`.

use crate::age::Age;
use crate::claims::Claims;
use crate::contact::Contact;
use crate::date::CalendarDate;
use crate::gender::Gender;
use crate::object::Object;
use crate::report::{Parsed, Report, Violations};
use crate::text::{Language, Text};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// What the brand knows about someone as a person.
///
/// It serialises to the keys that the platform reads, in this order; deserialising is [`PersonalInfo::parse`] without the warnings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PersonalInfo {
    /// First name; the key has a small `n`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firstname: Option<Text>,
    /// Surname; the key has a small `n`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lastname: Option<Text>,
    /// Age, or date of birth, or both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<Age>,
    /// Ways to reach the person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    /// Gender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// Employer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<Text>,
    /// Language and region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

impl PersonalInfo {
    /// Checks the keys of `personal` when they are written; paths in violations begin with `personalInfo`.
    pub fn parse(value: &Value) -> Result<Parsed<Self>, Violations> {
        let mut report = Report::default();
        let personal = Self::read(value, "personalInfo".to_owned(), &mut report);
        report.into_result(personal)
    }

    /// What the claims of OpenID Connect say about a person, by the platform's mapping. A value that is too long is left out.
    pub fn from_claims(claims: &Claims<'_>) -> Self {
        let contact = Contact {
            email: claims.email.and_then(Text::new),
            phone: claims.phone_number.and_then(Text::new),
            ..Contact::default()
        };
        Self {
            firstname: claims.given_name.and_then(Text::new),
            lastname: claims.family_name.and_then(Text::new),
            gender: claims.gender.map(Gender::from_claim),
            contacts: Some(contact)
                .filter(|contact| !contact.is_empty())
                .into_iter()
                .collect(),
            ..Self::default()
        }
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What there is to tell, for people, in English: a label and a value. A contact's labels come once for each contact.
    ///
    /// An age that isn't given is computed for the day.
    pub fn labels(&self, today: CalendarDate) -> impl Iterator<Item = (&'static str, String)> {
        let text = |label, value: &Option<Text>| value.as_ref().map(|value| (label, value.to_string()));
        let name = [
            text("First name", &self.firstname),
            text("Last name", &self.lastname),
        ];
        let age = self.age.iter().flat_map(move |age| age.labels(today));
        let rest = [
            self.gender.map(|gender| ("Gender", gender.label().to_owned())),
            text("Employer", &self.company),
            self.language
                .as_ref()
                .map(|language| ("Language", language.to_string())),
        ];
        name.into_iter()
            .flatten()
            .chain(age)
            .chain(self.contacts.iter().flat_map(Contact::labels))
            .chain(rest.into_iter().flatten())
    }

    pub(crate) fn read(value: &Value, path: String, report: &mut Report) -> Option<Self> {
        let mut object = Object::open(value, path, report)?;
        if object.has("type") && object.has("personal") {
            object.violation_of_itself("the envelope {type, personal}", "the keys inside personal");
            return None;
        }
        let personal = Self {
            firstname: object.text("firstname"),
            lastname: object.text("lastname"),
            age: object.object("age").and_then(Age::read),
            contacts: object.array("contacts", Contact::read),
            gender: object.read("gender", Gender::ALLOWED, Gender::from_value),
            company: object.text("company"),
            language: object.read("language", Language::ALLOWED, |value| {
                Language::new(value.as_str()?)
            }),
        };
        object.close();
        Some(personal)
    }
}

impl<'de> Deserialize<'de> for PersonalInfo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::parse(&value)
            .map(|parsed| parsed.value)
            .map_err(serde::de::Error::custom)
    }
}
