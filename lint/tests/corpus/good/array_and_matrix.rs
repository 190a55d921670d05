use std::array;
use std::ops::{Index, Mul};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matrix<const R: usize, const C: usize>([[i64; C]; R]);

impl<const N: usize> Matrix<N, N> {
    pub fn identity() -> Self {
        Matrix(array::from_fn(|r| array::from_fn(|c| i64::from(r == c))))
    }

    pub fn pow(self, mut n: u32) -> Self {
        let mut base = self;
        let mut out = Self::identity();
        while n > 0 {
            if n & 1 == 1 {
                out = out * base;
            }
            base = base * base;
            n >>= 1;
        }
        out
    }
}

impl<const R: usize, const K: usize, const C: usize> Mul<Matrix<K, C>> for Matrix<R, K> {
    type Output = Matrix<R, C>;

    fn mul(self, o: Matrix<K, C>) -> Matrix<R, C> {
        let cell = |r: usize, c: usize| {
            (0..K).map(|k| self.0[r][k].wrapping_mul(o.0[k][c])).fold(0, i64::wrapping_add)
        };
        Matrix(array::from_fn(|r| array::from_fn(|c| cell(r, c))))
    }
}

impl<const R: usize, const C: usize> Index<(usize, usize)> for Matrix<R, C> {
    type Output = i64;

    fn index(&self, (r, c): (usize, usize)) -> &i64 {
        &self.0[r][c]
    }
}

pub fn fibonacci(n: u32) -> i64 {
    Matrix([[1, 1], [1, 0]]).pow(n)[(0, 1)]
}
