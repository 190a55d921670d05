//# pedantic
pub enum Step {
    Begin,
    Commit,
    Abort,
}

pub fn next(step: Step, votes: u32) -> Step {
    assert!(votes <= 9, "too many votes"); //~ ZS901
    match step {
        Step::Begin if votes >= 5 => Step::Commit,
        Step::Begin => Step::Abort,
        Step::Commit => unreachable!(), //~ ZS901
        Step::Abort => todo!("restart"), //~ ZS901
    }
}
