//! What crosses crates; the tests stand beside this file, one file a concern.
