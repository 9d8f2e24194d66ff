use super::Jar;

fn sent(jar: &Jar, path: &str) -> String {
    let mut request = String::new();
    jar.write(path, &mut request);
    request
}

#[test]
fn cookies_go_where_their_path_says() {
    let mut jar = Jar::default();
    jar.set("sid=1; Path=/; HttpOnly; Secure; SameSite=Lax", "/login");
    jar.set("step=2; path=/login", "/login");
    assert_eq!(sent(&jar, "/authorize"), "cookie: sid=1\r\n");
    assert_eq!(sent(&jar, "/login/again"), "cookie: sid=1; step=2\r\n");
    assert_eq!(sent(&jar, "/logins"), "cookie: sid=1\r\n");
}

#[test]
fn a_cookie_without_a_path_goes_to_the_folder_of_its_request() {
    let mut jar = Jar::default();
    jar.set("a=1", "/interaction/7");
    assert_eq!(sent(&jar, "/interaction/8"), "cookie: a=1\r\n");
    assert_eq!(sent(&jar, "/token"), "");
}

#[test]
fn a_cookie_is_replaced_and_taken_back() {
    let mut jar = Jar::default();
    jar.set("a=1; path=/", "/");
    jar.set("a=2; path=/", "/");
    assert_eq!(sent(&jar, "/"), "cookie: a=2\r\n");
    jar.set("a=; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT", "/");
    assert_eq!(sent(&jar, "/"), "");
    jar.set("a=3; path=/", "/");
    jar.set("a=; path=/; Max-Age=0", "/");
    assert_eq!(sent(&jar, "/"), "");
}
