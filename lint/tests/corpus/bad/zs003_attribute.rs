pub enum Command {
    Open { account: u32 },
    Close { account: u32 },
}

#[ledger_attrs::checked] //~ ZS003|ZS001
pub fn apply(open: &mut Vec<u32>, command: &Command) -> bool {
    match command {
        Command::Open { account } => {
            open.push(*account);
            true
        }
        Command::Close { account } => {
            let before = open.len();
            open.retain(|a| a != account);
            open.len() < before
        }
    }
}
