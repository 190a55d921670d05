//! ZS101: the wall clock.

use super::{Group, Rule};

/// The wall clock.
pub(super) static RULE: Rule = Rule {
    id: "ZS101",
    title: "the wall clock",
    group: Group::Time,
    what: "Reading the time of day: `SystemTime::now`, `elapsed`, and the same in chrono, time, jiff and other crates.",
    why: "The answer differs in every run and on every node; replaying the ledger gives another state.",
    instead: "Take the time as an argument: the event or its stamp carries the tick.",
    misses: "`elapsed()` on a receiver whose type comes out of another crate is judged by its name.",
    message: "`{}` reads the wall clock",
    bad: r"use std::time::{SystemTime, UNIX_EPOCH};
fn apply(seen: &mut u64) {
    let now = SystemTime::now(); //~ ZS101
    if let Ok(since) = now.duration_since(UNIX_EPOCH) {
        *seen = since.as_secs();
    }
}
",
    good: r"fn apply(seen: &mut u64, tick: u64) {
    *seen = tick;
}
",
    paths: &["std::time::SystemTime::now", "std::time::SystemTime::elapsed", "chrono::Utc::now", "chrono::Utc::today", "chrono::Local", "chrono::offset::Utc::now", "chrono::offset::Local", "time::OffsetDateTime::now_utc", "time::OffsetDateTime::now_local", "time::UtcDateTime::now", "time::Instant", "jiff::Timestamp::now", "jiff::Zoned::now", "jiff::tz::TimeZone::system", "coarsetime", "fastdate", "web_time", "instant", "time::get_time", "time::now", "filetime", "humantime::Timestamp", "hifitime::Epoch::now", "icu_time", "ntp", "sntpc", "rsntp", "httpdate::HttpDate"],
    methods: &["now_utc", "now_local"],
    ..Rule::BASE
};
