//! The engine as a whole, driven by the smallest worlds that show what it promises.

mod echo;
mod runs;
