//! Check digits.

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CardNumber(String);

impl CardNumber {
    pub fn new(text: &str) -> Option<Self> {
        let digits: Option<Vec<u32>> =
            text.chars().filter(|c| !c.is_ascii_whitespace()).map(|c| c.to_digit(10)).collect();
        let digits = digits.filter(|d| (12..=19).contains(&d.len()))?;
        let sum: u32 = digits
            .iter()
            .rev()
            .enumerate()
            .map(|(i, d)| match (i % 2, d * 2) {
                (0, _) => *d,
                (_, twice @ 0..=9) => twice,
                (_, twice) => twice - 9,
            })
            .sum();
        (sum % 10 == 0).then(|| CardNumber(text.split_whitespace().collect()))
    }

    pub fn masked(&self) -> String {
        let keep = self.0.len().saturating_sub(4);
        self.0.char_indices().map(|(i, c)| if i < keep { '*' } else { c }).collect()
    }
}

pub fn iban_is_valid(iban: &str) -> bool {
    let clean: Vec<u8> = iban.bytes().filter(u8::is_ascii_alphanumeric).collect();
    let Some((head, body)) = clean.split_at_checked(4) else { return false };
    let rest = body.iter().chain(head).try_fold(0u32, |acc, b| match b {
        b'0'..=b'9' => Some((acc * 10 + u32::from(b - b'0')) % 97),
        b'A'..=b'Z' => Some((acc * 100 + u32::from(b - b'A') + 10) % 97),
        _ => None,
    });
    matches!(rest, Some(1))
}
