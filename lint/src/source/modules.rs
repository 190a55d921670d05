//! The module tree: `mod name;`, `#[path]` and `include!` are followed; files are parsed in parallel, wave by wave.

use std::fs::File;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustc_hash::FxHashMap;

use super::{Crate, Problem, ProblemKind, Sources, Unit};
use crate::resolve::Id;
use crate::summary::{ItemKind, NONE, Pos, Summary};

/// A file that is to be read.
struct Job {
    path: PathBuf,
    shown: String,
    krate: u32,
    module: Option<Id>,
    included_in: Option<Id>,
    /// Where its own modules lie.
    dir: PathBuf,
    named_at: Option<(String, Pos)>,
}

/// Reads files and all that they name.
pub struct Loader<'a> {
    /// What was read.
    pub sources: Sources,
    threads: usize,
    /// Gives the summary of a text, from a cache perhaps.
    summarize: &'a (dyn Fn(&str, &str) -> Summary + Sync),
    root: PathBuf,
    dirs: Vec<PathBuf>,
    files: Vec<PathBuf>,
    /// How often each file was named.
    times: FxHashMap<PathBuf, u32>,
    queue: Vec<Job>,
}

impl<'a> Loader<'a> {
    /// A loader; files are named from `root`, `threads` parse at once.
    pub fn new(root: &Path, threads: usize, summarize: &'a (dyn Fn(&str, &str) -> Summary + Sync)) -> Self {
        let sources = Sources::default();
        Self {
            sources,
            threads,
            summarize,
            root: root.into(),
            dirs: Vec::new(),
            files: Vec::new(),
            times: FxHashMap::default(),
            queue: Vec::new(),
        }
    }

    /// Adds a crate with its root file; nothing is read yet.
    pub fn add_crate(&mut self, krate: Crate, root: &Path, shown: &str) -> u32 {
        let at = self.sources.crates.len() as u32;
        self.sources.crates.push(krate);
        let dir = root.parent().unwrap_or(Path::new("")).to_path_buf();
        self.queue.push(Job {
            path: root.into(),
            shown: shown.to_string(),
            krate: at,
            module: None,
            included_in: None,
            dir,
            named_at: None,
        });
        at
    }

    /// Adds a text that is in no file.
    pub fn add_text(&mut self, krate: Crate, shown: &str, text: &str) -> u32 {
        let at = self.sources.crates.len() as u32;
        let unit = self.sources.units.len() as u32;
        self.sources.crates.push(Crate { root: unit, ..krate });
        let job = Job {
            path: PathBuf::from(shown),
            shown: shown.to_string(),
            krate: at,
            module: None,
            included_in: None,
            dir: Path::new(shown).parent().unwrap_or(Path::new("")).to_path_buf(),
            named_at: None,
        };
        let summary = (self.summarize)(shown, text);
        self.take(job, summary);
        at
    }

    /// Reads until nothing is left.
    pub fn run(&mut self) {
        while !self.queue.is_empty() {
            let jobs = std::mem::take(&mut self.queue);
            let read = self.read(&jobs);
            for (job, summary) in jobs.into_iter().zip(read) {
                match summary {
                    Ok(summary) => self.take(job, summary),
                    Err(error) => self.unreadable(job, &error),
                }
            }
        }
    }

    fn read(&self, jobs: &[Job]) -> Vec<std::io::Result<Summary>> {
        let next = AtomicUsize::new(0);
        let done: Vec<Mutex<Option<std::io::Result<Summary>>>> = jobs.iter().map(|_| Mutex::new(None)).collect();
        let work = || {
            let mut text = String::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(job) = jobs.get(at) else { break };
                text.clear();
                let read = File::open(&job.path).and_then(|mut file| file.read_to_string(&mut text));
                let read = read.map(|_| (self.summarize)(&job.shown, &text));
                if let Ok(mut slot) = done[at].lock() {
                    *slot = Some(read);
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..self.threads.min(jobs.len()) {
                let builder = std::thread::Builder::new().stack_size(STACK);
                if builder.spawn_scoped(scope, work).is_err() {
                    break;
                }
            }
            work();
        });
        let missing = || Err(std::io::Error::other("not read"));
        done.into_iter().map(|slot| slot.into_inner().ok().flatten().unwrap_or_else(missing)).collect()
    }

    fn unreadable(&mut self, job: Job, error: &std::io::Error) {
        let what = format!("{}: {error}", job.shown);
        let (file, pos) = job.named_at.clone().unwrap_or_else(|| (job.shown.clone(), Pos { line: 1, column: 1 }));
        self.sources.problems.push(Problem { file, pos, kind: ProblemKind::Unreadable, what });
        if job.module.is_none() && job.included_in.is_none() {
            // The crate's root stays a unit, an empty one, so that all numbers fit.
            let shown = self.shown(&job.path);
            self.push(Job { shown, named_at: None, ..job }, Summary::empty());
        }
    }

    fn push(&mut self, job: Job, summary: Summary) -> u32 {
        let at = self.sources.units.len() as u32;
        let Job { path, shown, krate, module, included_in, dir, .. } = job;
        if module.is_none() && included_in.is_none() {
            self.sources.crates[krate as usize].root = at;
        }
        self.files.push(path);
        self.dirs.push(dir);
        self.sources.units.push(Unit { path: shown, krate, module, included_in, summary });
        at
    }

