use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Turn, Turns};
use crate::context::Degraded;

fn turns(stop: &CancellationToken) -> Turns {
    Turns {
        name: "test",
        every: Duration::from_millis(1),
        stop: stop.clone(),
        degraded: Degraded::default(),
    }
}

#[tokio::test]
async fn sec_176_a_job_that_panics_or_fails_takes_its_next_turn() {
    let (stop, taken) = (CancellationToken::new(), Arc::new(AtomicU32::new(0)));
    let (ending, count) = (stop.clone(), Arc::clone(&taken));
    turns(&stop)
        .keep(move || {
            let (ending, turn) = (ending.clone(), count.fetch_add(1, Ordering::SeqCst));
            async move {
                match turn {
                    0 => panic!("the first turn panics"),
                    1 => Err("the second fails"),
                    _ => {
                        ending.cancel();
                        Ok(Turn::Taken)
                    }
                }
            }
        })
        .await;
    assert_eq!(taken.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn sec_176_a_job_is_degraded_from_a_turn_that_fails_or_panics_to_the_next_that_is_done() {
    let stop = CancellationToken::new();
    let turns = turns(&stop);
    let degraded = turns.degraded.clone();
    let (ending, seen, mut turn) = (stop.clone(), degraded.clone(), 0);
    let mut before = Vec::new();
    turns
        .keep(|| {
            // What was to be seen before each turn: of none, a failed, a skipped, a done and a panicked one.
            before.push(seen.list().len());
            turn += 1;
            let (ending, turn) = (ending.clone(), turn);
            async move {
                match turn {
                    1 => Err("fails"),
                    2 => Ok(Turn::Skipped),
                    3 => Ok(Turn::Taken),
                    4 => panic!("panics"),
                    _ => {
                        ending.cancel();
                        Ok(Turn::Taken)
                    }
                }
            }
        })
        .await;
    assert_eq!(before, [0, 1, 1, 0, 1]);
    assert!(degraded.list().is_empty());
}

#[tokio::test]
async fn sec_176_a_job_that_panics_leaves_the_others_alone() {
    let (stop, taken) = (CancellationToken::new(), Arc::new(AtomicU32::new(0)));
    let bad = tokio::spawn(turns(&stop).keep(|| async {
        if true {
            panic!("always")
        } else {
            Ok::<Turn, String>(Turn::Taken)
        }
    }));
    let (ending, count) = (stop.clone(), Arc::clone(&taken));
    turns(&stop)
        .keep(move || {
            let (ending, turn) = (ending.clone(), count.fetch_add(1, Ordering::SeqCst));
            async move {
                if turn == 20 {
                    ending.cancel();
                }
                Ok::<Turn, String>(Turn::Taken)
            }
        })
        .await;
    bad.await.unwrap();
    assert_eq!(taken.load(Ordering::SeqCst), 21);
}

#[tokio::test]
async fn a_stop_while_a_job_rests_takes_no_turn() {
    let stop = CancellationToken::new();
    stop.cancel();
    turns(&stop)
        .keep(|| async {
            if true {
                panic!("no turn")
            } else {
                Ok::<Turn, String>(Turn::Taken)
            }
        })
        .await;
}
