//! One run: sources in, findings out, waivers applied, everything in one order.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::check::{Checker, Finding, Scope, problems};
use crate::config::{Config, Layer, Profile, matches};
use crate::data::Folders;
use crate::graph::{Entries, Graph};
use crate::resolve::{Res, World};
use crate::rules;
use crate::source::{self, Member, Sources, Workspace};
use crate::summary::{FactKind, ItemKind, Place, Pos, Summary, summarize};
use crate::tables;
use crate::waiver::Waivers;
use crate::{advice, manifest, time};

/// How to run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Entry points besides those found.
    pub entries: Vec<String>,
    /// What no entry point reaches too.
    pub all: bool,
    /// Contentious rules too.
    pub pedantic: bool,
    /// Rules or groups that are on besides.
    pub on: Vec<String>,
    /// Rules or groups that are off.
    pub off: Vec<String>,
    /// How many threads parse; 0 for as many as there are processors.
    pub threads: usize,
    /// The date that waivers' `until` is compared with, as YYYY-MM-DD; the system's if absent.
    pub today: Option<String>,
    /// Where summaries are kept from run to run.
    pub cache: Option<PathBuf>,
    /// Only findings of these files.
    pub only: Option<Vec<String>>,
}

/// A finding that somebody waived, and why.
#[derive(Clone)]
pub struct Waived {
    /// The finding.
    pub finding: Finding,
    /// The reason that was given.
    pub reason: String,
}

/// What a run found.
#[derive(Clone, Default)]
pub struct Outcome {
    /// In the order of all output.
    pub findings: Vec<Finding>,
    /// The same for what is waived.
    pub waived: Vec<Waived>,
    /// Files that were linted.
    pub files: usize,
    /// Their names.
    pub names: Vec<String>,
    /// Their lines.
    pub lines: u64,
    /// Rules that were on.
    pub rules: usize,
    /// Functions that the entry points reach.
    pub functions: usize,
    /// Entry points, by qualified name.
    pub entries: Vec<String>,
    /// Calls that name nothing known.
    pub unresolved: usize,
    /// The date that waivers were compared with, where one has an `until`.
    pub today: Option<String>,
    /// Layers: name and number of crates. Empty for loose files.
    pub layers: Vec<(String, usize)>,
}

impl Outcome {
    /// 0 clean, 1 findings, 2 for what keeps a run from meaning anything: unparsed files, missing entry points, nothing linted.
    pub fn exit_code(&self) -> u8 {
        let fatal = |finding: &Finding| ["ZS995", "ZS996", "ZS997"].contains(&finding.rule.id);
        match &self.findings {
            findings if findings.is_empty() => 0,
            findings if findings.iter().any(fatal) => 2,
            _ => 1,
        }
    }
}

/// Lints loose files, and the `.rs` files of directories; each is a core of its own.
pub fn check_files(paths: &[PathBuf], options: &Options) -> Outcome {
    on_large_stack(|| {
        let cache = crate::cache::Cache::open(options.cache.as_deref());
        let sources = source::loose(paths, threads(options), &|name, text| cache.summary(name, text));
        cache.save();
        drop(cache);
        finish(sources, &[], options, Given { loose: true, ..Given::default() })
    })
}

/// Lints a text as a file of that name.
pub fn check_text(name: &str, text: &str, options: &Options) -> Outcome {
    on_large_stack(|| {
        let parse = |_: &str, text: &str| summarize(text);
        let mut loader = source::Loader::new(Path::new(""), 1, &parse);
        loader.add_text(source::Crate { core: true, ..source::Crate::default() }, name, text);
        loader.run();
        finish(loader.sources, &[], options, Given { loose: true, ..Given::default() })
    })
}

/// Lints the workspace, or the package, that a directory lies in: by its `zero-sim.toml`, else the crates that implement `Machine`.
///
/// # Errors
/// No manifest, an unreadable one, a configuration that cannot be used.
pub fn check_workspace(start: &Path, options: &Options) -> Result<Outcome, String> {
    on_large_stack(|| workspace(start, options))
}

/// Runs where deeply nested code has the stack that it takes; a caller's thread may have little.
fn on_large_stack<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    let run = Mutex::new(Some(run));
    let take = || run.lock().ok().and_then(|mut run| run.take()).map(|run| run());
    let done = std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, take);
        worker.ok().map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    match done.flatten().or_else(take) {
        Some(done) => done,
        None => unreachable!("taken once, here or there"),
    }
}

/// The stack of a run, in bytes.
const STACK: usize = 256 << 20;

