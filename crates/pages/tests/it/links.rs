//! Addresses that a page may show a picture from, or lead to.

use pages::{Link, Logo};

#[test]
fn sec_081_a_logo_is_ours_or_inside_the_page() {
    for source in [
        "/logos/7.png",
        "/a/acme/logo.webp?v=2",
        "data:image/png;base64,iVBORw0KGgo=",
    ] {
        assert!(Logo::parse(source).is_some(), "{source}");
    }
    for source in [
        "",
        "logo.png",
        "https://cdn.example/logo.png",
        "//cdn.example/logo.png",
        "/\\cdn.example/logo.png",
        "/a//b.png",
        "/logo .png",
        "/lo\tgo.png",
        "javascript:alert(1)",
        "data:text/html;base64,PGI+",
        "data:image/svg+xml;base64,PHN2Zz4=",
        "data:image/png,raw",
        "data:image/png;base64,",
        "data:image/png;base64,\"><script>",
    ] {
        assert!(Logo::parse(source).is_none(), "{source}");
    }
}

#[test]
fn a_link_to_the_web_is_http_or_https() {
    assert!(Link::web("https://app.example/policy").is_some());
    assert!(Link::web("HTTP://app.example/").is_some());
    for address in [
        "",
        "/policy",
        "app.example",
        "javascript:alert(1)",
        "https:app",
        "ftp://a",
        "https://a\n",
        "https://é",
    ] {
        assert!(Link::web(address).is_none(), "{address}");
    }
}

#[test]
fn sec_065_a_redirect_may_have_an_apps_own_scheme_but_none_that_runs_something() {
    assert!(Link::redirect("com.brand.app:/callback?error=access_denied").is_some());
    assert!(Link::redirect("https://app.example/cb#state=1").is_some());
    for scheme in [
        "javascript",
        "JavaScript",
        "data",
        "vbscript",
        "file",
        "blob",
        "about",
    ] {
        assert!(Link::redirect(&format!("{scheme}:x")).is_none(), "{scheme}");
    }
    assert!(Link::redirect(" javascript:x").is_none());
    assert!(Link::redirect("java\nscript:x").is_none());
    assert!(Link::redirect("1a:x").is_none());
}

#[test]
fn sec_067_a_local_link_stays_on_our_origin() {
    assert!(Link::local("/logout?x=1").is_some());
    for path in [
        "",
        "logout",
        "//evil.example",
        "/\\evil.example",
        "/a\tb",
        "https://evil.example",
    ] {
        assert!(Link::local(path).is_none(), "{path}");
    }
}
