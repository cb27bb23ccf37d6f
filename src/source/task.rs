//! A task that ends with its handle.

use std::future::Future;

use tokio::task::JoinHandle;

/// A task that runs; dropping this ends it.
#[derive(Debug)]
pub struct Task(JoinHandle<()>);

impl Task {
    /// Must be called within a runtime.
    pub fn spawn(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(work))
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}
