//! `cargo zero-sim`: the same as `zero-sim`, as a subcommand of cargo.

fn main() -> std::process::ExitCode {
    zero_sim::cli::main(true)
}
