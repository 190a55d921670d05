//! ZS711: the environment.

use super::{Group, Rule};

/// The environment.
pub(super) static RULE: Rule = Rule {
    id: "ZS711",
    title: "the environment",
    group: Group::Env,
    what: "`std::env`: variables, arguments, directories; backtraces; host and user names, the number of CPUs.",
    why: "Each host answers differently.",
    instead: "Read the environment in `main`, and pass values in, by an event if they matter to the state.",
    misses: "A crate that reads a variable by itself.",
    message: "`{}` answers differently on each host",
    bad: r#"fn apply(limit: u64) -> u64 {
    match std::env::var("LIMIT") { //~ ZS711
        Ok(text) => text.parse().unwrap_or(limit),
        Err(_) => limit,
    }
}
"#,
    good: r"struct Ruleset { limit: u64 }
fn apply(rules: &Ruleset, asked: u64) -> u64 {
    asked.min(rules.limit)
}
",
    paths: &["std::env", "std::backtrace", "std::thread::available_parallelism", "whoami", "hostname", "gethostname", "num_cpus", "sys_info", "sysinfo", "dirs", "dirs_next", "dirs_sys", "directories", "directories_next", "dotenv", "dotenvy", "iana_time_zone", "machine_uid", "mac_address", "home", "which", "sys_locale", "envy", "config", "figment", "os_info", "rustc_version_runtime", "battery", "systemstat", "procfs", "etcetera", "user_info", "users", "uzers", "platforms", "raw_cpuid", "os_version", "argh", "pico_args", "lexopt", "structopt", "backtrace", "std_detect", "clap::Parser::parse", "locale_config", "app_dirs", "local_ip_address", "if_addrs", "pnet", "uname", "page_size", "core_detect"],
    ..Rule::BASE
};
