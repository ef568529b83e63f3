//! JSON Schema over nodes: every breach at the text that commits it, in the words of this program.
//!
//! The only place that names jsonschema. It knows no schema itself, and nothing is ever fetched.

mod breach;
mod mismatch;
mod spelling;

use jsonschema::Validator;

use crate::source::Problem;
use crate::yaml::Node;

pub use mismatch::{Mismatch, mismatches, type_of};
pub use spelling::nearest;

/// A compiled JSON Schema of any draft up to 2020-12.
pub struct Schema {
    document: serde_json::Value,
    validator: Validator,
}

impl Schema {
    /// Compiles a schema. `$ref` may lead inside the schema only.
    ///
    /// # Errors
    /// When the document is no JSON Schema, or a reference leads out of it.
    pub fn new(document: serde_json::Value) -> Result<Self, Problem> {
        let validator = jsonschema::options().offline().build(&document).map_err(|error| {
            let place = error.instance_path().as_str();
            let place = if place.is_empty() { String::new() } else { format!(" at `{place}`") };
            Problem::new(format!("this is not a JSON Schema{place}: {}", error.masked()))
        })?;
        Ok(Self { document, validator })
    }

    /// All breaches in the order of the text. Messages hold keys and what the schema says, never values.
    #[must_use]
    pub fn validate(&self, node: &Node) -> Vec<Problem> {
        let instance = node.to_json();
        let mut problems = Vec::new();
        for error in self.validator.iter_errors(&instance) {
            breach::explain(&error, node, &self.document, &mut problems);
        }
        problems.sort_by_key(|problem| problem.span().map(|span| (span.start, span.len)));
        problems
    }
}

#[cfg(test)]
mod tests;
