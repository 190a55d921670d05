macro_rules! first_of {
    ($a:expr, $b:expr) => {
        tokio::select! { //~ ZS602
            x = $a => x,
            y = $b => y,
        }
    };
}

pub struct Choice {
    pub taken: u8,
}

pub async fn choose(left: Choice, right: Choice) -> u8 { //~ ZS602
    first_of!(take(left), take(right))
}

async fn take(c: Choice) -> u8 { //~ ZS602
    c.taken
}
