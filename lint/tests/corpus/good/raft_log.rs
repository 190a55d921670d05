#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub term: u64,
    pub data: Vec<u8>,
}

#[derive(Clone, Debug, Default)]
pub struct Log {
    entries: Vec<Entry>,
    commit: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    Accepted { last: u64 },
    Mismatch { hint: u64 },
}

impl Log {
    pub fn term_at(&self, index: usize) -> Option<u64> {
        match index {
            0 => Some(0),
            i => self.entries.get(i - 1).map(|e| e.term),
        }
    }

    pub fn append(&mut self, prev: usize, prev_term: u64, new: &[Entry]) -> Reply {
        if self.term_at(prev) != Some(prev_term) {
            return Reply::Mismatch { hint: prev.min(self.entries.len()) as u64 };
        }
        for (i, e) in new.iter().enumerate() {
            let at = prev + i;
            if self.entries.get(at).is_some_and(|old| old.term != e.term) {
                self.entries.truncate(at);
            }
            if self.entries.len() == at {
                self.entries.push(e.clone());
            }
        }
        Reply::Accepted { last: self.entries.len() as u64 }
    }

    pub fn commit(&mut self, mut matched: Vec<usize>) -> &[Entry] {
        matched.sort();
        let majority = matched.get(matched.len() / 2).copied().unwrap_or(0);
        let from = self.commit;
        self.commit = from.max(majority).min(self.entries.len());
        &self.entries[from..self.commit]
    }
}
