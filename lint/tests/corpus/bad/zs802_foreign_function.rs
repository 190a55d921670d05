unsafe extern "C" { //~ ZS802 //~? ZS801
    safe fn price_of(article: u32) -> u64; //~? ZS802
}

pub struct Line {
    pub article: u32,
    pub count: u64,
}

pub fn amount(line: &Line) -> u64 {
    price_of(line.article) * line.count //~? ZS802
}
