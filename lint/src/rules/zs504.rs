//! ZS504: process-wide hooks.

use super::{Found, Group, Kind, Rule, View};

/// Process-wide hooks.
pub(super) static RULE: Rule = Rule {
    id: "ZS504",
    title: "process-wide hooks",
    group: Group::GlobalState,
    what: "Panic and allocation hooks, `#[global_allocator]`, installing a logger or subscriber, leaking memory into a static.",
    why: "Action at a distance: another part of the process changes what happens here.",
    instead: "Leave hooks to the binary.",
    misses: "A crate that installs a hook by itself.",
    message: "`{}` changes the whole process",
    bad: r"fn apply() {
    std::panic::set_hook(Box::new(|_| {})); //~ ZS504
}
",
    good: r"fn apply(input: &str) -> Result<u64, std::num::ParseIntError> {
    input.parse()
}
",
    paths: &["std::panic::set_hook", "std::panic::take_hook", "std::panic::update_hook", "std::panic::PanicHookInfo", "std::panic::PanicInfo", "std::alloc::set_alloc_error_hook", "std::alloc::take_alloc_error_hook", "std::alloc::handle_alloc_error", "std::alloc::System", "std::alloc::GlobalAlloc", "std::alloc::Global", "std::alloc::Allocator", "std::alloc::alloc", "std::alloc::dealloc", "std::alloc::realloc", "std::alloc::alloc_zeroed", "log::set_logger", "log::set_boxed_logger", "log::set_max_level", "tracing::subscriber::set_global_default", "tracing::subscriber::set_default", "tracing::subscriber::with_default", "tracing::dispatcher", "std::boxed::Box::leak", "std::vec::Vec::leak", "std::string::String::leak", "color_eyre::install", "human_panic", "console_error_panic_hook", "mimalloc", "jemallocator", "tikv_jemallocator"],
    kinds: &[Kind::Builtin],
    check: Some(check),
    ..Rule::BASE
};

fn check(view: &View<'_>) -> Option<Found> {
    view.builtin(&["global_allocator", "alloc_error_handler"])
}
