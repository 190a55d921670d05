#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    Sleep { turns: u8 },
    Spawn(u8),
    Exit,
    Instant,
    Random,
    Command(i8),
}

#[derive(Clone, Debug, Default)]
pub struct Hero {
    pub asleep: u8,
    pub pets: Vec<u8>,
    pub left: bool,
    pub position: i32,
}

impl Hero {
    pub fn act(&mut self, action: Action) -> Result<(), Action> {
        use Action::*;
        match action {
            _ if self.asleep > 0 => {
                self.asleep -= 1;
                Err(action)
            }
            Sleep { turns } => Ok(self.asleep = turns),
            Spawn(kind) => Ok(self.pets.push(kind)),
            Exit => Ok(self.left = true),
            Instant | Random => Ok(()),
            Command(step) => Ok(self.position += i32::from(step)),
        }
    }
}
