//! The threads that queries run on: while it runs, a query has some to itself.
//!
//! A query is many tasks, and one of them may keep its thread for long without a chance to stop it: a comparison of
//! all rows with all rows, a function over a value of megabytes. On shared threads a few of these would hold up every
//! other query, even after their own were given up. Here they can only take the cores, and these the system shares
//! out fairly.

use std::cell::OnceCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;

use crate::error::QueryError;

/// Queries that run at a time, with those that were given up and still keep a thread. More wait for their turn.
const MOST_QUERIES: usize = 32;
/// Threads of one query.
const MOST_THREADS: usize = 16;
/// Crews that are kept while they have nothing to do.
const MOST_IDLE: usize = 4;

/// Expressions nest, and planning follows them down: each level takes kilobytes of stack in a debug build. The
/// guard bounds how deep they nest; the pages of a stack are only taken when it is used.
pub(crate) const STACK_BYTES: usize = 64 << 20;

/// The threads of all queries.
#[derive(Debug)]
pub(crate) struct Threads {
    turns: Arc<Semaphore>,
    idle: Mutex<Vec<Crew>>,
    threads: usize,
}

/// Some threads, for one query at a time.
#[derive(Debug)]
struct Crew {
    runtime: Runtime,
    state: Arc<CrewState>,
}

/// What the threads of a crew know. It lives as long as the last of them.
#[derive(Debug, Default)]
struct CrewState {
    /// Whether the query is over, so that what is left of it should end.
    over: AtomicBool,
    /// That of the query. One that was given up keeps it while it keeps a thread.
    turn: Mutex<Option<OwnedSemaphorePermit>>,
}

thread_local! {
    /// That of the crew which a thread belongs to.
    static CREW: OnceCell<Arc<CrewState>> = const { OnceCell::new() };
}

/// Whether the query that runs on this thread was given up: what takes long should look now and then.
pub(crate) fn is_over() -> bool {
    CREW.with(|crew| crew.get().is_some_and(|crew| crew.over.load(Ordering::Relaxed)))
}

/// Locks what is whole after each step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Crew {
    fn new(threads: usize) -> std::io::Result<Self> {
        let state = Arc::new(CrewState::default());
        let of_thread = state.clone();
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("tfo-query")
            .thread_stack_size(STACK_BYTES)
            .enable_time()
            .on_thread_start(move || {
                // A thread starts once.
                let _ = CREW.with(|crew| crew.set(of_thread.clone()));
            })
            .build()?;
        Ok(Self { runtime, state })
    }

    /// Whether nothing is left of the query before.
    fn is_quiet(&self) -> bool {
        self.runtime.metrics().num_alive_tasks() == 0
    }

    fn begin(&self, turn: OwnedSemaphorePermit) {
        self.state.over.store(false, Ordering::Relaxed);
        *lock(&self.state.turn) = Some(turn);
    }

    /// Lets the threads go as soon as their tasks let go of them, and the turn with the last of them.
    fn end(self) {
        self.state.over.store(true, Ordering::Relaxed);
        // Waiting is not allowed here, where the caller may be an asynchronous task.
        self.runtime.shutdown_background();
    }
}

impl Threads {
    /// Threads are made when there are queries for them.
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            turns: Arc::new(Semaphore::new(MOST_QUERIES)),
            idle: Mutex::default(),
            threads: cores.min(MOST_THREADS),
        }
    }

    /// Runs a query when it is its turn. When this future is dropped, the query is given up.
    pub(crate) async fn run<T, F>(self: &Arc<Self>, query: F) -> Result<T, QueryError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, QueryError>> + Send + 'static,
    {
        let failed =
            |what: &dyn std::fmt::Display| QueryError::Internal(format!("threads of a query: {what}"));
        // The semaphore is never closed.
        let turn = self.turns.clone().acquire_owned().await.map_err(|error| failed(&error))?;
        let crew = self.crew().map_err(|error| failed(&error))?;
        crew.begin(turn);
        let task = crew.runtime.spawn(query);
        let mut running = Running { threads: self.clone(), task, crew: Some(crew), ended: false };
        let answer = (&mut running.task).await;
        running.ended = true;
        answer.unwrap_or_else(|failure| Err(QueryError::Internal(format!("a query ended early: {failure}"))))
    }

    fn crew(&self) -> std::io::Result<Crew> {
        let mut idle = lock(&self.idle);
        let quiet = idle.iter().rposition(Crew::is_quiet).map(|place| idle.remove(place));
        drop(idle);
        quiet.map_or_else(|| Crew::new(self.threads), Ok)
    }

    /// Keeps a crew whose query has ended for the next one. Parts of it may take another moment to end.
    fn keep(&self, crew: Crew) {
        crew.state.over.store(true, Ordering::Relaxed);
        drop(lock(&crew.state.turn).take());
        let mut idle = lock(&self.idle);
        idle.push(crew);
        let oldest = (idle.len() > MOST_IDLE).then(|| idle.remove(0));
        drop(idle);
        if let Some(oldest) = oldest {
            oldest.end();
        }
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        for crew in lock(&self.idle).drain(..) {
            crew.end();
        }
    }
}

