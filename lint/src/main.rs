//! `zero-sim`: see `zero-sim --help`.

fn main() -> std::process::ExitCode {
    zero_sim::cli::main(false)
}
