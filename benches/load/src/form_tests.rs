use super::Form;

#[test]
fn a_login_form_is_read_with_its_hidden_fields() {
    let html = r#"<form action="/search"><input name="q"></form>
        <form id="login-form" method="post" action="/login?interaction=a&amp;x=1" aria-labelledby="t">
          <input type="hidden" name="csrf" value="c&#38;d">
          <input type="hidden" name="interaction" value="i">
          <input id="username" name="username" type="text" value="">
          <input id="password" name="password" type="password">
          <input id="remember" name="remember" type="checkbox" value="on">
        </form>"#;
    let form = Form::with_password(html).expect("the page has a login form");
    assert_eq!(form.action, "/login?interaction=a&x=1");
    let hidden = [("csrf", "c&d"), ("interaction", "i")].map(|(name, value)| (name.into(), value.into()));
    assert_eq!(form.hidden, hidden);
}

#[test]
fn a_page_without_a_password_field_has_no_login_form() {
    assert_eq!(Form::with_password("<form><input name=q></form>"), None);
}
