//! Names that contain a float type or look like a literal.

pub mod f64_free {
    pub const E1: u32 = 1;
    pub const X: u32 = 0xe1e5;

    pub fn sqrt(n: u64) -> u64 {
        n.isqrt()
    }

    pub fn sin(table: &[i16], degrees: usize) -> i16 {
        table.get(degrees % 360).copied().unwrap_or(0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Float {
    pub mantissa: i64,
    pub exponent: i8,
}

impl Float {
    pub fn from_bits(bits: u64) -> Float {
        Float { mantissa: (bits >> 8) as i64, exponent: (bits & 0xff) as i8 }
    }

    pub fn powf(self, n: u32) -> Option<Float> {
        let mantissa = self.mantissa.checked_pow(n)?;
        let exponent = i32::from(self.exponent).checked_mul(n as i32)?;
        Some(Float { mantissa, exponent: i8::try_from(exponent).ok()? })
    }

    pub fn as_f64(self) -> (i64, i8) {
        (self.mantissa, self.exponent)
    }
}

pub fn norm(a: (u64, u64)) -> u64 {
    f64_free::sqrt(a.0 * a.0 + a.1 * a.1) + u64::from(f64_free::E1)
}

pub fn ten(t: &[(u32, (u32, u32))]) -> u32 {
    t.iter().map(|x| x.1.0 + x.1.1).max().unwrap_or(10) + 1_000u32.pow(2)
}
