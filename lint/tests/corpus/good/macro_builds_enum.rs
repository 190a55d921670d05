macro_rules! commands {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($variant:ident = $code:literal $(($inner:ty))?),* $(,)? }) => {
        $(#[$meta])*
        $vis enum $name { $($variant $(($inner))?),* }

        impl $name {
            pub const CODES: &'static [u8] = &[$($code),*];

            pub fn name(code: u8) -> Option<&'static str> {
                match code {
                    $($code => ::core::option::Option::Some(stringify!($variant)),)*
                    _ => ::core::option::Option::None,
                }
            }
        }
    };
}

commands! {
    /// What a client may ask.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum Request {
        Open = 1 (u32),
        Close = 2 (u32),
        Transfer = 3 ((u32, u32, u64)),
        Sleep = 4,
    }
}

pub fn apply(total: &mut u64, r: Request) -> Option<u64> {
    match r {
        Request::Open(_) | Request::Sleep => None,
        Request::Close(fee) => total.checked_sub(u64::from(fee)),
        Request::Transfer((from, to, n)) => (from != to).then(|| *total + n),
    }
    .inspect(|t| *total = *t)
}
