//! ZS831: build inputs.

use super::{Group, Rule};

/// Build inputs.
pub(super) static RULE: Rule = Rule {
    id: "ZS831",
    title: "build inputs",
    group: Group::BuildInput,
    what: "`env!`, `option_env!`, `include_str!`, `include_bytes!`, vergen and the like, `build.rs`.",
    why: "Two builds of one commit differ.",
    instead: "Pass it in at start; keep data in the source. A folder of data may be declared in `zero-sim.toml` with its hash (`data = [{ dir = \"core/data\", sha256 = \"..\" }]`; a wrong one is a finding that tells the right one).",
    misses: "What a dependency's build script does.",
    message: "`{}` differs from build to build",
    bad: r#"fn apply() -> &'static str {
    env!("BUILD_HOST") //~ ZS831
}
"#,
    good: r#"fn apply() -> &'static str {
    "1.0"
}
"#,
    paths: &["std::env!", "std::option_env!", "std::include_str!", "std::include_bytes!", "vergen", "vergen_gitcl", "vergen_git2", "vergen_gix", "built", "shadow_rs", "git_version", "build_time", "compile_time", "rustc_version", "include_dir", "rust_embed", "dotenv_codegen", "dotenvy_macro", "const_random", "git_testament", "build_info", "autocfg", "proc_macro"],
    ..Rule::BASE
};
