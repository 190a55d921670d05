use std::time;

pub enum Status {
    Idle,
    Running { since: time::Instant, job: u32 }, //~ ZS103
    Done(u32),
}

impl Status {
    pub fn job(&self) -> Option<u32> {
        match self {
            Status::Idle => None,
            Status::Running { job, .. } | Status::Done(job) => Some(*job),
        }
    }
}