fn workspace(start: &Path, options: &Options) -> Result<Outcome, String> {
    let workspace = Workspace::find(start)?;
    let config = Config::find(&workspace.root).map_err(|error| error.0)?;
    let cache = crate::cache::Cache::open(options.cache.as_deref());
    let summary = |name: &str, text: &str| cache.summary(name, text);
    let options = &Options {
        pedantic: options.pedantic || config.as_ref().is_some_and(|config| config.pedantic),
        ..options.clone()
    };
    let outcome = match config {
        Some(config) => configured(&workspace, &config, options, &summary),
        None => by_convention(&workspace, options, &summary),
    };
    cache.save();
    Ok(outcome)
}

type Summarize<'a> = &'a (dyn Fn(&str, &str) -> Summary + Sync);

fn configured(workspace: &Workspace, config: &Config, options: &Options, summary: Summarize<'_>) -> Outcome {
    let layer_of = |member: &Member| {
        config.layers.iter().position(|layer| layer.paths.iter().any(|glob| matches(glob, &member.shown)))
    };
    let sources = workspace.load(&layer_of, threads(options), summary);
    let mut extra = dead_config(workspace, config);
    for (at, layer) in config.layers.iter().enumerate() {
        if layer.profile == Profile::Pure {
            let members: Vec<&Member> =
                workspace.members.iter().filter(|member| layer_of(member) == Some(at)).collect();
            extra.extend(manifest::findings(workspace, &members, layer));
        }
    }
    let folders = Folders::read(&workspace.root, &config.layers, &mut extra);
    let overflow_checked = workspace.overflow_is_uniform();
    finish(sources, &config.layers, options, Given { loose: false, overflow_checked, extra, folders })
}

/// Without a configuration: each member that implements the machine is a pure layer.
fn by_convention(workspace: &Workspace, options: &Options, summary: Summarize<'_>) -> Outcome {
    let layer = Layer { name: "pure".to_string(), ..Layer::default() };
    let all = workspace.load(&|_| Some(0), threads(options), summary);
    let implementors = implementors(all, options);
    let wanted = |member: &Member| implementors.contains(&member.dir).then_some(0);
    let sources = workspace.load(&wanted, threads(options), summary);
    let members: Vec<&Member> = workspace.members.iter().filter(|member| wanted(member).is_some()).collect();
    let extra = manifest::findings(workspace, &members, &layer);
    let overflow_checked = workspace.overflow_is_uniform();
    finish(sources, &[layer], options, Given { overflow_checked, extra, ..Given::default() })
}

/// Directories of crates with an entry point.
fn implementors(sources: Sources, options: &Options) -> Vec<PathBuf> {
    let world = World::new(sources.units, sources.crates, &tables::listed());
    let entries = Entries::find(&world, &options.entries);
    let dirs =
        entries.functions.iter().map(|id| world.crates[world.units[id.unit as usize].krate as usize].dir.clone());
    let mut dirs: Vec<PathBuf> = dirs.collect();
    dirs.sort();
    dirs.dedup();
    dirs
}

/// Lines of the configuration that match nothing.
fn dead_config(workspace: &Workspace, config: &Config) -> Vec<Finding> {
    let text = std::fs::read_to_string(workspace.root.join(crate::config::FILE)).unwrap_or_default();
    let mut found = Vec::new();
    let mut dead = |value: &str, what: String| {
        let pos = Pos { line: Config::line_of(&text, value), column: 1 };
        found.extend(Finding::plain("ZS993", crate::config::FILE, pos, &what));
    };
    for layer in &config.layers {
        for glob in &layer.paths {
            if !workspace.members.iter().any(|member| matches(glob, &member.shown)) {
                dead(glob, format!("no crate of the workspace lies in `{glob}`"));
            }
        }
        let members =
            workspace.members.iter().filter(|member| layer.paths.iter().any(|glob| matches(glob, &member.shown)));
        let packages: Vec<String> = members.flat_map(|member| workspace.dependencies(member).into_values()).collect();
        for krate in &layer.crates {
            let locked = workspace.lock.has(krate);
            if !locked && !packages.iter().any(|package| package.replace('-', "_") == krate.replace('-', "_")) {
                dead(krate, format!("no crate of layer `{}` depends on `{krate}`", layer.name));
            }
        }
    }
    found
}

fn threads(options: &Options) -> usize {
    match options.threads {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        threads => threads,
    }
}

/// What a run knows besides its sources.
#[derive(Default)]
struct Given {
    /// Loose files: every item is in scope.
    loose: bool,
    /// Arithmetic is checked, or is not, in every profile alike.
    overflow_checked: bool,
    /// Findings of manifests and configuration.
    extra: Vec<Finding>,
    /// Where data may be included from.
    folders: Folders,
}

