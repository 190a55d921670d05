#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    pub units: u64,
    pub nanos: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad<'a>(pub &'a str);

impl Amount {
    /// Reads `12.5` without ever making a float of it.
    pub fn parse(text: &str) -> Result<Amount, Bad<'_>> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let units = whole.parse::<u64>().map_err(|_| Bad(whole))?;
        if fraction.is_empty() || fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Bad(fraction));
        }
        let scale = 10u32.pow(9 - fraction.len() as u32);
        let nanos = fraction.parse::<u32>().map_err(|_| Bad(fraction))? * scale;
        Ok(Amount { units, nanos })
    }
}

pub fn sum(lines: &[&str]) -> Option<u64> {
    lines.iter().map(|l| l.trim().parse::<u64>().ok()).sum::<Option<u64>>()
}

pub fn split(lines: &[&str]) -> (Vec<u64>, Vec<String>) {
    let (good, bad): (Vec<_>, Vec<_>) = lines.iter().partition(|l| l.parse::<u64>().is_ok());
    let numbers = good.iter().flat_map(|l: &&&str| l.parse()).collect::<Vec<u64>>();
    (numbers, bad.into_iter().map(|b| b.to_string()).collect())
}
