//! The command line of `zero-sim` and `cargo zero-sim`.

mod args;
mod baseline;
mod explain;
mod init;

use std::ffi::OsString;
use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command as Process, ExitCode};

use clap::Parser as _;

pub use explain::book;

use crate::report::{Format, render};
use crate::{Options, Outcome, check_files, check_text, check_workspace};
use args::{Args, Check, Command};

/// Exit code for what is wrong with the command line, the configuration or the files.
const USAGE: u8 = 2;

/// Runs with the process's arguments; `cargo` for the subcommand of cargo, whose first argument is its own name.
pub fn main(cargo: bool) -> ExitCode {
    let skip = usize::from(cargo && std::env::args_os().nth(1).is_some_and(|first| first == "zero-sim"));
    let name = if cargo { "cargo-zero-sim" } else { "zero-sim" };
    let given = std::env::args_os().skip(1 + skip);
    let arguments: Vec<OsString> = std::iter::once(OsString::from(name)).chain(given).collect();
    let code = match Args::try_parse_from(arguments) {
        Ok(args) => run(args),
        Err(error) => {
            _ = error.print();
            if error.use_stderr() { USAGE } else { 0 }
        }
    };
    ExitCode::from(code)
}

fn run(args: Args) -> u8 {
    let done = match args.command.unwrap_or_default() {
        Command::Check(check) => run_check(&check),
        Command::Explain { rule } => explain::explain(&rule).map(|text| show(&text, 0)),
        Command::Rules { prove: true, .. } => Ok(explain::prove()).map(|(text, code)| show(&text, code)),
        Command::Rules { book: true, .. } => Ok(show(&book(), 0)),
        Command::Rules { clippy: true, .. } => Ok(show(&explain::clippy_config(), 0)),
        Command::Rules { .. } => Ok(show(&explain::list(), 0)),
        Command::Limits => Ok(show(&explain::limits(), 0)),
        Command::Init { force } => init::init(Path::new("."), force).map(|text| show(&text, 0)),
        Command::Baseline { action, check } => baseline::run(action, &check).map(|(text, code)| show(&text, code)),
    };
    done.unwrap_or_else(|error| {
        eprintln!("zero-sim: {error}");
        USAGE
    })
}

/// Prints; a reader that has gone away is no failure of ours.
fn show(text: &str, code: u8) -> u8 {
    _ = std::io::stdout().lock().write_all(text.as_bytes());
    code
}

fn run_check(check: &Check) -> Result<u8, String> {
    let mut outcome = outcome(check)?;
    if let Some(file) = &check.baseline {
        let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        crate::baseline::Baseline::parse(&text)?.apply(&mut outcome, &file.to_string_lossy());
    }
    let colour =
        check.format == Format::Human && std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let base = base(check);
    let read = |file: &str| std::fs::read_to_string(base.join(file)).ok();
    let text = render(&outcome, check.format, colour, &read);
    match &check.output {
        Some(file) => std::fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))?,
        None => _ = show(&text, 0),
    }
    Ok(outcome.exit_code())
}

/// Where findings' files are relative to.
fn base(check: &Check) -> PathBuf {
    if !is_workspace(check) {
        return PathBuf::new();
    }
    let start = start(check);
    crate::source::Workspace::find(&start).map_or(start, |workspace| workspace.root)
}

/// No paths, or one directory with a manifest: a workspace; else loose files.
fn is_workspace(check: &Check) -> bool {
    match check.paths.as_slice() {
        [] => true,
        [only] => only.join("Cargo.toml").is_file(),
        _ => false,
    }
}

fn start(check: &Check) -> PathBuf {
    let start = check.paths.first().cloned().unwrap_or_else(|| PathBuf::from("."));
    std::fs::canonicalize(&start).unwrap_or(start)
}

/// Lints what the command line names.
fn outcome(check: &Check) -> Result<Outcome, String> {
    for name in check.on.iter().chain(&check.off) {
        crate::config::known(name)?;
    }
    let options = Options {
        entries: check.entry.clone(),
        all: check.all,
        pedantic: check.pedantic,
        on: check.on.clone(),
        off: check.off.clone(),
        threads: check.threads,
        today: check.today.clone(),
        cache: check.cache.clone(),
        only: if check.changed { Some(changed(&base(check))?) } else { None },
    };
    if check.paths.iter().any(|path| path.as_os_str() == "-") {
        let mut text = String::new();
        std::io::stdin().lock().read_to_string(&mut text).map_err(|error| format!("stdin: {error}"))?;
        return Ok(check_text(&check.stdin_name, &text, &options));
    }
    if is_workspace(check) {
        return check_workspace(&start(check), &options);
    }
    if let Some(missing) = check.paths.iter().find(|path| !path.exists()) {
        return Err(format!("{}: no such file or directory", missing.display()));
    }
    Ok(check_files(&check.paths, &options))
}

/// Files that differ from the last commit, as git tells, from the root.
fn changed(root: &Path) -> Result<Vec<String>, String> {
    let run = |args: &[&str]| {
        let output = Process::new("git")
            .arg("-C")
            .arg(if root.as_os_str().is_empty() { Path::new(".") } else { root })
            .args(args)
            .output();
        let output = output.map_err(|error| format!("--changed needs git: {error}"))?;
        if !output.status.success() {
            return Err(format!("--changed: {}", String::from_utf8_lossy(&output.stderr).trim()));
        }
        Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_string).collect::<Vec<_>>())
    };
    let mut files = run(&["diff", "--name-only", "--relative", "HEAD"])?;
    files.extend(run(&["ls-files", "--others", "--exclude-standard"])?);
    Ok(files)
}
