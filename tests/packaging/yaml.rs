//! YAML as the JSON that it stands for, as far as a composition needs it: no anchors, no tags, one document.

use std::borrow::Cow;

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

/// What `source` says. The error names the place.
pub(crate) fn parse(source: &str) -> Result<Value, String> {
    let mut events = Vec::new();
    for event in Parser::new_from_str(source) {
        let (event, span) = event.map_err(|error| error.to_string())?;
        if !matches!(
            event,
            Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::StreamEnd
        ) {
            events.push((event, span.start.line()));
        }
    }
    let mut events = events.into_iter();
    let value = value(&mut events)?;
    match events.next() {
        None => Ok(value),
        Some((_, line)) => Err(format!("a second document in line {line}")),
    }
}

fn value<'a>(events: &mut impl Iterator<Item = (Event<'a>, usize)>) -> Result<Value, String> {
    let (event, line) = events.next().ok_or("the document ends too early")?;
    node(event, line, events)
}

fn node<'a>(
    event: Event<'a>,
    line: usize,
    events: &mut impl Iterator<Item = (Event<'a>, usize)>,
) -> Result<Value, String> {
    match event {
        Event::Scalar(text, style, 0, None) => Ok(scalar(text, style)),
        Event::SequenceStart(0, None) => {
            let mut list = Vec::new();
            loop {
                match events.next() {
                    Some((Event::SequenceEnd, _)) => return Ok(list.into()),
                    Some((event, line)) => list.push(node(event, line, events)?),
                    None => return Err(format!("the list of line {line} doesn't end")),
                }
            }
        }
        Event::MappingStart(0, None) => {
            let mut entries = Map::new();
            loop {
                match events.next() {
                    Some((Event::MappingEnd, _)) => return Ok(entries.into()),
                    Some((Event::Scalar(key, ..), line)) => {
                        if entries.insert(key.to_string(), value(events)?).is_some() {
                            return Err(format!("{key} stands twice, line {line}"));
                        }
                    }
                    Some((other, line)) => return Err(format!("{other:?} is no key, line {line}")),
                    None => return Err(format!("the mapping of line {line} doesn't end")),
                }
            }
        }
        other => Err(format!("{other:?} has no place here, line {line}")),
    }
}

/// Numbers stay texts: nothing here counts with them.
fn scalar(text: Cow<'_, str>, style: ScalarStyle) -> Value {
    match (style, text.as_ref()) {
        (ScalarStyle::Plain, "" | "~" | "null") => Value::Null,
        (ScalarStyle::Plain, "true") => true.into(),
        (ScalarStyle::Plain, "false") => false.into(),
        _ => text.into_owned().into(),
    }
}

#[test]
fn yaml_is_read_as_json() {
    let read = parse("# c\na:\n  - b: \"1\"\n    c: [x, true]\nd:\n").expect("it is YAML");
    assert_eq!(
        read,
        serde_json::json!({"a": [{"b": "1", "c": ["x", true]}], "d": null})
    );
}

#[test]
fn a_broken_document_is_refused() {
    for broken in ["a: b: c", "a: 1\na: 2", "a: &x 1", "a: *x", "a\n---\nb", "a: ["] {
        assert!(parse(broken).is_err(), "{broken}");
    }
}
