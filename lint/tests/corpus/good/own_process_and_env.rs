//! `process` and `env` are parts of a simulated operating system.

pub mod process {
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Command {
        pub name: String,
        pub args: Vec<String>,
    }

    impl Command {
        pub fn new(name: &str) -> Command {
            Command { name: name.to_owned(), args: Vec::new() }
        }

        pub fn arg(mut self, a: &str) -> Command {
            self.args.push(a.to_owned());
            self
        }
    }

    pub fn exit(code: u8) -> super::Status {
        super::Status::Exited(code)
    }

    pub fn id(table: &[Command]) -> u32 {
        table.len() as u32
    }
}

pub mod env {
    pub fn args(c: &super::process::Command) -> impl Iterator<Item = &str> {
        c.args.iter().map(String::as_str)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    Running(u32),
    Exited(u8),
}

pub fn run(table: &mut Vec<process::Command>) -> Status {
    let c = process::Command::new("ls").arg("-l");
    let long = env::args(&c).any(|a| a == "-l");
    table.push(c);
    if long { Status::Running(process::id(table)) } else { process::exit(1) }
}
