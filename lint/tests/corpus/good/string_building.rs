use std::borrow::Cow;
use std::fmt::Write;

pub fn csv(rows: &[(&str, u64)]) -> String {
    let mut out = String::from("name;cents\n");
    for (name, cents) in rows {
        let _ = writeln!(out, "{};{}.{:02}", quote(name), cents / 100, cents % 100);
    }
    out
}

pub fn quote(text: &str) -> Cow<'_, str> {
    if text.contains([';', '"', '\n']) {
        let mut q = String::with_capacity(16);
        q.push('"');
        q.extend(text.chars().flat_map(|c| std::iter::repeat_n(c, if c == '"' { 2 } else { 1 })));
        q.push('"');
        Cow::Owned(q)
    } else {
        Cow::Borrowed(text)
    }
}

pub fn title(words: &[String]) -> String {
    words
        .iter()
        .map(|w| w.trim_matches('-').replace('_', " "))
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

pub fn pad(n: u32, width: usize) -> String {
    let digits = n.to_string();
    "0".repeat(width.saturating_sub(digits.len())) + &digits
}

pub fn ascii(text: &str) -> Option<String> {
    text.is_ascii().then(|| text.to_ascii_lowercase().chars().rev().collect())
}
