//! The platform's names for what it knows of a consumer, in words.

/// Keys of customerInfo, personalInfo (platform contract §2.2, §2.3) and the standard claims (OpenID Connect Core 1.0
/// §5.1), and what people call them. A dotted name is looked up whole first, then by its last part.
const LABELS: &[(&str, &str)] = &[
    ("age.age", "Age"),
    ("age.year", "Year of birth"),
    ("age.month", "Month of birth"),
    ("age.day", "Day of birth"),
    ("ctype", "Customer type"),
    ("cstatus", "Status"),
    ("customerId", "Customer ID"),
    ("balance", "Balance"),
    ("currency", "Currency"),
    ("socialId", "Social ID"),
    ("imei", "Device ID"),
    ("userName", "Username"),
    ("companySize", "Company size"),
    ("companyBranch", "Branch"),
    ("accountName", "Company account"),
    ("role", "Role"),
    ("lastPaymentDate", "Last payment"),
    ("registrationDate", "Customer since"),
    ("loginStatus", "Login status"),
    ("firstname", "First name"),
    ("lastname", "Last name"),
    ("age", "Age"),
    ("gender", "Gender"),
    ("company", "Company"),
    ("language", "Language"),
    ("contacts", "Contact"),
    ("email", "Email"),
    ("phone", "Phone"),
    ("phoneType", "Phone type"),
    ("address", "Address"),
    ("country", "Country"),
    ("region", "Region"),
    ("name", "Name"),
    ("given_name", "Given name"),
    ("family_name", "Family name"),
    ("middle_name", "Middle name"),
    ("nickname", "Nickname"),
    ("preferred_username", "Username"),
    ("email_verified", "Email verified"),
    ("phone_number", "Phone"),
    ("phone_number_verified", "Phone verified"),
    ("birthdate", "Birth date"),
    ("zoneinfo", "Time zone"),
    ("locale", "Locale"),
    ("website", "Website"),
    ("profile", "Profile"),
    ("picture", "Picture"),
    ("updated_at", "Updated"),
];

/// What people call the attribute.
pub(crate) fn label(name: &str) -> Option<&'static str> {
    let find = |name: &str| {
        LABELS
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, label)| *label)
    };
    find(name).or_else(|| find(name.rsplit('.').next()?))
}
