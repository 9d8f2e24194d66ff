use super::script::{Said, said, silent};
use super::subject::{guessable, repeats};

const NAME: &str = "lpGetAuthenticationToken";

#[test]
fn f_12_a_method_that_can_never_call_back_is_seen() {
    for (script, says) in [
        ("function NAME() { return token; }", "takes no callback"),
        ("window.NAME = async () => token;", "takes no callback"),
        (
            "window.NAME = function named(done, challenge) { return token; }",
            "never calls it",
        ),
        ("NAME = done => { undone(); }", "never calls it"),
        (
            "NAME = (cb) => { fetch('/token').then((it) => cb(it)); }",
            "catches no error",
        ),
        (
            "async function NAME(cb) { cb(await token()); }",
            "catches no error",
        ),
        (
            "NAME = function (cb) { show('}'); }; other.then((cb) => cb()).catch(cb);",
            "never calls it",
        ),
    ] {
        let seen = silent(&script.replace("NAME", NAME), NAME);
        assert!(seen.is_some_and(|it| it.contains(says)), "{script}: {seen:?}");
    }
    for script in [
        "function NAME(callback) { callback(token); }",
        "NAME = (cb, challenge) => fetch('/t').then((it) => cb(it)).catch((error) => cb('', error))",
        "async function NAME(cb) { try { cb(await token()); } catch (error) { cb('', error); } }",
        "function NAME() { arguments[0](token); }",
        "async function NAME(cb) { // it's {\n try { cb(await token()); } catch (error) { cb('', error); } }",
        // What is assigned isn't seen.
        "window.NAME = shop.token;",
        "if (NAME == 1) {}",
    ] {
        assert_eq!(silent(&script.replace("NAME", NAME), NAME), None, "{script}");
    }
}

#[test]
fn what_a_script_says_is_a_text_or_known_later() {
    let script =
        "done({\"iss\": 'https://id.example', acr: 'loa1', sub: user.email}); const mysub = {ssub: 1}";
    let all = |name: &'static str| -> Vec<(bool, &str)> {
        said(script, name)
            .map(|it| match it {
                Said::Text(text) => (true, text),
                Said::Expression(code) => (false, code),
            })
            .collect()
    };
    assert_eq!(all("iss"), [(true, "https://id.example")]);
    assert_eq!(all("sub"), [(false, "user.email")]);
}

#[test]
fn f_27_what_everybody_knows_of_somebody_is_no_subject() {
    assert_eq!(guessable("dana@mail.example"), Some("an e-mail address"));
    assert_eq!(guessable("+1 425-555-0100"), Some("a phone number"));
    for opaque in ["c-7f3a9d", "auth0|5f7c8ec7", "4255550100", "@", "+1"] {
        assert_eq!(guessable(opaque), None, "{opaque}");
    }
    let claims = serde_json::json!({"email": "dana@mail.example", "phone_number": "+1 425 555 0100", "preferred_username": "Dlee"});
    let claims = claims.as_object().unwrap();
    assert_eq!(repeats("14255550100", claims), Some("their phone number"));
    assert_eq!(repeats("dlee", claims), Some("the name that they sign in with"));
    assert_eq!(repeats("c-14255550100", claims), None);
}
