pub struct Roster {
    pub names: Vec<String>,
}

impl Roster {
    pub fn export<'a, T>(&'a self) -> T
    where
        T: From<std::collections::HashSet<&'a str>>, //~ ZS401
    {
        self.names.iter().map(String::as_str).collect::<std::collections::HashSet<_>>().into() //~ ZS401
    }
}
