//# pedantic
pub struct Username(String);

impl Username {
    pub fn parse(raw: &str) -> Option<Username> {
        let ok = !raw.is_empty() && raw.chars().all(|c| c.is_alphanumeric() || c == '_'); //~ ZS824
        ok.then(|| Username(raw.to_owned()))
    }

    pub fn text(&self) -> &str {
        &self.0
    }
}
