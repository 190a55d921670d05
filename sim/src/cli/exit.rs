//! The exit codes of every command.

/// The command did what it should, and found nothing wrong.
pub(super) const GOOD: u8 = 0;
/// The command ran, and found something wrong.
pub(super) const FOUND: u8 = 1;
/// The command could not run.
pub(super) const CANNOT: u8 = 2;
