pub mod domain {
    pub mod ids {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub struct Id(pub u32);
    }

    pub mod time {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub struct SystemTime(pub u64);

        impl SystemTime {
            pub const UNIX_EPOCH: SystemTime = SystemTime(0);

            pub fn now(height: u64) -> SystemTime {
                SystemTime(height * 12)
            }
        }

        pub fn sleep(t: SystemTime, slots: u64) -> SystemTime {
            SystemTime(t.0 + slots * 12)
        }
    }

    pub use self::ids::*;
    pub use time::{SystemTime, sleep as wait};
}

pub mod api {
    pub use super::domain::{self, Id, SystemTime};

    pub struct Event {
        pub id: Id,
        pub at: SystemTime,
    }

    impl Event {
        pub fn new(id: u32, height: u64) -> Event {
            Event { id: Id(id), at: SystemTime::now(height) }
        }

        pub fn later(&self, slots: u64) -> Event {
            Event { id: self.id, at: domain::wait(self.at, slots) }
        }
    }
}

pub use api::Event;
use domain::time;

pub fn first() -> Event {
    Event { id: api::Id(0), at: time::SystemTime::UNIX_EPOCH }
}
