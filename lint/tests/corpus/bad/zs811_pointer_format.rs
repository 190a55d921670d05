use std::fmt;

pub struct Node {
    pub value: u32,
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "node {:p} = {}", self, self.value) //~ ZS811
    }
}

pub fn label(node: &Node) -> String {
    format!("{node:#p}/{{:p}}") //~ ZS811
}
