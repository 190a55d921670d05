/// The body is empty: it only keeps the fields from being moved out.
pub struct Sealed {
    pub id: u64,
}

impl Drop for Sealed {
    fn drop(&mut self) {}
}

pub struct Pool {
    slots: Vec<Option<Sealed>>,
}

impl Pool {
    pub fn release(&mut self, at: usize) -> Option<u64> {
        let sealed = self.slots.get_mut(at)?.take()?;
        let id = sealed.id;
        drop(sealed);
        Some(id)
    }

    pub fn drop(&mut self, id: u64) -> usize {
        for slot in &mut self.slots {
            if slot.as_ref().is_some_and(|s| s.id == id) {
                std::mem::drop(slot.take());
            }
        }
        self.slots.iter().flatten().count()
    }
}
