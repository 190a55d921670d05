//! Tables with an owner: everybody reads them, and only the module that declares one writes it.

use crate::kernel::table::AnyTable;

/// A table of the state, as the kernel sees it.
pub(super) trait Owned {
    /// The table, to read and to visit.
    fn any(&self) -> &dyn AnyTable;
    /// The table, for what the kernel does between entries: marks, digests, snapshots.
    fn any_mut(&mut self) -> &mut dyn AnyTable;
}

/// Declares a table that only its own module writes: its rows are read through `Deref`, and the field to write through is private.
macro_rules! owned_table {
    ($(#[$doc:meta])* $name:ident of $row:ty) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        pub struct $name($crate::kernel::table::Table<$row>);

        impl core::ops::Deref for $name {
            type Target = $crate::kernel::table::Table<$row>;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl $crate::trust::owned::Owned for $name {
            fn any(&self) -> &dyn $crate::kernel::table::AnyTable {
                &self.0
            }

            fn any_mut(&mut self) -> &mut dyn $crate::kernel::table::AnyTable {
                &mut self.0
            }
        }
    };
}
pub(super) use owned_table;
