use std::collections::BTreeMap;

#[derive(Default)]
pub struct Journal {
    rows: BTreeMap<u64, String>,
}

impl Journal {
    pub fn append(&mut self, text: &str) -> u64 {
        let id = self.rows.len() as u64;
        self.rows.insert(id, text.to_owned());
        id
    }

    #[cfg(all(test, feature = "slow"))]
    fn timed(&mut self) -> std::time::Duration {
        let t = std::time::Instant::now();
        self.append("x");
        t.elapsed()
    }
}

#[cfg(test)]
fn temp_file() -> std::path::PathBuf {
    std::env::temp_dir().join("journal")
}

#[cfg(test)]
impl Journal {
    fn load(&mut self) -> std::io::Result<()> {
        self.append(&std::fs::read_to_string(temp_file())?);
        Ok(())
    }
}

#[test]
fn random_input() {
    let keys = std::hash::RandomState::new();
    let _ = keys;
    std::thread::spawn(|| Journal::default().append("y")).join().unwrap();
}
