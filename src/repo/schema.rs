//! The JSON Schema of the configuration.

/// The JSON Schema of `gate.yaml`.
pub const SCHEMA: &str = include_str!("../../schemas/gate.schema.json");
