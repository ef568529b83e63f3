//! The threads that overlays are worked on with.

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::source::Problem;

/// Bytes of a thread's stack: evaluating Rego and merging deep manifests take more than the usual 2 MiB.
const STACK: usize = 64 * 1024 * 1024;

/// So many threads, else one for each processor, with stacks for deeply nested manifests.
pub(super) fn pool(jobs: Option<usize>) -> Result<ThreadPool, Problem> {
    let builder = ThreadPoolBuilder::new().num_threads(jobs.unwrap_or_default()).stack_size(STACK);
    builder.build().map_err(|cause| Problem::new(format!("no threads can be started: {cause}")))
}
