macro_rules! gauge {
    ($name:ident) => {
        pub struct $name {
            pub level: u32,
            pub ratio: f32, //~ ZS301
        }
    };
}

gauge!(Tank);
gauge!(Battery);

pub fn fuller(a: &Tank, b: &Battery) -> bool {
    a.level > b.level
}
