use std::iter::{FusedIterator, Peekable};

/// Walks a hex grid in rings.
#[derive(Clone, Debug)]
pub struct Ring {
    at: (i32, i32),
    left: u32,
}

impl Ring {
    pub fn new(radius: u32) -> Ring {
        Ring { at: (radius as i32, 0), left: radius * 6 }
    }
}

impl Iterator for Ring {
    type Item = (i32, i32);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let here = self.at;
        let side = self.left % 6;
        self.at = match side {
            0 => (here.0 + 1, here.1),
            1 | 2 => (here.0, here.1 + 1),
            _ => (here.0 - 1, here.1),
        };
        Some(here)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left as usize, Some(self.left as usize))
    }
}

impl ExactSizeIterator for Ring {}
impl FusedIterator for Ring {}

pub fn groups<I: Iterator<Item = u32>>(input: I) -> Vec<Vec<u32>> {
    let mut it: Peekable<I> = input.peekable();
    let mut out = Vec::new();
    while let Some(first) = it.next() {
        let mut group = vec![first];
        while let Some(next) = it.next_if(|n| n / 10 == first / 10) {
            group.push(next);
        }
        out.push(group);
    }
    out
}
