//! Small closed lists that events, effects and rows name: the stages of AEGIS, and the ledger's two keys.

use serde::{Deserialize, Serialize};

/// How AEGIS guards act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// They count.
    #[default]
    Off,
    /// They count, and advise where they would have refused.
    Observe,
    /// They count and refuse.
    Enforce,
}

impl Stage {
    /// The name as it is written.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Observe => "observe",
            Self::Enforce => "enforce",
        }
    }
}

/// One of the ledger's two keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Which {
    /// The key that signs operator intents.
    Operator,
    /// The key that signs checkpoints.
    Log,
}

impl Which {
    /// The name as it is written.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Log => "log",
        }
    }
}
