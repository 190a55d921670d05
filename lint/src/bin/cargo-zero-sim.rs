//! `cargo zero-sim`: the same as `zero-sim`, as a subcommand of cargo.

/// A syntax tree is millions of small pieces, made and dropped again: a tenth of the run with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    zero_sim::cli::main(true)
}
