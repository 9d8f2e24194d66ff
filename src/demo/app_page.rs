//! `GET /demo/app/callback`: where the simulated app comes back to.

use std::sync::Arc;

use axum::Extension;
use axum::response::Response;
use http::HeaderMap;
use pages::demo::AppCallback;

use super::room::Room;
use crate::http::Caller;
use crate::http::page::Pages;

pub(super) async fn get(
    Extension(room): Extension<Arc<Room>>,
    caller: Caller,
    headers: HeaderMap,
) -> Response {
    match room.context(&caller).await {
        Ok(context) => {
            let pages = Pages::new(&context, &headers, &[]);
            let view = AppCallback { frame: pages.frame() };
            pages.show(view.render())
        }
        Err(error) => Pages::bare(&caller.request_id).error(&error),
    }
}
