macro_rules! reading {
    ($clock:path) => {
        $clock()
    };
}

pub struct Sample {
    pub value: u32,
    pub micros: u64,
}

pub fn sample(value: u32, mut work: impl FnMut(u32)) -> Sample {
    let before = reading!(std::time::Instant::now); //~ ZS102
    work(value);
    let micros = before.elapsed().as_micros() as u64; //~? ZS102
    Sample { value, micros }
}