/// Links, searches, judges, waives and sorts.
fn finish(sources: Sources, layers: &[Layer], options: &Options, given: Given) -> Outcome {
    let Given { loose, overflow_checked, extra, folders } = given;
    let mut outcome = Outcome { findings: problems(&sources.problems), ..Outcome::default() };
    outcome.findings.extend(extra);
    let world = World::new(sources.units, sources.crates, &tables::listed());
    let mut paths = options.entries.clone();
    paths.extend(layers.iter().flat_map(|layer| layer.entry.iter().cloned()));
    let entries = Entries::find(&world, &paths);
    let graph = Graph::new(&world, &entries);
    let run = Run {
        world: &world,
        graph: &graph,
        entries: &entries,
        layers,
        options,
        loose,
        overflow_checked,
        folders: &folders,
    };
    run.units(&mut outcome);
    run.meta(&mut outcome);
    outcome.findings.sort_by(Finding::order);
    outcome.findings.dedup_by(|a, b| a.order(b).is_eq());
    outcome.waived.sort_by(|a, b| a.finding.order(&b.finding));
    if let Some(only) = &options.only {
        outcome.findings.retain(|finding| only.contains(&finding.file));
    }
    outcome
}

struct Run<'a> {
    world: &'a World,
    graph: &'a Graph,
    entries: &'a Entries,
    layers: &'a [Layer],
    options: &'a Options,
    loose: bool,
    overflow_checked: bool,
    folders: &'a Folders,
}

