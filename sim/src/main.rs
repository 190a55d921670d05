//! `sim`: the trust loop on stage.

use std::process::ExitCode;

fn main() -> ExitCode {
    sim::cli::main::<machine::trust::Trust>()
}
