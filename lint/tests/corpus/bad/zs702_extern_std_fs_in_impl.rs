extern crate std as base;

pub struct Archive {
    pub segments: u32,
}

pub fn rotate(archive: &mut Archive) -> bool {
    impl Archive {
        fn drop_first(&mut self) -> bool {
            self.segments = self.segments.saturating_sub(1);
            base::fs::remove_file("segment.0").is_ok() //~ ZS702
        }
    }
    archive.segments > 3 && archive.drop_first()
}