impl Run<'_> {
    fn units(&self, outcome: &mut Outcome) {
        let checker = Checker::new(self.world, self.graph, self.entries, self.loose);
        let today = self.options.today.clone().unwrap_or_else(time::today);
        for unit in 0..self.world.units.len() as u32 {
            let of = &self.world.units[unit as usize];
            let layer = self.world.crates[of.krate as usize].layer.and_then(|at| self.layers.get(at));
            outcome.files += 1;
            outcome.names.push(of.path.clone());
            outcome.lines += u64::from(of.summary.lines);
            let scope = self.scope(layer);
            let mut found = checker.unit(unit, &scope);
            self.thin(unit, layer, &mut found);
            self.folders.allow(&of.path, &of.summary, &mut found);
            self.waive(&checker, unit, &scope, &today, found, outcome);
        }
        self.dead_allow(&checker, outcome);
        if self.options.all {
            outcome.findings.extend(self.folders.unused());
        }
        let scope = self.scope(self.layers.first());
        outcome.findings.extend(advice::no_std(self.world, &scope));
        outcome.findings.extend(advice::no_time(self.world, self.entries, &scope));
        outcome.rules =
            rules::ALL.iter().filter(|rule| self.scope(self.layers.first()).is_on(rule, rule.is_contentious())).count();
    }

    /// Entries of `allow` that allow nothing. What is not reached is not looked at, so only a whole run can tell.
    fn dead_allow(&self, checker: &Checker<'_>, outcome: &mut Outcome) {
        let used = checker.used.borrow();
        let whole = |layer: &&Layer| self.options.all || layer.profile != Profile::Pure;
        for layer in self.layers.iter().filter(whole) {
            for entry in layer.allow.iter().filter(|entry| !used.contains(*entry)) {
                let what = format!("nothing in layer `{}` needs `{entry}` allowed", layer.name);
                let pos = Pos { line: 1, column: 1 };
                outcome.findings.extend(Finding::plain("ZS993", crate::config::FILE, pos, &what));
            }
        }
    }

    /// Which rules apply to the files of a layer. Crates without a layer are reached from one: they are pure.
    fn scope(&self, layer: Option<&Layer>) -> Scope {
        let mut scope = Scope {
            pedantic: self.options.pedantic,
            all: self.options.all,
            on: self.options.on.clone(),
            off: self.options.off.clone(),
            groups: Vec::new(),
            allow: Vec::new(),
            overflow_checked: self.overflow_checked,
        };
        if let Some(layer) = layer {
            scope.on.extend(layer.rules.iter().cloned());
            scope.off.extend(layer.off.iter().cloned());
            scope.allow = layer.allow.clone();
            scope.allow.extend(layer.crates.iter().map(|name| name.replace('-', "_")));
            scope.groups = layer.profile.groups().iter().map(|group| group.to_string()).collect();
            // Only a pure layer is judged by what `apply` reaches; the others are runs as a whole.
            scope.all |= layer.profile != Profile::Pure;
        }
        scope
    }

    /// Thin layers: clocks and randomness belong into one file, domain events into the machine.
    fn thin(&self, unit: u32, layer: Option<&Layer>, found: &mut Vec<Finding>) {
        let Some(layer) = layer.filter(|layer| layer.profile == Profile::Thin) else { return };
        let file = &self.world.units[unit as usize].path;
        let here = layer.clock.as_ref().is_some_and(|clock| clock == file);
        let reads = |finding: &Finding| ["ZS101", "ZS102", "ZS201", "ZS202"].contains(&finding.rule.id);
        found.retain(|finding| !(["ZS103", "ZS203"].contains(&finding.rule.id) || here && reads(finding)));
        for finding in found.iter_mut().filter(|finding| reads(finding)) {
            if let Some(rule) = rules::by_id("ZS105") {
                finding.rule = rule;
                finding.message = rule.says(&finding.path);
            }
        }
        found.extend(self.domain_events(unit));
    }

    /// Patterns that name a variant of a machine's event.
    fn domain_events(&self, unit: u32) -> Vec<Finding> {
        let world = self.world;
        let summary = world.summary(unit);
        let facts = summary.facts.iter().filter(|fact| matches!(fact.kind, FactKind::Path(_, Place::Pattern)));
        let event = |res: &Res| match res {
            Res::Item(id) if world.item(*id).kind == ItemKind::Variant => {
                let of = crate::resolve::Id::new(id.unit, world.item(*id).parent);
                self.entries.events.contains(&of).then(|| self.graph.qualified(world, *id))
            }
            _ => None,
        };
        let file = &world.units[unit as usize].path;
        facts
            .filter_map(|fact| {
                let path = world.fact_hits(unit, &fact.kind).iter().find_map(event)?;
                Finding::plain("ZS110", file, fact.pos, &path)
            })
            .collect()
    }

    /// Takes waived findings out, and reports waivers that are wrong or unused.
    fn waive(
        &self,
        checker: &Checker<'_>,
        unit: u32,
        scope: &Scope,
        today: &str,
        found: Vec<Finding>,
        outcome: &mut Outcome,
    ) {
        let of = &self.world.units[unit as usize];
        let waivers = Waivers::read(&of.summary, today);
        if of.summary.notes.iter().any(|note| note.text.contains("until")) {
            outcome.today = Some(today.to_string());
        }
        for (rule, pos, what) in &waivers.mistakes {
            outcome.findings.extend(Finding::plain(rule, &of.path, *pos, what));
        }
        let wide = Scope { all: true, pedantic: true, ..scope.clone() };
        let everything = if waivers.valid.is_empty() { Vec::new() } else { checker.unit(unit, &wide) };
        for waiver in &waivers.valid {
            for id in &waiver.rules {
                let used = everything.iter().any(|finding| finding.rule.id == id && waiver.covers(finding));
                if !used {
                    let what = format!("the waiver of {id} covers no finding");
                    outcome.findings.extend(Finding::plain("ZS991", &of.path, waiver.pos, &what));
                }
            }
        }
        for finding in found {
            match waivers.valid.iter().find(|waiver| waiver.covers(&finding)) {
                Some(waiver) => outcome.waived.push(Waived { finding, reason: waiver.reason.clone() }),
                None => outcome.findings.push(finding),
            }
        }
    }

    /// Honest green: entry points that are missing, nothing linted, layers.
    fn meta(&self, outcome: &mut Outcome) {
        let start = Pos { line: 1, column: 1 };
        let file = if self.layers.is_empty() { "" } else { crate::config::FILE };
        for path in &self.entries.missing {
            outcome.findings.extend(Finding::plain("ZS996", file, start, path));
        }
        let mut names: Vec<String> =
            self.graph.entries.iter().map(|id| self.graph.qualified(self.world, *id)).collect();
        names.sort();
        let pure = self.layers.iter().any(|layer| layer.profile == Profile::Pure);
        if !self.loose && pure && names.is_empty() && self.entries.missing.is_empty() {
            let what = "no `impl Machine`, no `entry` in zero-sim.toml, no `// zero-sim: entry`";
            outcome.findings.extend(Finding::plain("ZS996", file, start, what));
        }
        outcome.entries = names;
        outcome.functions = self.graph.reached_functions(self.world);
        outcome.unresolved = self.graph.unresolved_calls();
        for (at, layer) in self.layers.iter().enumerate() {
            let crates = self.world.crates.iter().filter(|krate| krate.layer == Some(at)).count();
            outcome.layers.push((layer.name.clone(), crates));
        }
        if outcome.files == 0 || outcome.lines == 0 {
            outcome.findings.extend(Finding::plain("ZS997", file, start, "no files, no lines"));
        }
    }
}
