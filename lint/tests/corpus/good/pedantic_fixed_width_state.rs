//# pedantic
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    pub page: u32,
    pub offset: u64,
}

#[derive(Clone, Debug, Default)]
pub struct Document {
    pages: Vec<String>,
}

impl Document {
    pub fn page(&self, at: &Cursor) -> Option<&str> {
        let index = usize::try_from(at.page).ok()?;
        self.pages.get(index).map(String::as_str)
    }

    pub fn end(&self) -> Option<Cursor> {
        let page = u32::try_from(self.pages.len()).ok()?.checked_sub(1)?;
        let offset = u64::try_from(self.pages.last()?.len()).ok()?;
        Some(Cursor { page, offset })
    }
}
