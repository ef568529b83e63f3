//! Cases: small repositories whose lines say which findings are due on them.
//!
//! A case is a directory. What it holds is in both revisions; what is below its `base` or `head` is in that one
//! only, and goes before a file of the same path. Without either of the two the tree is judged as it is.
//! `case.yaml` may set `now`, and with `only: [policy-id, ...]` say whose findings it is about: those of other policies
//! are then neither due nor undue. What fails the run itself, such as `render-error`, never is left out.
//!
//! A finding is due where a comment says so, on the line itself or, standing alone, on the line before:
//! `# expect: policy-id`, with a part of the message behind it where that matters, several separated by `;`.
//! Words before the colon narrow it: a severity, or a status other than `new`, as in `# expect known warning:`.
//! What has no line is listed in the file `expected`, one a line, without the `# `.

mod about;
mod case;
mod content;
mod expectation;
mod fault;
mod update;

pub use case::{CaseResult, Check, run};
#[cfg(test)]
pub(crate) use content::Revisions;
pub use content::cases;
pub use fault::Fault;
pub use update::{Update, update};
