//! Which accounts an administrator sees, and what of them.

use pages::ErrorKind;
use signet::directory::{By, account};

use super::{PASSWORD, administrator, enter, signed_in};
use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};

on_both_databases! {
    async fn the_servers_administrator_chooses_an_account(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.other_account("other").await;
        administrator(&app, "root", None).await;
        let mut browser = signed_in(&app, "root").await;
        let home = browser.get("/admin/").await;
        for link in ["/admin/keys?account=brand", "/admin/keys?account=other"] {
            assert!(home.body.contains(&format!("href=\"{link}\"")), "{}", home.body);
        }
        assert_eq!(browser.get("/admin/audit").await.location(), "/admin/", "one must be chosen");
        let page = browser.get("/admin/audit?account=other").await;
        assert!(page.body.contains("id=\"choose-account\"") && page.body.contains(">other<"));
        for wrong in ["account=nobody", "account=%00", "account=a%20b", "account=*"] {
            let answer = browser.get(&format!("/admin/audit?{wrong}")).await;
            assert!([400, 404].contains(&answer.status.as_u16()), "{wrong}");
        }
        let twice = browser.get("/admin/audit?account=other&account=brand").await;
        assert_eq!(twice.page_error(), ErrorKind::RepeatedParameter);
    }

    async fn accounts_come_in_pages(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        for number in 0..51 {
            crate::support::seed::account(app.db(), &format!("shop-{number:02}")).await;
        }
        let mut browser = signed_in(&app, "root").await;
        let first = browser.get("/admin/").await;
        assert!(first.body.contains("account=shop-48\"") && !first.body.contains("account=shop-49\""));
        let second = browser.get("/admin/?after=shop-48").await;
        assert!(second.body.contains("account=shop-49\"") && second.body.contains("account=shop-50\""));
        assert!(!second.body.contains("id=\"next\"") && first.body.contains("href=\"/admin/?after=shop-48\""));
        assert_eq!(browser.get("/admin/?after=%00").await.status, 400);
    }

    async fn sec_137_an_accounts_administrator_sees_that_one_alone(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        administrator(&app, "olga", Some(&other)).await;
        let mut browser = signed_in(&app, "olga").await;
        assert_eq!(browser.get("/admin/").await.location(), "/admin/keys?account=other");
        for path in ["/admin/audit", "/admin/audit?account=other"] {
            let page = browser.get(path).await;
            assert_eq!(page.status, 200);
            assert!(!page.body.contains("id=\"choose-account\"") && !page.body.contains("brand<"));
        }
        for foreign in ["brand", "nobody"] {
            let answer = browser.get(&format!("/admin/audit?account={foreign}")).await;
            assert_eq!(answer.page_error(), ErrorKind::NotFound, "{foreign}");
        }
    }

    async fn the_audit_page_shows_what_was_changed(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        for colour in 0..51 {
            let colour = format!("#0000{colour:02x}");
            account::update(&app.services, &By::command(), &app.brand, |draft| {
                draft.settings.colour = Some(colour);
                "<b>Acme</b>".clone_into(&mut draft.settings.display_name);
                Ok(())
            }).await.unwrap();
        }
        let mut browser = signed_in(&app, "root").await;
        let page = browser.get("/admin/audit?account=brand").await;
        assert!(page.body.contains("account.updated") && page.body.contains("#000032"), "{}", page.body);
        assert!(page.body.contains("&#60;b&#62;Acme&#60;/b&#62;") && !page.body.contains("<b>Acme"));
        let (_, older) = page.body.split_once("id=\"older\" href=\"").unwrap();
        let older = older.split('"').next().unwrap().replace("&#38;", "&");
        let second = browser.get(&older).await;
        assert!(second.body.contains("#000000") && !second.body.contains("id=\"older\""), "{older}");
        let filtered = browser.get("/admin/audit?account=brand&event=key").await;
        assert!(filtered.body.contains("No such change") && filtered.body.contains("value=\"key\""));
        for wrong in ["before=x", "before=1.%5f", "before=99999999999999999999", &format!("event={}", "x".repeat(65)), "event=%00"] {
            assert_eq!(browser.get(&format!("/admin/audit?account=brand&{wrong}")).await.status, 400, "{wrong}");
        }
    }

    async fn a_server_without_accounts_has_a_console(fresh: &FreshDb) {
        let app = App::empty(fresh).await;
        administrator(&app, "root", None).await;
        let mut browser = app.browser();
        assert_eq!(enter(&mut browser, "root", PASSWORD).await.status, 303);
        assert!(browser.get("/admin/").await.body.contains("There is no account yet"));
    }
}
