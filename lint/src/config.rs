//! `zero-sim.toml`: layers with their profiles, and what is allowed in them. Unknown keys are refused.

use std::path::Path;

use serde::Deserialize;

use crate::rules;

/// The file's name.
pub const FILE: &str = "zero-sim.toml";

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The layers, the innermost first.
    #[serde(default, rename = "layer")]
    pub layers: Vec<Layer>,
    /// Contentious rules too.
    #[serde(default)]
    pub pedantic: bool,
}

/// Crates that are judged alike.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// What reports call it.
    pub name: String,
    /// Globs of directories of crates, from the workspace's root.
    pub paths: Vec<String>,
    /// Which rules apply.
    #[serde(default)]
    pub profile: Profile,
    /// Entry points besides impls of a machine: `crate::module::function`.
    #[serde(default)]
    pub entry: Vec<String>,
    /// Crates that are allowed besides those on the list.
    #[serde(default)]
    pub crates: Vec<String>,
    /// Canonical paths that are allowed, with all below them.
    #[serde(default)]
    pub allow: Vec<String>,
    /// Rules or groups that are on besides the profile's.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Rules or groups that are off.
    #[serde(default)]
    pub off: Vec<String>,
    /// Folders from which data may be included.
    #[serde(default)]
    pub data: Vec<Data>,
    /// Thin layers: the one file that may read the clock and the system's randomness.
    #[serde(default)]
    pub clock: Option<String>,
}

/// A folder of data, with the hash that it must have: a changed file is seen where the hash is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// The folder, from the workspace's root.
    pub dir: String,
    /// SHA-256 of the list of its files with theirs, as `sha256sum` prints it, in byte order of their names.
    pub sha256: String,
}

/// Which rules apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// The core: all of them.
    #[default]
    Pure,
    /// Simulators: what would make a seed give two runs.
    Seeded,
    /// Adapters: clocks and randomness in one place, no business rules.
    Thin,
}

impl Profile {
    /// The groups that apply; empty for all.
    pub fn groups(self) -> &'static [&'static str] {
        match self {
            Self::Pure => &[],
            Self::Seeded => &["time", "random", "collection-order", "global-state", "concurrency", "env", "address"],
            Self::Thin => &["time", "random", "collection-order"],
        }
    }
}

/// A configuration that cannot be used: what, where, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadConfig(pub String);

impl Config {
    /// Reads `zero-sim.toml` in a directory, if there is one.
    ///
    /// # Errors
    /// Unreadable, no TOML, an unknown key, an unknown rule or group.
    pub fn find(root: &Path) -> Result<Option<Self>, BadConfig> {
        let file = root.join(FILE);
        if !file.exists() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(&file).map_err(|error| BadConfig(format!("{FILE}: {error}")))?;
        Self::parse(&text).map(Some)
    }

    /// Reads the text of such a file.
    ///
    /// # Errors
    /// As for [`Config::find`].
    pub fn parse(text: &str) -> Result<Self, BadConfig> {
        let config: Self = toml::from_str(text).map_err(|error| BadConfig(format!("{FILE}: {error}")))?;
        for name in config.layers.iter().flat_map(|layer| layer.rules.iter().chain(&layer.off)) {
            known(name).map_err(|error| BadConfig(format!("{FILE}: {error}")))?;
        }
        Ok(config)
    }

    /// The line on which a quoted string stands; 1 if it doesn't.
    pub fn line_of(text: &str, value: &str) -> u32 {
        let quoted = format!("\"{value}\"");
        text.lines().position(|line| line.contains(&quoted)).map_or(1, |at| at as u32 + 1)
    }
}

/// Checks that a rule or a group exists.
///
/// # Errors
/// What is unknown, and how to list what is known.
pub fn known(name: &str) -> Result<(), String> {
    let known = rules::ALL.iter().any(|rule| rule.id == name || rule.group.name() == name);
    if known { Ok(()) } else { Err(format!("ZS992: there is no rule or group `{name}`; `zero-sim rules` lists them")) }
}

/// Whether a directory matches a glob: `*` within a segment, `**` across segments.
pub fn matches(glob: &str, path: &str) -> bool {
    let glob: Vec<&str> =
        glob.trim_end_matches('/').split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    segments(&glob, &path)
}

fn segments(glob: &[&str], path: &[&str]) -> bool {
    match glob {
        [] => path.is_empty(),
        ["**", rest @ ..] => (0..=path.len()).any(|skip| segments(rest, &path[skip..])),
        [first, rest @ ..] => {
            path.split_first().is_some_and(|(name, tail)| segment(first, name) && segments(rest, tail))
        }
    }
}

fn segment(glob: &str, name: &str) -> bool {
    match glob.split_once('*') {
        None => glob == name,
        Some((start, rest)) => name.strip_prefix(start).is_some_and(|tail| {
            (0..=tail.len()).any(|skip| tail.is_char_boundary(skip) && segment(rest, &tail[skip..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_by_segment() {
        assert!(matches("machine", "machine") && matches("adapters/*", "adapters/redis") && matches("**", "a/b"));
        assert!(
            !matches("adapters/*", "adapters") && !matches("adapters/*", "adapters/a/b") && !matches("mach", "machine")
        );
    }

    #[test]
    fn what_is_unknown_is_refused() {
        assert!(Config::parse("[[layer]]\nname = \"core\"\npaths = [\"machine\"]\nprofile = \"pure\"\n").is_ok());
        assert!(Config::parse("[[layer]]\nname = \"core\"\npath = [\"machine\"]\n").is_err());
        assert!(Config::parse("[[layer]]\nname = \"core\"\npaths = []\nrules = [\"ZS000\"]\n").is_err());
    }
}
