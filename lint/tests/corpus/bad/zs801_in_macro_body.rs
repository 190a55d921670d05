macro_rules! newtype {
    ($name:ident, $inner:ty) => {
        #[repr(transparent)]
        #[derive(Clone, Copy)]
        pub struct $name(pub $inner);

        impl $name {
            pub fn bits(self) -> $inner {
                unsafe { core::mem::transmute::<$name, $inner>(self) } //~ ZS801
            }
        }
    };
}

newtype!(AccountId, u64);
newtype!(LotId, u32);

pub fn same(a: AccountId, b: LotId) -> bool {
    a.bits() == u64::from(b.bits())
}
