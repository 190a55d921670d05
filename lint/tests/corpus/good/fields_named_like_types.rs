#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoding {
    pub f64_count: u32,
    pub f32: u8,
    pub r#unsafe: bool,
    pub hash_map: Vec<u8>,
    pub system_time: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(non_camel_case_types)]
pub enum Width {
    int8,
    float32,
}

pub fn describe(e: &Encoding) -> u64 {
    let f64 = u64::from(e.f64_count);
    let f32 = u64::from(e.f32);
    let instant = e.system_time;
    let println = e.hash_map.len() as u64;
    f64 + f32 + instant + println + u64::from(e.r#unsafe)
}

pub fn size(w: Width) -> u8 {
    match w {
        Width::int8 => 1,
        Width::float32 => 4,
    }
}

pub fn build(f32: u8) -> Encoding {
    Encoding { f64_count: 0, f32, r#unsafe: false, hash_map: vec![f32], system_time: 0 }
}
