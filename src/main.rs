//! The doorway: arguments in, exit code out.

fn main() -> std::process::ExitCode {
    gate::cli::main()
}
