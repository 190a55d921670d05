//! The rules: one file each, and one line here.

mod view;

macro_rules! rules {
    ($($name:ident)*) => {
        $(mod $name;)*

        /// Every rule, by id.
        pub static ALL: &[&Rule] = &[$(&$name::RULE),*];
    };
}

rules! {
    zs001 zs002 zs003 zs004 zs010 zs020
    zs101 zs102 zs103 zs104 zs105 zs110
    zs201 zs202 zs203
    zs301 zs302 zs303
    zs401 zs402 zs403 zs404
    zs501 zs502 zs503 zs504
    zs601 zs602
    zs701 zs702 zs711 zs721
    zs801 zs802 zs803 zs811 zs821 zs822 zs823 zs824 zs831
    zs901 zs902 zs903 zs904 zs905 zs906
    zs990 zs991 zs992 zs993 zs994 zs995 zs996 zs997
}

pub use crate::summary::Kind;
pub use view::{Found, View};

/// What a rule is about; the JSON names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Clocks and timers.
    Time,
    /// Generators and seeds.
    Random,
    /// Floating point.
    Float,
    /// Order of iteration, hashing and sorting.
    CollectionOrder,
    /// State outside of the state.
    GlobalState,
    /// Threads, locks, async.
    Concurrency,
    /// Console, files, network.
    Io,
    /// The host's environment.
    Env,
    /// Processes and signals.
    Process,
    /// Unsafe and foreign code.
    Unsafe,
    /// Addresses as data.
    Address,
    /// What differs between targets and toolchains.
    Platform,
    /// What a build takes in.
    BuildInput,
    /// Panics and what depends on the profile.
    Panic,
    /// Other people's code.
    Dependency,
    /// The linter itself.
    Meta,
}

impl Group {
    /// As the JSON and the configuration name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Random => "random",
            Self::Float => "float",
            Self::CollectionOrder => "collection-order",
            Self::GlobalState => "global-state",
            Self::Concurrency => "concurrency",
            Self::Io => "io",
            Self::Env => "env",
            Self::Process => "process",
            Self::Unsafe => "unsafe",
            Self::Address => "address",
            Self::Platform => "platform",
            Self::BuildInput => "build-input",
            Self::Panic => "panic",
            Self::Dependency => "dependency",
            Self::Meta => "meta",
        }
    }
}

/// When a rule is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Default {
    /// Always.
    On,
    /// Reasonable people disagree: only with `--pedantic`, or named by the configuration.
    Contentious,
    /// Only where the configuration names it.
    OptIn,
}

/// A rule: its documentation, its matcher, and its examples, which are its test.
pub struct Rule {
    /// `ZS101`. Never reused.
    pub id: &'static str,
    /// A few words.
    pub title: &'static str,
    /// What it is about.
    pub group: Group,
    /// When it is on.
    pub default: Default,
    /// What it catches.
    pub what: &'static str,
    /// Why that breaks replay.
    pub why: &'static str,
    /// What to do instead.
    pub instead: &'static str,
    /// What it can't see, since `syn` sees no types.
    pub misses: &'static str,
    /// Fails, on the lines marked `//~` and on no other.
    pub bad: &'static str,
    /// The same thing done right: no finding.
    pub good: &'static str,
    /// What a finding says; `{}` is the resolved name.
    pub message: &'static str,
    /// Canonical paths, each with all that lies below it; macros end in `!`.
    pub paths: &'static [&'static str],
    /// Methods that are judged by name where the receiver's type is unknown and the workspace has no such method.
    pub methods: &'static [&'static str],
    /// The kinds of facts that `check` looks at.
    pub kinds: &'static [Kind],
    /// What paths can't say.
    pub check: Option<fn(&View<'_>) -> Option<Found>>,
}

impl Rule {
    /// What most rules have in common.
    const BASE: Rule = Rule {
        id: "",
        title: "",
        group: Group::Meta,
        default: Default::On,
        what: "",
        why: "",
        instead: "",
        misses: "",
        bad: "",
        good: "",
        message: "",
        paths: &[],
        methods: &[],
        kinds: &[],
        check: None,
    };

    /// Whether reasonable people disagree about it.
    pub fn is_contentious(&self) -> bool {
        self.default == Default::Contentious
    }

    /// What a finding says.
    pub fn says(&self, path: &str) -> String {
        self.message.replace("{}", path)
    }
}

/// The rule of an id.
pub fn by_id(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}

/// A rule's place in the registry.
pub fn index(id: &str) -> Option<usize> {
    ALL.iter().position(|rule| rule.id == id)
}
