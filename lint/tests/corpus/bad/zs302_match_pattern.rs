pub enum Grade {
    Zero,
    Half,
    Full,
    Other,
}

pub fn grade<T: Copy + Into<Ratio>>(value: T) -> Grade {
    match value.into().0 {
        0.0 => Grade::Zero, //~ ZS302
        0.5 => Grade::Half, //~ ZS302
        1. => Grade::Full, //~ ZS302
        _ => Grade::Other,
    }
}

#[derive(Clone, Copy)]
pub struct Ratio(f64); //~ ZS301
