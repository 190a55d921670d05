mod types {
    pub type Wall = std::time::SystemTime; //~ ZS103
    pub type Stamp = Wall; //~? ZS103
}

use types::Stamp;

pub struct Receipt {
    pub id: u64,
    pub issued: Stamp, //~? ZS103
}

pub fn newer(a: &Receipt, b: &Receipt) -> bool {
    a.issued > b.issued || (a.issued == b.issued && a.id > b.id)
}
