//! ZS721: processes.

use super::{Group, Rule};

/// Processes.
pub(super) static RULE: Rule = Rule {
    id: "ZS721",
    title: "processes",
    group: Group::Process,
    what: "Starting, ending or naming processes, signals, system calls.",
    why: "It kills or reads the host.",
    instead: "Return an effect; refuse by a value.",
    misses: "A call behind a listed crate.",
    message: "`{}` reaches for the host's processes",
    bad: r"fn apply(balance: u64, amount: u64) -> u64 {
    if amount > balance {
        std::process::exit(1); //~ ZS721
    }
    balance - amount
}
",
    good: r"struct Refused;
fn apply(balance: u64, amount: u64) -> Result<u64, Refused> {
    balance.checked_sub(amount).ok_or(Refused)
}
",
    paths: &["std::process", "std::intrinsics::abort", "std::os::unix::process", "std::os::windows::process", "tokio::process", "tokio::signal", "async_std::process", "async_process", "signal_hook", "ctrlc", "nix", "libc", "rustix", "winapi", "windows", "windows_sys", "duct", "daemonize", "subprocess", "execute", "xshell", "cmd_lib", "shared_child", "command_group", "proc_exit", "exitcode", "sysexits", "caps", "seccompiler", "syscalls", "ptrace"],
    ..Rule::BASE
};
