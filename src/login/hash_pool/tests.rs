use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use super::{Busy, HashPool};
use crate::base::id::{AccountId, Realm};

fn account(id: &str) -> Realm {
    Realm::Account(AccountId::parse(id).unwrap())
}

impl HashPool {
    fn free(&self) -> usize {
        self.turns.free_and_waiting().0
    }

    fn waiting(&self) -> usize {
        self.turns.free_and_waiting().1
    }
}

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
        async move { pool.run(&Realm::Server, work).await }
    });
    while pool.free() > 0 {
        tokio::task::yield_now().await;
    }
    // One waits, and gives up after the wait; while it does, the next is turned away at once.
    let waiting = tokio::spawn({
        let pool = pool.clone();
        async move { pool.run(&Realm::Server, |_| ()).await }
    });
    while pool.waiting() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(pool.run(&Realm::Server, |_| ()).await, Err(Busy));
    assert_eq!(waiting.await.unwrap(), Err(Busy));
    end.send(()).unwrap();
    assert_eq!(running.await.unwrap(), Ok(()));
    assert_eq!(pool.run(&Realm::Server, |_| 7).await, Ok(7));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_166_who_goes_away_frees_nothing_early() {
    let pool = HashPool::with(1, 4, Duration::from_millis(50));
    let (work, end) = blocking();
    let running = tokio::spawn({
        let pool = pool.clone();
        async move { pool.run(&Realm::Server, work).await }
    });
    while pool.free() > 0 {
        tokio::task::yield_now().await;
    }
    running.abort();
    assert!(running.await.is_err());
    assert_eq!(pool.free(), 0);
    assert_eq!(pool.run(&Realm::Server, |_| ()).await, Err(Busy));
    end.send(()).unwrap();
    while pool.free() == 0 {
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
                pool.run(&Realm::Server, move |_| {
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

/// Waits until so many wait.
async fn until(pool: &HashPool, waiting: usize) {
    while pool.waiting() != waiting {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_144_accounts_take_turns_whoever_came_first() {
    let pool = HashPool::with(1, 100, Duration::from_secs(30));
    let (work, end) = blocking();
    let mut all = vec![tokio::spawn({
        let pool = pool.clone();
        async move { pool.run(&account("noisy"), work).await }
    })];
    while pool.free() > 0 {
        tokio::task::yield_now().await;
    }
    let served = Arc::new(std::sync::Mutex::new(Vec::new()));
    for (at, name) in ["noisy"; 20]
        .into_iter()
        .chain(["quiet", "third", "quiet"])
        .enumerate()
    {
        all.push(tokio::spawn({
            let (pool, served) = (pool.clone(), Arc::clone(&served));
            async move {
                let work = move |_: &passwords::Hasher| served.lock().unwrap().push(name);
                pool.run(&account(name), work).await
            }
        }));
        until(&pool, at + 1).await;
    }
    end.send(()).unwrap();
    for one in all {
        one.await.unwrap().unwrap();
    }
    let served = served.lock().unwrap();
    assert_eq!(
        served[..6],
        ["noisy", "quiet", "third", "noisy", "quiet", "noisy"]
    );
    assert_eq!((served.len(), pool.free(), pool.waiting()), (23, 1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_144_a_full_queue_turns_away_whom_it_is_full_of() {
    let pool = HashPool::with(1, 4, Duration::from_secs(30));
    let (work, end) = blocking();
    let running = tokio::spawn({
        let pool = pool.clone();
        async move { pool.run(&account("noisy"), work).await }
    });
    while pool.free() > 0 {
        tokio::task::yield_now().await;
    }
    let wait = |name: &'static str| {
        let pool = pool.clone();
        tokio::spawn(async move { pool.run(&account(name), move |_| name).await })
    };
    let mut noisy = Vec::new();
    for at in 0..4 {
        noisy.push(wait("noisy"));
        until(&pool, at + 1).await;
    }
    // Its own go no further; another's comes in for the last of them; and two lines of two are alike.
    assert_eq!(wait("noisy").await.unwrap(), Err(Busy));
    let first = wait("quiet");
    assert_eq!(noisy.pop().unwrap().await.unwrap(), Err(Busy));
    let second = wait("quiet");
    assert_eq!(noisy.pop().unwrap().await.unwrap(), Err(Busy));
    assert_eq!(wait("quiet").await.unwrap(), Err(Busy));
    // Whoever goes away leaves the place.
    let gone = noisy.pop().unwrap();
    gone.abort();
    assert!(gone.await.is_err());
    until(&pool, 3).await;
    end.send(()).unwrap();
    assert_eq!(running.await.unwrap(), Ok(()));
    for (waited, name) in [
        (first, "quiet"),
        (second, "quiet"),
        (noisy.pop().unwrap(), "noisy"),
    ] {
        assert_eq!(waited.await.unwrap(), Ok(name));
    }
    assert_eq!((pool.free(), pool.waiting()), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sec_144_no_permit_is_lost_where_many_come_and_go() {
    let pool = HashPool::with(2, 16, Duration::from_millis(5));
    let runs: Vec<_> = (0..2000)
        .map(|at: u64| {
            let pool = pool.clone();
            let run = tokio::spawn(async move {
                let work = move |_: &passwords::Hasher| std::thread::sleep(Duration::from_micros(at % 97));
                pool.run(&account(&format!("a{}", at % 7)), work).await
            });
            if at.is_multiple_of(3) {
                run.abort();
            }
            run
        })
        .collect();
    for run in runs {
        drop(run.await);
    }
    while pool.free() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!((pool.free(), pool.waiting()), (2, 0));
    assert_eq!(pool.run(&account("a"), |_| 7).await, Ok(7));
}
