use std::time::Duration;

pub fn average(samples: &[Duration]) -> Option<u64> {
    let n = samples.len();
    let sum = samples.iter().map(Duration::as_secs_f32).fold(None, |acc, s| match acc { //~ ZS303
        None => Some(s),
        Some(a) => Some(a + s),
    })?;
    Some(sum as u64 / u64::try_from(n).ok()?)
}
