//! The standard claims that the platform maps to attributes.

/// The claims of OpenID Connect Core §5.1 that have a counterpart among the attributes.
///
/// [`CustomerInfo::from_claims`](crate::CustomerInfo::from_claims) takes `sub`, `preferred_username` and `phone_number`;
/// [`PersonalInfo::from_claims`](crate::PersonalInfo::from_claims) the names, `email`, `gender` and `phone_number`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Claims<'a> {
    /// Becomes `customerId`.
    pub sub: Option<&'a str>,
    /// Becomes `firstname`.
    pub given_name: Option<&'a str>,
    /// Becomes `lastname`.
    pub family_name: Option<&'a str>,
    /// Becomes a contact's `email`.
    pub email: Option<&'a str>,
    /// Becomes `gender`.
    pub gender: Option<&'a str>,
    /// Becomes `userName`.
    pub preferred_username: Option<&'a str>,
    /// Becomes `imei` (the platform's newer pages) and a contact's `phone` (its older ones).
    pub phone_number: Option<&'a str>,
}
