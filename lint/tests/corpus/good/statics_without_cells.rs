//! Statics are fine as long as nobody can change them.

pub struct Level {
    pub name: &'static str,
    pub walls: &'static [(u8, u8)],
    pub par: Option<u32>,
}

pub static LEVELS: [Level; 2] = [
    Level { name: "yard", walls: &[(0, 0), (0, 1)], par: Some(12) },
    Level { name: "cellar", walls: &[], par: None },
];

pub static NAMES: &[&str] = &["yard", "cellar"];
static LIMIT: u64 = 1 << 20;
const SEPARATORS: [char; 2] = [',', ';'];

pub fn find(name: &str) -> Option<&'static Level> {
    static ALIASES: [(&str, &str); 1] = [("basement", "cellar")];
    let real = ALIASES.iter().find(|(a, _)| *a == name).map_or(name, |(_, n)| n);
    LEVELS.iter().find(|l| l.name == real)
}

pub fn total_par() -> u32 {
    LEVELS.iter().filter_map(|l| l.par).sum()
}

pub fn fields(line: &str) -> Vec<&str> {
    line.split(SEPARATORS).filter(|f| (f.len() as u64) < LIMIT).collect()
}
