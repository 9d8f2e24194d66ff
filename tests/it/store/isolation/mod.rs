//! Nothing of one account is ever seen or changed from another (SEC-137, SEC-138): every function of the store that
//! names an account is tried with the wrong one. A function that is neither tried nor excepted fails a test.

mod doors;
mod excepted;
mod gateway;
mod house;
mod provider;

use crate::support::db::{FreshDb, on_both_databases};

/// What a function of the store answers, as to whether it brought anything to light or met anything.
trait Seen {
    fn seen(&self) -> bool;
}

impl Seen for bool {
    fn seen(&self) -> bool {
        *self
    }
}
impl Seen for u64 {
    fn seen(&self) -> bool {
        *self > 0
    }
}
impl Seen for i64 {
    fn seen(&self) -> bool {
        *self > 0
    }
}
impl Seen for () {
    fn seen(&self) -> bool {
        false
    }
}
impl<T> Seen for Option<T> {
    fn seen(&self) -> bool {
        self.is_some()
    }
}
impl<T> Seen for Vec<T> {
    fn seen(&self) -> bool {
        !self.is_empty()
    }
}
impl Seen for signet::store::consumers::Written {
    fn seen(&self) -> bool {
        *self == Self::Done
    }
}

/// A list of calls: `on_db` for a function that takes the database, `in_tx` for one that takes a transaction. The
/// account is the one in whose name it is made; `=>` tells what of its answer counts, where that isn't plain.
macro_rules! calls {
    ($db:ident, $tx:ident, $account:ident, $house:ident;
     $($how:ident $module:ident::$function:ident $arguments:tt $(=> $judge:expr)?;)*) => {
        vec![$($crate::store::isolation::house::Call {
            name: concat!(stringify!($module), "::", stringify!($function)).to_owned(),
            make: $crate::store::isolation::make!($how, $db, $tx, $account, $house,
                signet::store::$module::$function $arguments $(, $judge)?),
        }),*]
    };
}
macro_rules! make {
    (on_db, $db:ident, $tx:ident, $account:ident, $house:ident, $call:expr $(, $judge:expr)?) => {
        Box::new(move |house: std::sync::Arc<$crate::store::isolation::house::House>, account| Box::pin(async move {
            let ($db, $account, $house) = (&house.db, &account, &*house);
            let _ = ($db, $account, $house);
            Ok($crate::store::isolation::judged!($call.await? $(, $judge)?))
        }))
    };
    (in_tx, $db:ident, $tx:ident, $account:ident, $house:ident, $call:expr $(, $judge:expr)?) => {
        Box::new(move |house: std::sync::Arc<$crate::store::isolation::house::House>, account| Box::pin(async move {
            let db = house.db.clone();
            db.transaction(move |$tx| Box::pin(async move {
                let ($account, $house) = (&account, &*house);
                let _ = ($account, $house);
                Ok($crate::store::isolation::judged!($call.await? $(, $judge)?))
            })).await
        }))
    };
}
macro_rules! judged {
    ($answer:expr) => {
        $crate::store::isolation::Seen::seen(&$answer)
    };
    ($answer:expr, $judge:expr) => {
        ($judge)(&$answer)
    };
}
use {calls, judged, make};

on_both_databases! {
    async fn sec_137_sec_138_no_function_of_the_store_reaches_into_another_account(fresh: &FreshDb) {
        house::try_all(fresh, &provider::calls()).await;
    }

    async fn sec_137_sec_138_nor_does_one_that_knows_users_or_programs(fresh: &FreshDb) {
        house::try_all(fresh, &gateway::calls()).await;
    }
}

#[test]
fn sec_137_every_function_of_the_store_is_tried_in_another_accounts_name_or_excepted() {
    let tried: Vec<String> = provider::calls()
        .into_iter()
        .chain(gateway::calls())
        .map(|call| call.name.split(' ').next().unwrap().to_owned())
        .collect();
    let wrong = excepted::wrong(&tried);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
