use std::ops::{BitAnd, BitOr, BitOrAssign, BitXor, Not};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rights(u16);

impl Rights {
    pub const NONE: Rights = Rights(0);
    pub const READ: Rights = Rights(1 << 0);
    pub const WRITE: Rights = Rights(1 << 1);
    pub const GRANT: Rights = Rights(1 << 2);
    pub const ALL: Rights = Rights(Self::READ.0 | Self::WRITE.0 | Self::GRANT.0);

    pub const fn contains(self, other: Rights) -> bool {
        self.0 & other.0 == other.0
    }

    pub fn iter(self) -> impl Iterator<Item = Rights> {
        (0..u16::BITS).map(|b| Rights(1 << b)).filter(move |r| self.contains(*r))
    }

    pub fn count(self) -> u32 {
        self.0.count_ones()
    }
}

impl BitOr for Rights {
    type Output = Self;
    fn bitor(self, o: Self) -> Self {
        Rights(self.0 | o.0)
    }
}
impl BitAnd for Rights {
    type Output = Self;
    fn bitand(self, o: Self) -> Self {
        Rights(self.0 & o.0)
    }
}
impl BitXor for Rights {
    type Output = Self;
    fn bitxor(self, o: Self) -> Self {
        Rights(self.0 ^ o.0)
    }
}
impl Not for Rights {
    type Output = Self;
    fn not(self) -> Self {
        Rights(!self.0) & Rights::ALL
    }
}
impl BitOrAssign for Rights {
    fn bitor_assign(&mut self, o: Self) {
        *self = *self | o;
    }
}

pub fn grant(from: Rights, to: &mut Rights, what: Rights) -> Result<u32, Rights> {
    if from.contains(Rights::GRANT | what) {
        *to |= what;
        Ok(to.count())
    } else {
        Err(what & !from)
    }
}
