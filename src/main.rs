//! The doorway: arguments in, exit code out.

#![deny(clippy::disallowed_macros, clippy::disallowed_methods, clippy::disallowed_types)]

fn main() -> std::process::ExitCode {
    gate::cli::main()
}
