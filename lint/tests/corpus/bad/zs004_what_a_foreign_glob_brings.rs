use ledger_tools::*; //~ ZS004
use chrono::prelude::*; //~ ZS004

pub fn close(day: Day) -> u64 { //~ ZS001
    settle(&day); //~ ZS001
    helper(day.number)
}

pub fn today() -> String {
    Utc::now().to_rfc3339() //~ ZS101
}

fn helper(x: u64) -> u64 {
    x
}
