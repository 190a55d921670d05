//! ZS105: the clock or OS randomness outside its one file.

use super::{Group, Rule};

/// The clock or OS randomness outside its one file.
pub(super) static RULE: Rule = Rule {
    id: "ZS105",
    title: "the clock or OS randomness outside its one file",
    group: Group::Time,
    what: "In a thin layer: reading a clock or the system's randomness in another file than the one that the layer names (`clock = \"path\"`).",
    why: "What is read in one place can be replaced in one place, by the simulator for instance.",
    instead: "Take a clock as a value; read the real one in the named file.",
    misses: "The same as ZS101, ZS102 and ZS201.",
    message: "`{}` belongs into the one file that reads the clock",
    ..Rule::BASE
};
