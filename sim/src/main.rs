//! `sim`: the trust loop on stage.

use std::process::ExitCode;

fn main() -> ExitCode {
    sim::main::<machine::trust::Trust>()
}
