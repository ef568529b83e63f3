//! What a repository says about itself: image references.

mod image;

pub use image::{ImageError, ImageRef, is_digest};
