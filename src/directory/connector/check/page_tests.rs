use super::page::imported;
use super::scripts::attribute;

#[test]
fn an_attribute_follows_any_white_space() {
    let tag = "\n  src='https://id.example/sdk/signet.js'\n\tdata-client=\"chat\"";
    assert_eq!(attribute(tag, "src"), Some("https://id.example/sdk/signet.js"));
    assert_eq!(attribute(tag, "data-client"), Some("chat"));
    assert_eq!(attribute(tag, "client"), None, "a part of a name is no name");
    assert_eq!(attribute(" data-src='a' src='b'", "src"), Some("b"));
    assert_eq!(attribute(" src=/a.js?b=c async", "src"), Some("/a.js?b=c"));
}

#[test]
fn a_script_may_import_our_helper() {
    const FILE: &str = "https://id.example/sdk/signet.mjs";
    for script in [
        format!("import {{ signet }} from \"{FILE}\";\nsignet.configure({{}});"),
        format!("const {{ signet }} = await import('{FILE}');"),
    ] {
        assert_eq!(imported(&script), Some(FILE), "{script}");
    }
    assert_eq!(imported("import it from './other.mjs'"), None);
    assert_eq!(imported(&format!("const address = '{FILE}'")), None);
}
