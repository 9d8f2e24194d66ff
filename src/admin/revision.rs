//! What a form was filled in from: when that was last changed is hidden in the form, and compared when it is saved. So nobody
//! writes over what they haven't seen.

use oauth::Parameters;
use pages::ErrorKind;

use crate::base::Timestamp;
use crate::directory::Error;
use crate::http::PageError;

/// What whoever is late is told.
pub(super) const OUTDATED: &str = "Somebody else changed it since this page was opened. Nothing was saved: look at it as it is now in another window, \
     or save once more to put this in its place.";

/// What whoever is late with a deed is told.
pub(super) const OVERTAKEN: &str = "Somebody else changed it since this page was opened. Nothing was done: look at it as it is now, and do it if it still fits.";

/// The hidden field of a form that is filled in from something; empty for something new.
pub(super) fn of(last: Option<Timestamp>) -> String {
    last.map_or_else(String::new, |last| last.millis().to_string())
}

/// What a form says that was sent about something that is there. One that doesn't say it is none of ours, and nobody could
/// tell whose change it writes over.
pub(super) fn read(form: &Parameters) -> Result<Timestamp, PageError> {
    let text = form.get("read").filter(|text| !text.is_empty());
    let missing = || {
        PageError::with_detail(
            ErrorKind::InvalidRequest,
            "the form doesn't say what it was filled in from",
        )
    };
    // At no time was anything changed that is before 1970.
    let millis = text.ok_or_else(missing)?.parse().unwrap_or(-1);
    Ok(Timestamp::from_millis(millis))
}

/// Whether a form that does something was on a page that shows how things stand; they were last changed at `last`.
pub(super) fn stands(read: Timestamp, last: Timestamp) -> Result<(), Error> {
    if read == last {
        Ok(())
    } else {
        Err(Error::Outdated)
    }
}

/// The hidden field of a form that is shown once more because of an error: what it said, or how things stand now where it was
/// told that they are others.
pub(super) fn again(form: &Parameters, error: &Error, last: Option<Timestamp>) -> String {
    match error {
        Error::Outdated => of(last),
        _ => form.get("read").unwrap_or_default().to_owned(),
    }
}
