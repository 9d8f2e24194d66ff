//! A page of the brand's, and what a browser makes of it (F-05, F-12, F-13, F-21 to F-24, F-26, F-27).

use secrecy::SecretString;
use signet::directory::By;
use signet::directory::connector;
use url::Url;

use super::super::{App, FreshDb, given, on_both_databases};
use super::{Brand, found, platform_client};

on_both_databases! {
    async fn f_05_f_13_f_24_a_page_of_the_brands_is_read_as_the_window_finds_it(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let made = connector::create(&app.services, &By::command(), &app.brand, None, brand.draft()).await.unwrap();
        let page = format!("{}/page", brand.base).parse().unwrap();
        let base = brand.base.clone();
        let helper = format!("<script src=\"{base}/sdk/signet.js\" data-client=\"lp-messaging\"></script>");
        for (html, says) in [
            (helper.clone(), ""),
            (helper.replace("lp-messaging", "another"), "data-client"),
            (helper.replace(&base, "https://elsewhere.example"), "F-05"),
            ("<script>lpTag.sdes=[{customerId:1}]</script>".to_owned(), "F-24"),
            ("<script type=\"module\">function lpGetAuthenticationToken(cb) {}</script>identities".to_owned(), "in a module"),
            (format!("<script>function lpGetAuthenticationToken(cb) {{ cb('t'); }} identities; ({{iss: '{base}/'}})</script>"), "iss"),
            (format!("<script>lpGetAuthenticationToken = (cb) => {{ cb('t'); }}; identities; ({{\"iss\": \"{base}\"}})</script>"), ""),
            ("<script>lpGetAuthenticationToken = (cb) => {}; identities</script>".to_owned(), "(F-12)"),
            ("<script>lpGetAuthenticationToken = async (cb) => { cb(await t()); }; identities</script>".to_owned(), "(F-12)"),
            (format!("{helper}<iframe hidden src=\"{base}/authorize?prompt=none\"></iframe>"), "(F-22)"),
            (format!("{helper}<script>lpTag.sdes.push({{type: 'customerInfo', customerInfo: {{}}}})</script>"), "(F-26)"),
            (format!("{helper}<script>lpTag.identities.push((done) => done({{acr: 'loa1', sub: 'dana@mail.example'}}))</script>"), "(F-27)"),
            (format!("{helper}<script>lpTag.identities.push((done) => done({{acr: 'loa1', sub: shop.user.email}}))</script>"), "(F-27)"),
            (format!("{helper}<script>lpTag.identities.push((done) => done({{acr: 'loa1', sub: 'c-7f3a9d'}}))</script>"), ""),
            (helper.replace("></", " data-interaction=\"popup\"></"), "(F-23)"),
            (helper.replace("></", " data-interaction=\"redirect\"></"), ""),
            ("<script>lpGetAuthenticationToken = (cb) => { window.open('/login'); later = cb; }; identities</script>".to_owned(), "(F-23)"),
            ("<script>lpGetAuthenticationToken = (cb) => { window.open('/login') || (location.href = '/login'); later = cb; }; identities</script>".to_owned(), ""),
        ] {
            brand.change(|it| it.page.clone_from(&html));
            let told = found(&[connector::check_page(&app.services, &made, &page).await.unwrap()]);
            assert!(told.contains(says) && told.is_empty() == says.is_empty(), "{html}: {told}");
        }
    }

    async fn f_21_f_22_a_page_that_the_browser_keeps_from_the_issuer_is_named(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let page: Url = format!("{}/page", brand.base).parse().unwrap();
        let here: Url = format!("http://localhost:{}/page", page.port().unwrap()).parse().unwrap();
        let app = App::with(fresh, |settings| {
            brand.settings(settings);
            settings.outbound.allow_hosts.push(format!("localhost:{}", page.port().unwrap()).parse().unwrap());
        }).await;
        let account = signet::directory::account::find(&app.services, Some(&app.brand)).await.unwrap();
        let own = platform_client(&app).await;
        let mut draft = connector::ours(&account, &own);
        draft.client_secret = Some(SecretString::from("s3cret"));
        let made = connector::create(&app.services, &By::command(), &app.brand, None, draft).await.unwrap();
        let helper = format!("<script src=\"{}/sdk/signet.js\" data-client=\"shop\"></script>", account.issuer);
        brand.change(|it| it.page.clone_from(&helper));
        // The page's host is an address, and the issuer's a name.
        let told = found(&[connector::check_page(&app.services, &made, &page).await.unwrap()]);
        assert!(told.contains("(F-22)") && !told.contains("(F-21)"), "{told}");
        // The same host, another port: another origin of the same site, which the client must list.
        let told = found(&[connector::check_page(&app.services, &made, &here).await.unwrap()]);
        let origin = here.origin().ascii_serialization();
        assert!(told.contains("(F-21)") && told.contains(&format!("--origin {origin}")), "{told}");
        let listed = given(&[&format!("origins={origin}")]);
        signet::directory::client::update(&app.services, &By::command(), &app.brand, &own.client_id, |draft| draft.assign(&listed)).await.unwrap();
        let told = found(&[connector::check_page(&app.services, &made, &here).await.unwrap()]);
        assert!(!told.contains("(F-21)"), "{told}");
    }
}
