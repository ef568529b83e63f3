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
mod layout;
mod locale;
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
use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::report::{Charset, Colors, Console, Sink, quote};
use ci::Ci;
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
    Layout(layout::Arguments),
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

impl From<Color> for Colors {
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
    let charset = if locale::is_unicode() { Charset::Unicode } else { Charset::Ascii };
    match parse(std::env::args_os()) {
        Ok(arguments) => {
            let colors = arguments.color.into();
            let out = match arguments.command {
                Command::Render(_) => Sink::exact_standard_output(),
                _ => Sink::standard_output(colors, charset),
            };
            run(&arguments, &Ci::read(), Console { out, err: Sink::standard_error(colors, charset) })
        }
        Err(mistake) => {
            let colors = Colors::Auto;
            mistake.tell(Console {
                out: Sink::standard_output(colors, charset),
                err: Sink::standard_error(colors, charset),
            })
        }
    }
    .into()
}

/// Runs `gate` with these arguments, the first of which is the program's name, writes to `out` and `err` without colours,
/// and returns the exit code. The working directory and standard input are those of the process; what its environment
/// says of a CI platform does not count.
pub fn run_into(arguments: &[OsString], out: impl Write, err: impl Write) -> u8 {
    let console = Console { out: Sink::plain(out), err: Sink::plain(err) };
    let exit = match parse(arguments.iter().cloned()) {
        Ok(arguments) => run(&arguments, &Ci::default(), console),
        Err(mistake) => mistake.tell(console),
    };
    exit as u8
}

/// Arguments that cannot be used, or that ask for nothing but help.
struct Mistake(clap::Error);

fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Arguments, Mistake> {
    Arguments::try_parse_from(arguments).map_err(Mistake)
}

impl Mistake {
    /// Says what is wrong. Help and the version are what was asked for; the rest is a mistake. Where neither can be
    /// printed, the exit code still says which.
    fn tell(self, mut console: Console<'_>) -> Exit {
        let Self(error) = self;
        if error.use_stderr() {
            // What was typed is repeated, so that no colour in it is ours.
            let _ = console.err.text(&quote(&error.render().to_string())).and_then(|()| console.err.flush());
            return Exit::NotJudged;
        }
        let _ = console.out.text(&error.render().ansi().to_string()).and_then(|()| console.out.flush());
        Exit::Passed
    }
}

fn run(arguments: &Arguments, ci: &Ci, mut console: Console<'_>) -> Exit {
    let out = &mut console;
    let result = match &arguments.command {
        Command::Check(arguments) => arguments.run(ci, out),
        Command::Diff(arguments) => arguments.run(out),
        Command::Explain(arguments) => arguments.run(ci, out),
        Command::Freeze(arguments) => arguments.run(ci, out),
        Command::Hook(arguments) => arguments.run(ci, out),
        Command::Init(arguments) => arguments.run(out),
        Command::Input(arguments) => arguments.run(ci, out),
        Command::Policies(arguments) => arguments.run(ci, out),
        Command::Trace(arguments) => arguments.run(out),
        Command::Promote(arguments) => arguments.run(out),
        Command::Status(arguments) => arguments.run(out),
        Command::Layout(arguments) => arguments.run(out),
        Command::Test(arguments) => arguments.run(ci, out),
        Command::Render(arguments) => arguments.run(out),
    };
    // What was written before something failed has been said, too.
    let written = console.out.flush();
    let failed = |failure: &Failure, console: &mut Console<'_>| {
        let exit = failure.print(&mut console.err);
        let _ = console.err.flush();
        exit
    };
    match (result, written) {
        (Err(failure), _) => failed(&failure, &mut console),
        (Ok(_), Err(cause)) => failed(&Failure::Output(cause), &mut console),
        (Ok(exit), Ok(())) => exit,
    }
}
