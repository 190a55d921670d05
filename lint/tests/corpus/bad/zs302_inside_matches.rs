pub struct Probe<T>(pub T);

pub fn is_half<T: Copy + PartialOrd + TryFrom<u8>>(probe: &Probe<T>, exact: T) -> bool
where
    Probe<T>: AsRef<Level>,
{
    probe.0 >= exact && matches!(probe.as_ref(), Level(0.5 | 1e-1)) //~ ZS302
}

pub struct Level(f64); //~ ZS301
