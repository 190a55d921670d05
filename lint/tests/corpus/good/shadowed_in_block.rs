use std::collections::BTreeMap;

mod local {
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct HashMap {
        pub rows: Vec<(u32, u32)>,
    }

    impl HashMap {
        pub fn new() -> HashMap {
            HashMap::default()
        }
    }

    pub mod thread {
        pub fn spawn(wave: u32) -> u32 {
            wave * 3
        }
    }
}

pub struct Arena {
    pub units: BTreeMap<u32, u32>,
}

impl Arena {
    pub fn wave(&mut self, wave: u32) -> usize {
        use local::HashMap;
        use local::thread;
        let mut table = HashMap::new();
        for i in 0..thread::spawn(wave) {
            table.rows.push((i, wave));
        }
        self.units.extend(table.rows);
        self.units.len()
    }
}
