//! What a form was filled in from: when that was last changed is hidden in the form, and compared when it is saved. So nobody
//! writes over what they haven't seen.

use oauth::Parameters;

use crate::base::Timestamp;
use crate::directory::Error;

/// What whoever is late is told.
pub(super) const OUTDATED: &str = "Somebody else changed it since this page was opened. Nothing was saved: look at it as it is now in another window, \
     or save once more to put this in its place.";

/// The hidden field of a form that is filled in from something; empty for something new.
pub(super) fn of(last: Option<Timestamp>) -> String {
    last.map_or_else(String::new, |last| last.millis().to_string())
}

/// What a form says that was sent; none where it says nothing, and a time at which nothing was changed for what is none.
pub(super) fn read(form: &Parameters) -> Option<Timestamp> {
    let text = form.get("read").filter(|text| !text.is_empty())?;
    Some(Timestamp::from_millis(text.parse().unwrap_or(-1)))
}

/// The hidden field of a form that is shown once more because of an error: what it said, or how things stand now where it was
/// told that they are others.
pub(super) fn again(form: &Parameters, error: &Error, last: Option<Timestamp>) -> String {
    match error {
        Error::Outdated => of(last),
        _ => form.get("read").unwrap_or_default().to_owned(),
    }
}
