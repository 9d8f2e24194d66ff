//! What lies in script files of a brand's page, and not in the page.

use signet::directory::By;
use signet::directory::connector;
use signet::directory::doctor::Verdict;

use super::connector_check::{Brand, found};
use super::{App, FreshDb, on_both_databases};

const PAGE: &str =
    "<script src=\"/files/other.js\"></script><script async src='files/shop.js?v=1&amp;w=2'></script>";

on_both_databases! {
    async fn f_05_f_12_f_13_f_23_f_24_f_26_f_27_what_is_wrong_in_a_pages_own_file_is_found_there(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let made = connector::create(&app.services, &By::command(), &app.brand, None, brand.draft()).await.unwrap();
        let page = format!("{}/page", brand.base).parse().unwrap();
        let look = async |page_text: &str, file: &str| {
            brand.change(|it| {
                page_text.clone_into(&mut it.page);
                // What isn't the window's says nothing of it.
                it.files.insert("other.js".to_owned(), "sign({iss: 'me', sub: user.email, customerInfo: {}, sdes: 1})".to_owned());
                it.files.insert("shop.js".to_owned(), file.to_owned());
            });
            connector::check_page(&app.services, &made, &page).await.unwrap()
        };
        let base = &brand.base;
        let method = "window.lpGetAuthenticationToken = (cb) => { cb('t'); };";
        let file = format!("{base}/files/shop.js?v=1&w=2: ");
        for (script, says) in [
            (format!("{method} lpTag.identities.push((done) => done({{iss: '{base}', acr: 'loa1', sub: 'c-7f3a9d'}}))"), ""),
            (format!("{method} lpTag.identities.push((done) => done({{iss: '{base}/', acr: 'loa1', sub: 'c-7f3a9d'}}))"), "(F-05)"),
            ("window.lpGetAuthenticationToken = () => 't'; lpTag.identities".to_owned(), "(F-12)"),
            // Whoever catches is somebody else.
            ("window.lpGetAuthenticationToken = async (cb) => { cb(await t()); }; other().catch(show); lpTag.identities".to_owned(), "(F-12)"),
            ("window.lpGetAuthenticationToken = (cb) => { window.open('/login'); later = cb; }; lpTag.identities".to_owned(), "(F-23)"),
            (format!("{method} lpTag.identities; lpTag.sdes.push({{type: 'customerInfo', customerInfo: {{}}}})"), "(F-26)"),
            (format!("{method} lpTag.identities.push((done) => done({{acr: 'loa1', sub: shop.user.email}}))"), "(F-27)"),
        ] {
            let told = found(&[look(PAGE, &script).await]);
            assert!(told.contains(says) && told.is_empty() == says.is_empty(), "{script}: {told}");
            assert!(told.is_empty() || (told.starts_with(&file) && told.lines().count() == 1), "{script}: {told}");
        }
        let told = found(&[look(PAGE, "lpTag.sdes.push({customerId: 1})").await]);
        assert!(told.lines().any(|line| line.starts_with(&file) && line.contains("(F-24)")), "{told}");
        let module = PAGE.replace("async", "type=\"module\"");
        let told = found(&[look(&module, "function lpGetAuthenticationToken(cb) { cb('t'); } lpTag.identities").await]);
        assert!(told.starts_with(&file) && told.contains("in a module") && told.contains("(F-13)"), "{told}");
        // Our helper, imported by a file.
        let import = format!("import {{ signet }} from '{base}/sdk/signet.mjs'; signet.configure({{}});");
        let well = look(&module, &import).await;
        assert!(well.verdict == Verdict::Ok && well.notes.concat().contains("2 of its script files"), "{well:?}");
    }

    async fn f_13_files_that_arent_read_are_named_with_their_reason(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let made = connector::create(&app.services, &By::command(), &app.brand, None, brand.draft()).await.unwrap();
        let page = format!("{}/page", brand.base).parse().unwrap();
        let look = async |text: &str| {
            brand.change(|it| text.clone_into(&mut it.page));
            found(&[connector::check_page(&app.services, &made, &page).await.unwrap()])
        };
        let method = "function lpGetAuthenticationToken(cb) { cb('t'); } lpTag.identities";
        let bytes = |many: usize| format!("{method}{}", " ".repeat(many - method.len()));
        brand.change(|it| {
            it.files.insert("fits.js".to_owned(), bytes(512 * 1024));
            it.files.insert("long.js".to_owned(), bytes(512 * 1024 + 1));
            for number in 0..11 {
                it.files.insert(format!("{number}.js"), "1".to_owned());
            }
        });
        assert_eq!(look("<script src=/files/fits.js></script>").await, "");
        for (src, says) in [
            ("/files/long.js", "/files/long.js ("),
            ("/files/none.js", "/files/none.js (the answer is 404)"),
            ("https://elsewhere.example/a.js", "https://elsewhere.example/a.js (of another host)"),
        ] {
            let told = look(&format!("<script src=\"{src}\"></script>")).await;
            assert!(told.contains("unless a file does that wasn't read") && told.contains(says), "{told}");
            assert!(told.contains("(F-13)"), "{told}");
        }
        let many: Vec<String> = (0..11).map(|number| format!("<script src='/files/{number}.js'></script>")).collect();
        let told = look(&many.concat()).await;
        assert!(told.contains("/files/10.js (more than 10 files)") && !told.contains("/files/9.js"), "{told}");
        // The file is there, and its method with it: nothing is guessed.
        let told = look("<script src='/files/1.js'></script>").await;
        assert!(told.contains("(F-13)") && !told.contains("unless"), "{told}");
    }
}
