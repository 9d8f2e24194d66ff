//! The cookies of one browser, as far as one server needs them (RFC 6265).

/// Names, values and paths. The server is always the same one, so domains don't matter; it is on the loopback interface,
/// where browsers send `Secure` cookies without TLS too.
#[derive(Debug, Default)]
pub(crate) struct Jar(Vec<Cookie>);

#[derive(Debug)]
struct Cookie {
    name: String,
    value: String,
    path: String,
}

impl Jar {
    /// Takes over what a `Set-Cookie` header field says, to a request at `request_path`.
    pub(crate) fn set(&mut self, field: &str, request_path: &str) {
        let mut parts = field.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
            return;
        };
        let (mut path, mut gone) = (default_path(request_path), false);
        for attribute in parts {
            let (key, given) = attribute.split_once('=').unwrap_or((attribute, ""));
            if key.eq_ignore_ascii_case("path") && given.starts_with('/') {
                given.clone_into(&mut path);
            } else if key.eq_ignore_ascii_case("max-age") {
                gone = given.parse::<i64>().is_ok_and(|age| age <= 0);
            } else if key.eq_ignore_ascii_case("expires") {
                // Nobody sets a cookie that is about to expire; who takes one back names the epoch.
                gone |= given.contains(" 1970 ");
            }
        }
        self.0.retain(|cookie| cookie.name != name || cookie.path != path);
        if !gone {
            let (name, value) = (name.to_owned(), value.to_owned());
            self.0.push(Cookie { name, value, path });
        }
    }

    /// Writes the `Cookie` header field for a request at `path`, if there is anything to send.
    pub(crate) fn write(&self, path: &str, request: &mut String) {
        let mut before = "cookie: ";
        for cookie in self.0.iter().filter(|cookie| covers(&cookie.path, path)) {
            request.push_str(before);
            request.push_str(&cookie.name);
            request.push('=');
            request.push_str(&cookie.value);
            before = "; ";
        }
        if before == "; " {
            request.push_str("\r\n");
        }
    }
}

/// RFC 6265 §5.1.4: everything up to the last `/` of the request's path.
fn default_path(request: &str) -> String {
    let folder = request.rsplit_once('/').map_or("", |(folder, _)| folder);
    if folder.is_empty() { "/" } else { folder }.to_owned()
}

fn covers(cookie: &str, request: &str) -> bool {
    request
        .strip_prefix(cookie)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || cookie.ends_with('/'))
}

#[cfg(test)]
#[path = "cookies_tests.rs"]
mod tests;
