//! Standard output. A pipe that its reader closed is no error: there is nothing left to do.

use std::{
    fmt::Arguments,
    io::{self, ErrorKind, Write as _},
    path::PathBuf,
};

use serde_json::Value;

use crate::canonical;

/// Prints one line to standard output.
macro_rules! say {
    ($($text:tt)*) => { $crate::cli::out::write(format_args!("{}\n", format_args!($($text)*))) };
}
pub(crate) use say;

/// The program's own name, for lines to paste.
pub(super) fn program() -> String {
    let called = std::env::args_os().next().map(PathBuf::from);
    called.and_then(|path| Some(path.file_stem()?.to_str()?.to_string())).unwrap_or_else(|| "sim".to_string())
}

/// Writes to standard output, as `print!` does.
pub(crate) fn write(text: Arguments<'_>) {
    if let Err(error) = io::stdout().write_fmt(text)
        && error.kind() != ErrorKind::BrokenPipe
    {
        eprintln!("error: standard output: {error}");
    }
}

/// Prints a value as one line of canonical JSON.
///
/// # Errors
/// The field that has no canonical form.
pub(super) fn json(value: &Value) -> Result<(), String> {
    let text = canonical::to_string(value).map_err(|error| format!("error: the output: {error}"))?;
    say!("{text}");
    Ok(())
}
