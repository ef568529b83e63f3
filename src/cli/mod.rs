//! The command line: arguments as typed become what the floors below take, results become output and an
//! exit code. One file per command; nothing below knows clap.

mod base;
mod check;
mod ci;
mod clock;
mod commits;
mod diff;
mod elsewhere;
mod exit;
mod explain;
mod failure;
mod freeze;
mod given;
mod hook;
mod init;
mod input;
mod names;
mod output;
mod policies;
mod promote;
mod render;
mod status;
mod test;
mod threads;
mod trace;
mod workspace;

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use clap::{Parser, Subcommand, ValueEnum};

use exit::Exit;
use failure::Failure;

/// May this change to a GitOps config repository go where it is going?
#[derive(Debug, Parser)]
#[command(name = "gate", version, arg_required_else_help = true, max_term_width = 100)]
struct Arguments {
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    color: Color,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Arguments),
    Render(render::Arguments),
    Diff(diff::Arguments),
    Trace(trace::Arguments),
    Promote(promote::Arguments),
    Status(status::Arguments),
    Test(test::Arguments),
    Policies(policies::Arguments),
    Explain(explain::Arguments),
    Freeze(freeze::Arguments),
    Hook(hook::Arguments),
    Init(init::Arguments),
    Input(input::Arguments),
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    /// In a terminal, unless `NO_COLOR` is set
    Auto,
    /// Even into files and pipes
    Always,
    /// Never
    Never,
}

impl From<Color> for ColorChoice {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => Self::Auto,
            Color::Always => Self::Always,
            Color::Never => Self::Never,
        }
    }
}

/// Runs gate on the arguments of the process: the report to standard output, all else to standard error.
#[must_use]
pub fn main() -> ExitCode {
    run(std::env::args_os()).into()
}

fn run(arguments: impl Iterator<Item = OsString>) -> Exit {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and the version are what was asked for; the rest is a mistake. Where neither can be
            // printed, the exit code still says which.
            let _ = error.print();
            return if error.use_stderr() { Exit::NotJudged } else { Exit::Passed };
        }
    };
    let color = arguments.color.into();
    let colored = || AutoStream::new(io::stdout().lock(), color);
    let result = match arguments.command {
        Command::Check(arguments) => with(colored(), |out| arguments.run(out)),
        Command::Diff(arguments) => with(colored(), |out| arguments.run(out)),
        Command::Explain(arguments) => with(colored(), |out| arguments.run(out)),
        Command::Freeze(arguments) => with(colored(), |out| arguments.run(out)),
        Command::Hook(arguments) => with(colored(), |out| arguments.run(out)),
        Command::Init(arguments) => with(colored(), |out| arguments.run(out)),
        Command::Input(arguments) => with(colored(), |out| arguments.run(out)),
        Command::Policies(arguments) => with(colored(), |out| arguments.run(out)),
        Command::Trace(arguments) => with(colored(), |out| arguments.run(out)),
        Command::Promote(arguments) => with(colored(), |out| arguments.run(out)),
        Command::Status(arguments) => with(colored(), |out| arguments.run(out)),
        Command::Test(arguments) => with(colored(), |out| arguments.run(out)),
        Command::Render(arguments) => with(io::stdout().lock(), |out| arguments.run(out)),
    };
    result.unwrap_or_else(|failure| failure.print(&mut AutoStream::new(io::stderr().lock(), color)))
}

/// Runs a command that writes to `out`.
fn with(out: impl Write, command: impl FnOnce(&mut dyn Write) -> Result<Exit, Failure>) -> Result<Exit, Failure> {
    let mut out = BufWriter::new(out);
    let exit = command(&mut out)?;
    out.flush()?;
    Ok(exit)
}
