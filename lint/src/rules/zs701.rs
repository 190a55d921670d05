//! ZS701: console and logging.

use super::{Group, Rule};

/// Console and logging.
pub(super) static RULE: Rule = Rule {
    id: "ZS701",
    title: "console and logging",
    group: Group::Io,
    what: "`println!` and its like, standard streams, `log`, `tracing`.",
    why: "An effect outside of the effects: it happens again in every replay, and it can block or fail.",
    instead: "Return an effect; let the shell print it.",
    misses: "A crate that logs by itself.",
    message: "`{}` is an effect outside of the effects",
    bad: r#"fn apply(state: u64) -> u64 {
    println!("applied at {state}"); //~ ZS701
    state
}
"#,
    good: r#"enum Effect { Note(String) }
fn apply(state: u64) -> (u64, Effect) {
    (state, Effect::Note(format!("applied at {state}")))
}
"#,
    paths: &["std::print!", "std::println!", "std::eprint!", "std::eprintln!", "std::dbg!", "std::io::stdin", "std::io::stdout", "std::io::stderr", "std::io::Stdin", "std::io::Stdout", "std::io::Stderr", "std::io::StdinLock", "std::io::StdoutLock", "std::io::StderrLock", "std::io::IsTerminal", "std::io::set_output_capture", "log", "tracing", "tracing_subscriber", "tracing_log", "slog", "env_logger", "defmt", "fern", "simplelog", "flexi_logger", "console", "indicatif", "termcolor", "crossterm", "colored", "anstream", "dialoguer", "log4rs", "pretty_env_logger", "fastrace", "opentelemetry", "metrics", "prometheus", "sentry", "kv_log_macro", "web_sys", "println"],
    ..Rule::BASE
};