    fn take(&mut self, job: Job, summary: Summary) {
        if let Some((pos, what)) = summary.error.clone() {
            let kind = ProblemKind::Unparsed;
            self.sources.problems.push(Problem { file: job.shown.clone(), pos, kind, what });
        }
        let unit = self.push(job, summary);
        self.follow_modules(unit);
        self.follow_includes(unit);
    }

    fn follow_modules(&mut self, unit: u32) {
        let items = &self.sources.units[unit as usize].summary.items;
        let found: Vec<(u32, Pos)> = (0u32..)
            .zip(items)
            .filter(|(_, item)| item.kind == ItemKind::ModFile)
            .map(|(at, item)| (at, item.pos))
            .collect();
        for (at, pos) in found {
            self.follow_module(unit, at, pos);
        }
    }

    fn follow_module(&mut self, unit: u32, at: u32, pos: Pos) {
        let this = &self.sources.units[unit as usize];
        let item = &this.summary.items[at as usize];
        let name = this.summary.names[item.name].to_string();
        let inline = inline_modules(&this.summary, item.scope);
        let dir = inline.iter().fold(self.dirs[unit as usize].clone(), |dir, name| dir.join(name));
        let mut candidates: Vec<(PathBuf, PathBuf)> = Vec::new();
        let beside = self.files[unit as usize].parent().unwrap_or(Path::new("")).to_path_buf();
        let base = if inline.is_empty() { beside } else { dir.clone() };
        for file in &item.files {
            let path = normal(&base.join(&**file));
            candidates.push((path.clone(), path.parent().unwrap_or(Path::new("")).to_path_buf()));
        }
        if candidates.is_empty() {
            let flat = dir.join(format!("{name}.rs"));
            let nested = dir.join(&name).join("mod.rs");
            let file = if !flat.exists() && nested.exists() { nested } else { flat };
            candidates.push((file, dir.join(&name)));
        }
        let explicit = !item.files.is_empty();
        let named_at = (this.path.clone(), pos);
        let krate = this.krate;
        for (path, dir) in candidates {
            self.enqueue(path, dir, krate, (Some(Id::new(unit, at)), None), named_at.clone(), explicit);
        }
    }

    fn follow_includes(&mut self, unit: u32) {
        let this = &self.sources.units[unit as usize];
        let (krate, file) = (this.krate, this.path.clone());
        let beside = self.files[unit as usize].parent().unwrap_or(Path::new("")).to_path_buf();
        let includes: Vec<_> = this.summary.includes.iter().map(|i| (i.file.clone(), i.scope, i.pos)).collect();
        for (name, scope, pos) in includes {
            if name.is_empty() {
                let what = "an `include!` whose path is not a plain string".to_string();
                self.sources.problems.push(Problem { file: file.clone(), pos, kind: ProblemKind::Unreadable, what });
                continue;
            }
            let path = normal(&beside.join(&*name));
            let dir = path.parent().unwrap_or(Path::new("")).to_path_buf();
            self.enqueue(path, dir, krate, (None, Some(Id::new(unit, scope))), (file.clone(), pos), true);
        }
    }

    fn enqueue(
        &mut self,
        path: PathBuf,
        dir: PathBuf,
        krate: u32,
        (module, included_in): (Option<Id>, Option<Id>),
        named_at: (String, Pos),
        explicit: bool,
    ) {
        // A file that names itself would never end.
        let times = self.times.entry(path.clone()).or_default();
        *times += 1;
        if *times > SAME_FILE_MAX {
            return;
        }
        let home = &self.sources.crates[krate as usize].dir;
        if explicit && !home.as_os_str().is_empty() && !path.starts_with(home) {
            let (file, pos) = named_at.clone();
            let what = self.shown(&path);
            self.sources.problems.push(Problem { file, pos, kind: ProblemKind::Outside, what });
        }
        let shown = self.shown(&path);
        self.queue.push(Job { path, shown, krate, module, included_in, dir, named_at: Some(named_at) });
    }

    /// A path as findings name it.
    pub fn shown(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        path.to_string_lossy().replace('\\', "/")
    }
}

/// How often one file may be named; `cfg` and `#[path]` may share one, a circle never ends.
const SAME_FILE_MAX: u32 = 8;

/// The stack of a parsing thread, in bytes: deeply nested expressions take much.
const STACK: usize = 256 << 20;

/// Names of the modules in braces around a scope, outermost first.
fn inline_modules(summary: &Summary, mut scope: u32) -> Vec<String> {
    let mut names = Vec::new();
    while scope != NONE && scope != 0 {
        let at = summary.scopes[scope as usize];
        if at.module {
            let item = &summary.items[at.item as usize];
            names.push(match item.files.first() {
                Some(path) => path.to_string(),
                None => summary.names[item.name].to_string(),
            });
        }
        scope = at.parent;
    }
    names.reverse();
    names
}

/// Takes `.` and `..` out without asking the disk.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if out.file_name().is_some() => _ = out.pop(),
            part => out.push(part),
        }
    }
    out
}
