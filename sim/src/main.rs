//! The program `sim`: the command line for the trust loop.

use std::process::ExitCode;

fn main() -> ExitCode {
    sim::cli::main::<machine::trust::Trust>()
}
