#[path = "rules.generated.inc"] mod rules; //~ ZS020|ZS995

#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    Accept,
    Refuse,
}

pub fn judge(points: u32) -> Verdict {
    if points >= 10 { Verdict::Accept } else { Verdict::Refuse }
}
