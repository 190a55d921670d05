//# pedantic
pub fn initials(name: &str) -> String {
    name.split(' ').filter_map(|w| w.chars().find(|c| *c != '-')).flat_map(char::to_uppercase).collect() //~ ZS824
}

pub fn is_plain(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_alphabetic())
}
