pub trait Edit: Clone {
    type Doc;
    fn apply(&self, doc: &mut Self::Doc) -> Self;
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextEdit {
    Insert(usize, String),
    Delete(usize, usize),
}

impl Edit for TextEdit {
    type Doc = Vec<char>;

    fn apply(&self, doc: &mut Vec<char>) -> Self {
        match self {
            Self::Insert(at, text) => {
                let at = (*at).min(doc.len());
                doc.splice(at..at, text.chars());
                Self::Delete(at, text.chars().count())
            }
            Self::Delete(at, n) => {
                let from = (*at).min(doc.len());
                let to = from.saturating_add(*n).min(doc.len());
                Self::Insert(from, doc.drain(from..to).collect())
            }
        }
    }
}

pub struct History<E: Edit> {
    doc: E::Doc,
    undo: Vec<E>,
    redo: Vec<E>,
}

impl<E: Edit> History<E> {
    pub fn run(&mut self, edit: &E) {
        self.undo.push(edit.apply(&mut self.doc));
        self.redo.clear();
    }

    pub fn undo(&mut self) -> bool {
        let Some(edit) = self.undo.pop() else { return false };
        self.redo.push(edit.apply(&mut self.doc));
        true
    }

    pub fn redo(&mut self) -> Option<&E::Doc> {
        let edit = self.redo.pop()?;
        self.undo.push(E::apply(&edit, &mut self.doc));
        Some(&self.doc)
    }
}
