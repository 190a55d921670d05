//! The same short name means different pure things in each block.

pub fn digest(words: &[u64]) -> u64 {
    use std::ops::BitXor as Mix;
    words.iter().fold(0, |a: u64, w| Mix::bitxor(a.rotate_left(9), *w))
}

pub fn middle(words: &[u64]) -> Option<u64> {
    use std::collections::BTreeSet as Mix;
    let sorted: Mix<u64> = words.iter().copied().collect();
    let at = sorted.len() / 2;
    sorted.into_iter().nth(at)
}

pub fn letters(text: &str) -> usize {
    use core::str::Chars as Mix;
    let chars: Mix<'_> = text.chars();
    {
        use std::option::Option as Mix;
        let first: Mix<char> = text.chars().next();
        if first == Mix::None {
            return 0;
        }
    }
    chars.filter(char::is_ascii_alphabetic).count()
}

pub fn limits() -> (u32, i8) {
    use std::primitive::u32 as word;
    (word::MAX, i8::MIN)
}
