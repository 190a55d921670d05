//! Methods named like the ones that look at addresses or counts, on own types.

#[derive(Clone, Debug, Default)]
pub struct Arc {
    pub from: (i32, i32),
    pub to: (i32, i32),
}

impl Arc {
    pub fn ptr_eq(a: &Arc, b: &Arc) -> bool {
        a.from == b.from && a.to == b.to
    }

    pub fn addr(&self) -> i32 {
        self.from.0 * 100 + self.from.1
    }
}

#[derive(Clone, Debug, Default)]
pub struct Drawing {
    arcs: Vec<Arc>,
}

impl Drawing {
    pub fn add(&mut self, arc: Arc) -> bool {
        let known = self.arcs.iter().any(|a| Arc::ptr_eq(a, &arc));
        if !known {
            self.arcs.push(arc);
        }
        !known
    }

    pub fn order(&mut self) {
        self.arcs.sort_by_key(|a| (a.addr(), a.from, a.to));
    }

    pub fn leak(self) -> Vec<Arc> {
        self.arcs
    }
}
