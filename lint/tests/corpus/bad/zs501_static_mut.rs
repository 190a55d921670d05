static mut NEXT_ID: u64 = 1; //~ ZS501

pub struct Order {
    pub id: u64,
    pub cents: u64,
}

pub fn order(cents: u64) -> Order {
    let id = unsafe { //~ ZS801
        NEXT_ID += 1; //~? ZS501
        NEXT_ID //~? ZS501
    };
    Order { id, cents }
}
