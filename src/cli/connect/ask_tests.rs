use std::io;

use super::ask::{Questions, flag_or_asked};

/// Somebody who types these lines, and then is gone.
fn typing(lines: &str) -> Questions<impl FnMut() -> io::Result<String>, Vec<u8>> {
    let mut lines: Vec<String> = lines.split_inclusive('\n').rev().map(str::to_owned).collect();
    Questions::new(move || Ok(lines.pop().unwrap_or_default()), Vec::new())
}

#[test]
fn a_value_that_is_given_is_not_asked_for_and_one_that_is_missing_is_until_it_is_there() {
    let question = ("--account", "Account at the platform");
    let mut nobody = typing("");
    let given = "12345678".to_owned();
    assert_eq!(
        flag_or_asked(Some(&given), question, Some(&mut nobody)).unwrap(),
        given
    );
    let mut somebody = typing("\n  \n 12345678 \n");
    assert_eq!(flag_or_asked(None, question, Some(&mut somebody)).unwrap(), given);
    let error = flag_or_asked(None, question, Some(&mut nobody)).unwrap_err();
    assert!(error.to_string().contains("nothing was done"), "{error}");
    let none = None::<&mut Questions<fn() -> io::Result<String>, io::Stderr>>;
    let error = flag_or_asked(None, question, none).unwrap_err();
    assert!(error.to_string().starts_with("--account is missing"), "{error}");
}

#[test]
fn one_of_several_is_chosen_by_number_or_by_name() {
    let choices = ["web".to_owned(), "1".to_owned()];
    let chosen = |lines: &str| typing(lines).one_of("Client", &choices).unwrap();
    assert_eq!(chosen("7\n0\nnobody\n2\n"), 1);
    assert_eq!(chosen("web\n"), 0);
    assert_eq!(chosen("1\n"), 1, "its name counts first");
}

#[test]
fn nothing_typed_is_no() {
    assert!(!typing("\n").yes("Go on?").unwrap());
    assert!(!typing("nope\n").yes("Go on?").unwrap());
    assert!(typing("Y\n").yes("Go on?").unwrap());
    assert!(typing("").yes("Go on?").is_err());
}
