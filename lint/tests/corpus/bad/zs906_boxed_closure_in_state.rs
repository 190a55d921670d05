pub struct Rule {
    pub name: String,
    pub check: Box<dyn Fn(u64) -> bool>, //~ ZS906
}

pub struct Rules {
    pub list: Vec<Rule>,
}

impl Rules {
    pub fn refused(&self, amount: u64) -> Option<&str> {
        self.list.iter().find(|r| !(r.check)(amount)).map(|r| r.name.as_str())
    }
}
