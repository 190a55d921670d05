use std::iter::Sum;
use std::ops::{Add, AddAssign, Deref, Index, IndexMut, Mul, Neg, Not, Sub};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(pub i64);

impl Add for Points {
    type Output = Points;
    fn add(self, o: Points) -> Points {
        Points(self.0.saturating_add(o.0))
    }
}

impl Sub for Points {
    type Output = Points;
    fn sub(self, o: Points) -> Points {
        self + -o
    }
}

impl Neg for Points {
    type Output = Points;
    fn neg(self) -> Points {
        Points(self.0.saturating_neg())
    }
}

impl Mul<u32> for Points {
    type Output = Points;
    fn mul(self, n: u32) -> Points {
        Points(self.0.saturating_mul(n.into()))
    }
}

impl AddAssign for Points {
    fn add_assign(&mut self, o: Points) {
        *self = *self + o;
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Points>>(iter: I) -> Points {
        iter.fold(Points(0), Add::add)
    }
}

pub struct Table {
    rows: Vec<Points>,
}

impl Deref for Table {
    type Target = [Points];
    fn deref(&self) -> &[Points] {
        &self.rows
    }
}

impl Index<u8> for Table {
    type Output = Points;
    fn index(&self, i: u8) -> &Points {
        &self.rows[usize::from(i)]
    }
}

impl IndexMut<u8> for Table {
    fn index_mut(&mut self, i: u8) -> &mut Points {
        &mut self.rows[usize::from(i)]
    }
}

impl Not for Table {
    type Output = Table;
    fn not(self) -> Table {
        Table { rows: self.rows.into_iter().map(Neg::neg).collect() }
    }
}
