//! The engine as a whole, driven by the smallest worlds that show what it promises.

mod checks;
mod echo;
mod faults;
mod inputs;
mod purity;
mod runs;
mod script;
