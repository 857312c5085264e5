//! The line of files to send: one after another, in the order they were chosen, whichever list of the page they are
//! for. The server judges few files at once and turns the others away.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;

use leptos::task::spawn_local;

type Job = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    /// Who waits; nothing while nobody is being served.
    static LINE: RefCell<Option<VecDeque<Job>>> = const { RefCell::new(None) };
}

/// Does `job` when all that joined before are done. It goes on when the page that asked for it has been left.
pub(super) fn join(job: impl Future<Output = ()> + 'static) {
    let is_first = LINE.with_borrow_mut(|line| {
        let is_first = line.is_none();
        line.get_or_insert_default().push_back(Box::pin(job));
        is_first
    });
    if is_first {
        spawn_local(async {
            while let Some(job) = next() {
                job.await;
            }
        });
    }
}

fn next() -> Option<Job> {
    LINE.with_borrow_mut(|line| {
        let job = line.as_mut().and_then(VecDeque::pop_front);
        if job.is_none() {
            *line = None;
        }
        job
    })
}
