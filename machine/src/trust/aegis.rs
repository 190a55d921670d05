//! AEGIS: whether the guards that follow it count, advise or refuse.
//!
//! Loops: over the guards that an event concerns, at most three.

use alloc::string::ToString as _;

use serde::{Deserialize, Serialize};

use super::{
    effect::{Advised, Effect, StageChanged},
    limits::{Charges, Counted},
    owned::owned_table,
    refusal::Refusal,
    types::Stage,
};
use crate::{
    bug,
    kernel::{
        Effects,
        table::{Only, Row},
    },
};

/// The stage in force.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AegisRow {
    /// How the guards of AEGIS act.
    pub stage: Stage,
}

impl Row for AegisRow {
    const TABLE: &'static str = "aegis";
    type Key = Only;
}

owned_table! {
    /// The stage in force, from the genesis on.
    Aegis of AegisRow
}

/// The guards of AEGIS act otherwise from the next entry on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AegisStaged {
    /// How they act.
    pub stage: Stage,
}

impl Aegis {
    /// Begins with the stage `off`.
    pub(super) fn found(&mut self) {
        assert!(self.get(&Only).is_none(), "a ledger is founded once");
        self.0.put(Only, AegisRow::default());
    }

    /// The stage, from the genesis on.
    fn in_force(&self) -> Stage {
        self.get(&Only).unwrap_or_else(|| bug!("no stage of AEGIS is in force")).stage
    }

    /// Judges the guards of AEGIS that have no room: nothing, advice, or a refusal, as the stage says.
    pub(super) fn judge(&self, charges: &Charges) -> Result<Effects<Effect>, Refusal> {
        let mut full = charges.full(true);
        match self.in_force() {
            Stage::Off => Ok(Effects::new()),
            Stage::Observe => Ok(full.map(advice).collect()),
            Stage::Enforce => full.next().map_or(Ok(Effects::new()), |_| Err(Refusal::Aegis)),
        }
    }
}

/// Puts a stage in force.
pub(super) fn stage(aegis: &mut Aegis, body: &AegisStaged) -> StageChanged {
    assert_eq!(aegis.rows(), 1, "a stage follows another");
    aegis.0.put(Only, AegisRow { stage: body.stage });
    StageChanged { stage: body.stage }
}

fn advice(Counted(guard, subject): &Counted) -> Effect {
    Advised { guard: guard.text(), subject: subject.to_string() }.into()
}
