macro_rules! registry {
    ($name:ident, $key:ty, $value:ty) => {
        #[derive(Default)]
        pub struct $name {
            rows: ::std::collections::HashMap<$key, $value>, //~ ZS401
        }
    };
}

registry!(Guilds, u32, String);
registry!(Quests, u16, u64);

pub fn both() -> (Guilds, Quests) {
    (Guilds::default(), Quests::default())
}
