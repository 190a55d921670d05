pub struct Trace {
    pub cycles: u64,
    pub steps: u32,
}

pub fn step(trace: &mut Trace) {
    trace.steps += 1;
    trace.cycles = unsafe { std::arch::x86_64::_rdtsc() }; //~ ZS102|ZS803 ZS801
}
