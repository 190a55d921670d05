#[tokio::main] //~ ZS602
async fn main() { //~ ZS602
    let state = State { height: 1 };
    tokio::spawn(run(state)); //~ ZS602
}

pub struct State {
    pub height: u64,
}

async fn run(mut state: State) { //~ ZS602
    state.height += 1;
}
