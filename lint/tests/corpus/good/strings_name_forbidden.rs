pub const HINT: &str = "use Instant::now() or std::fs::read only in the adapter";
pub const RAW: &str = r#"static mut X: f64 = 1.0; unsafe { println!("{:p}", &X) }"#;
pub const BYTES: &[u8] = b"std::env::var(\"HOME\")";
pub const DOT: char = '.';

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lint {
    Clock,
    Random,
    Float,
}

impl Lint {
    pub const fn message(self) -> &'static str {
        match self {
            Lint::Clock => "std::time::SystemTime::now is forbidden",
            Lint::Random => "rand::thread_rng() is forbidden",
            Lint::Float => "f64 and 1.5 are forbidden",
        }
    }
}

pub fn find(text: &str) -> Option<Lint> {
    let table = [("SystemTime::now", Lint::Clock), ("thread_rng", Lint::Random), ("f64", Lint::Float)];
    table.into_iter().find(|(needle, _)| text.contains(needle)).map(|(_, l)| l)
}

pub fn escape(text: &str) -> String {
    format!("{{:p}} is an address, {} is not; 100% of {text}", text.len())
}
