use std::time::Duration;

pub struct Reply {
    pub code: u16,
}

pub async fn ask(id: u64) -> Reply { //~ ZS602
    tokio::time::sleep(Duration::from_secs(1)).await; //~ ZS102 ZS602
    Reply { code: (id % 500) as u16 }
}
