pub enum Command {
    Deposit(u64),
    Withdraw(u64),
}

pub fn apply(balance: &mut u64, command: Command) -> bool {
    match command {
        Command::Deposit(n) => *balance += n,
        Command::Withdraw(n) if n <= *balance => *balance -= n,
        Command::Withdraw(n) => {
            println!("refused {n}"); //~ ZS701
            return false;
        }
    }
    true
}
