use std::mem;

#[derive(Clone, Debug, Default)]
pub enum Phase {
    #[default]
    Lobby,
    Playing { round: u32, hands: Vec<Vec<u8>> },
    Finished(Vec<u32>),
}

#[derive(Clone, Debug, Default)]
pub struct Table {
    phase: Phase,
    undo: Vec<Phase>,
}

impl Table {
    pub fn start(&mut self, hands: Vec<Vec<u8>>) {
        let old = mem::replace(&mut self.phase, Phase::Playing { round: 1, hands });
        self.undo.push(old);
    }

    pub fn finish(&mut self) -> bool {
        match mem::take(&mut self.phase) {
            Phase::Playing { hands, .. } => {
                let points = hands.iter().map(|h| h.iter().copied().map(u32::from).sum()).collect();
                self.phase = Phase::Finished(points);
                true
            }
            other => {
                self.phase = other;
                false
            }
        }
    }

    pub fn back(&mut self) -> Option<Phase> {
        let mut last = self.undo.pop()?;
        mem::swap(&mut last, &mut self.phase);
        Some(last)
    }

    pub fn same_phase(&self, other: &Table) -> bool {
        mem::discriminant(&self.phase) == mem::discriminant(&other.phase)
    }

    pub const RECORD: u64 = mem::size_of::<u64>() as u64 * 3;
}
