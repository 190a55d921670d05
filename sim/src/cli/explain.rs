//! `sim explain`: why an outcome came about, from the ledger that a run left.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    exit::{FOUND, GOOD},
    out::{self, program, say},
};
use crate::system::{ExplainError, Question, System};

#[derive(clap::Args)]
pub(super) struct Explain {
    /// What is asked about.
    #[arg(index = 1)]
    what: String,
    /// Which one; without it all, where the question allows that.
    #[arg(index = 2)]
    id: Option<String>,
    /// The directory that `sim run --out` left.
    #[arg(long, value_name = "DIR")]
    ledger: PathBuf,
    /// As it was after this entry.
    #[arg(long, value_name = "SEQ")]
    at: Option<u64>,
    /// Prints one JSON list.
    #[arg(long)]
    json: bool,
}

pub(super) fn explain<S: System>(args: &Explain) -> Result<u8, String> {
    let lines = lines(&args.ledger)?;
    if let Some(at) = args.at.filter(|at| *at >= lines.len() as u64) {
        let last = lines.len().saturating_sub(1);
        return Err(format!("error: --at {at}: there is no such entry; those of this ledger are 0 to {last}"));
    }
    let checkpoint = checkpoint(&args.ledger)?;
    let question = Question { what: args.what.clone(), id: args.id.clone(), at: args.at, checkpoint };
    let answers = match S::explain(&question, &lines) {
        Ok(answers) => answers,
        Err(ExplainError::Question(why)) => return Err(format!("error: {why}")),
        Err(ExplainError::Ledger(why)) => {
            eprintln!("error: {why}");
            return Ok(FOUND);
        }
    };
    if args.json {
        out::json(&answers.into_iter().map(|answer| answer.json).collect())?;
    } else {
        answers.iter().flat_map(|answer| &answer.text).for_each(|line| say!("{line}"));
    }
    Ok(GOOD)
}

/// The newest checkpoint, if one was made.
fn checkpoint(dir: &Path) -> Result<Option<String>, String> {
    let path = dir.join("checkpoint");
    match fs::read_to_string(&path) {
        Ok(note) => Ok(Some(note)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("error: {}: {error}", path.display())),
    }
}

/// The ledger's lines, segment by segment; zeros behind the last one are room that was not used.
fn lines(dir: &Path) -> Result<Vec<Vec<u8>>, String> {
    let failed = |path: &Path, error: std::io::Error| format!("error: {}: {error}", path.display());
    let entries = fs::read_dir(dir).map_err(|error| failed(dir, error))?;
    let mut segments: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    let is_segment = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("segment-"));
    segments.retain(|path| is_segment(path));
    segments.sort();
    if segments.is_empty() {
        let (dir, program) = (dir.display(), program());
        return Err(format!("error: {dir} holds no ledger: `{program} run FILE --out DIR` leaves one"));
    }
    let mut lines = Vec::new();
    for segment in segments {
        let bytes = fs::read(&segment).map_err(|error| failed(&segment, error))?;
        let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        lines.extend(bytes[..used].split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec));
    }
    Ok(lines)
}
