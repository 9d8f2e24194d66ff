//! Who is signed in.

use signet::model::ConsumerStatus;

use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};

on_both_databases! {
    async fn the_page_shows_who_is_signed_in_and_how_to_leave(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let page = browser.get("/me").await;
        assert!(page.body.contains("Ana Lee") && page.body.contains("href=\"/logout\""), "{}", page.body);
        assert!(app.browser().get("/me").await.location().ends_with("/login"));
    }

    async fn sec_072_who_may_not_log_in_any_more_is_not_signed_in(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        app.change_consumer(&ana, |it| it.status = ConsumerStatus::Disabled).await;
        assert!(browser.get("/me").await.location().ends_with("/login"));
        let page = browser.get("/login").await;
        assert!(!page.body.contains("Ana Lee"));
    }
}
