use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use super::{Busy, HashPool};

/// Work that runs until it is told to end, and the teller.
fn blocking() -> (impl FnOnce(&passwords::Hasher) + Send + 'static, mpsc::Sender<()>) {
    let (end, ended) = mpsc::channel::<()>();
    (
        move |_: &passwords::Hasher| {
            let _ = ended.recv();
        },
        end,
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_166_the_queue_is_bounded_and_so_is_the_wait() {
    let pool = HashPool::with(1, 1, Duration::from_millis(50));
    let (work, end) = blocking();
    let running = tokio::spawn({
        let pool = pool.clone();
        async move { pool.run(work).await }
    });
    while pool.permits.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    // One waits, and gives up after the wait; while it does, the next is turned away at once.
    let waiting = tokio::spawn({
        let pool = pool.clone();
        async move { pool.run(|_| ()).await }
    });
    while pool.places.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(pool.run(|_| ()).await, Err(Busy));
    assert_eq!(waiting.await.unwrap(), Err(Busy));
    end.send(()).unwrap();
    assert_eq!(running.await.unwrap(), Ok(()));
    assert_eq!(pool.run(|_| 7).await, Ok(7));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_166_who_goes_away_frees_nothing_early() {
    let pool = HashPool::with(1, 4, Duration::from_millis(50));
    let (work, end) = blocking();
    let running = tokio::spawn({
        let pool = pool.clone();
        async move { pool.run(work).await }
    });
    while pool.permits.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    running.abort();
    assert!(running.await.is_err());
    assert_eq!(pool.permits.available_permits(), 0);
    assert_eq!(pool.run(|_| ()).await, Err(Busy));
    end.send(()).unwrap();
    while pool.permits.available_permits() == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_more_run_at_once_than_may() {
    let pool = HashPool::with(2, 100, Duration::from_secs(10));
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let runs: Vec<_> = (0..20)
        .map(|_| {
            let (pool, now, most) = (pool.clone(), Arc::clone(&now), Arc::clone(&most));
            tokio::spawn(async move {
                pool.run(move |_| {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(Duration::from_millis(2));
                    now.fetch_sub(1, Ordering::SeqCst);
                })
                .await
            })
        })
        .collect();
    for run in runs {
        run.await.unwrap().unwrap();
    }
    assert!(most.load(Ordering::SeqCst) <= 2);
}
