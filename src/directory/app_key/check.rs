use super::Draft;
use crate::base::Timestamp;
use crate::directory::error::Problems;
use crate::directory::{Result, text};

pub(super) const NAME: &str = text::NAME;
pub(super) const DESCRIPTION: &str = "at most 512 characters, none of them a control character";
pub(super) const PRIVILEGES: &str = "names such as \"Agent Interactions > User Login\", \"Administration > Users\", \"Administration > Users (Read)\"";
pub(super) const EXPIRES_AT: &str =
    "an instant ahead, such as 2030-01-31 or 2030-01-31T12:00:00Z; empty for never";

const LONGEST_DESCRIPTION: usize = 512;
const MOST_RULES: usize = 100;

/// The rules of section 8.1 of the platform contract, and bounds.
pub(super) fn check(draft: &Draft, now: Timestamp) -> Result<()> {
    let settings = &draft.settings;
    let mut problems = Problems::default();
    for (key, name) in [
        ("application_name", &settings.application_name),
        ("developer_name", &settings.developer_name),
    ] {
        problems.unless(text::is_name(name), key, name, NAME);
    }
    let description = &settings.description;
    problems.unless(
        description.chars().count() <= LONGEST_DESCRIPTION && !description.contains(char::is_control),
        "description",
        description,
        DESCRIPTION,
    );
    problems.unless(
        settings.ip.len() <= MOST_RULES,
        "ip",
        settings.ip.len(),
        "at most 100 rules",
    );
    // A key whose end has come may still be renamed or switched off.
    if let Some(end) = settings.expires_at.filter(|_| draft.enabled) {
        problems.unless(end > now, "expires_at", end, EXPIRES_AT);
    }
    problems.finish()
}
