//! Pure names under forbidden ones.

use std::cmp::Ordering as Instant;
use std::collections::BTreeMap as HashMap;
use std::collections::BTreeSet as HashSet;
use std::string::String as OsString;
use std::time::Duration as SystemTime;

#[derive(Clone, Debug, Default)]
pub struct Timetable {
    trains: HashMap<u32, SystemTime>,
    platforms: HashSet<u8>,
    name: OsString,
}

impl Timetable {
    pub fn schedule(&mut self, train: u32, at: SystemTime, platform: u8) -> bool {
        self.trains.insert(train, at);
        self.platforms.insert(platform)
    }

    pub fn before(&self, a: u32, b: u32) -> bool {
        let order = self.trains.get(&a).cmp(&self.trains.get(&b));
        order == Instant::Less || (order == Instant::Equal && a < b)
    }

    pub fn first(&self) -> Option<(u32, SystemTime)> {
        self.trains.iter().map(|(t, at)| (*t, *at)).min_by_key(|(t, at)| (*at, *t))
    }

    pub fn name(&self) -> &str {
        self.name.as_str()
    }
}