/// A query at work, as long as its caller waits.
struct Running<T> {
    threads: Arc<Threads>,
    task: JoinHandle<T>,
    /// `None` only while it is dropped.
    crew: Option<Crew>,
    ended: bool,
}

impl<T> Drop for Running<T> {
    fn drop(&mut self) {
        let Some(crew) = self.crew.take() else { return };
        if self.ended {
            self.threads.keep(crew);
        } else {
            self.task.abort();
            crew.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_query_ends_when_its_caller_goes_away() {
        let threads = Arc::new(Threads::new());
        let alive = Arc::new(());
        let held = alive.clone();
        let endless = threads.run(async move {
            std::future::pending::<()>().await;
            drop(held);
            Ok(())
        });
        let mut endless = Box::pin(endless);
        assert!(futures::poll!(&mut endless).is_pending());
        drop(endless);
        while Arc::strong_count(&alive) > 1 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_panic_is_an_error_of_its_query_alone() {
        let threads = Arc::new(Threads::new());
        let answer = threads.run::<(), _>(async { panic!("a fault") }).await;
        assert!(matches!(answer, Err(QueryError::Internal(_))), "{answer:?}");
        assert!(threads.run(async { Ok(1) }).await.is_ok());
    }

    /// Keeps as many threads as a query has, and one more, without a chance to stop it; says when it does.
    async fn stuck(started: tokio::sync::mpsc::UnboundedSender<()>, held: Arc<Mutex<mpsc::Receiver<()>>>) {
        let threads = tokio::runtime::Handle::current().metrics().num_workers();
        let parts = (0..threads).map(|_| {
            let (started, held) = (started.clone(), held.clone());
            tokio::spawn(async move {
                started.send(()).unwrap();
                lock(&held).recv().unwrap_err();
            })
        });
        futures::future::join_all(parts).await;
    }

    #[tokio::test]
    async fn queries_that_keep_their_threads_hold_up_no_others() {
        let threads = Arc::new(Threads::new());
        let (release, held) = mpsc::channel::<()>();
        let held = Arc::new(Mutex::new(held));
        let (started, mut all_started) = tokio::sync::mpsc::unbounded_channel();
        let mut given_up = Vec::new();
        for _ in 0..MOST_QUERIES - 1 {
            let (started, held) = (started.clone(), held.clone());
            let query = async move {
                stuck(started, held).await;
                Ok(())
            };
            let mut query = Box::pin(threads.run(query));
            assert!(futures::poll!(&mut query).is_pending());
            given_up.push(query);
        }
        for _ in 0..threads.threads * given_up.len() {
            all_started.recv().await.unwrap();
        }
        assert!(matches!(threads.run(async { Ok(1) }).await, Ok(1)));
        drop(given_up);
        assert!(matches!(threads.run(async { Ok(1) }).await, Ok(1)));
        // One that is given up keeps its turn until it lets go of its threads.
        assert_eq!(threads.turns.available_permits(), 1);
        drop(release);
        while threads.turns.available_permits() < MOST_QUERIES {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_query_that_is_given_up_can_see_it() {
        let threads = Arc::new(Threads::new());
        assert!(matches!(threads.run(async { Ok(is_over()) }).await, Ok(false)));
        assert!(
            matches!(threads.run(async { Ok(is_over()) }).await, Ok(false)),
            "the second on the same threads"
        );
        let (started, has_started) = tokio::sync::oneshot::channel();
        let (tell, told) = tokio::sync::oneshot::channel();
        let mut query = Box::pin(threads.run(async move {
            let _ = started.send(());
            while !is_over() {
                std::hint::spin_loop();
            }
            let _ = tell.send(());
            Ok(())
        }));
        assert!(futures::poll!(&mut query).is_pending());
        has_started.await.unwrap();
        drop(query);
        told.await.unwrap();
    }

    #[tokio::test]
    async fn threads_are_used_again() {
        let threads = Arc::new(Threads::new());
        for _ in 0..3 {
            threads.run(async { Ok(()) }).await.unwrap();
            // What is left of a query takes another moment to end.
            while !lock(&threads.idle).iter().all(Crew::is_quiet) {
                tokio::task::yield_now().await;
            }
        }
        assert_eq!(lock(&threads.idle).len(), 1);
    }
}
