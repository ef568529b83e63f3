//! Changes a text where it says something, and leaves every other byte alone: comments, order, quotes and line
//! ends stay as they were written.
//!
//! A function here that gives `None` has met a way of writing that cannot be changed without rewriting more.

mod apply;
mod list;
mod map;
mod place;
mod scalar;

pub use apply::apply;
pub use list::{append, append_section};
pub use map::{add_field, remove_field, rename_field};
pub use place::Edit;
pub use scalar::replace_scalar;

#[cfg(test)]
mod tests;
