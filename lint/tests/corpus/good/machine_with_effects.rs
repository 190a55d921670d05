//! Time and randomness arrive as input, effects leave as values.

use core::time::Duration;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
pub struct Input {
    pub now: Duration,
    pub entropy: [u8; 16],
    pub command: Command,
}

#[derive(Clone, Debug)]
pub enum Command {
    Login { user: u32 },
    Tick,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    Print(String),
    WriteFile { path: String, bytes: Vec<u8> },
    Sleep(Duration),
    Exit(i32),
}

pub trait Machine {
    fn apply(&mut self, input: Input) -> Vec<Effect>;
}

#[derive(Default)]
pub struct Sessions {
    open: BTreeMap<u128, (u32, Duration)>,
}

impl Sessions {
    pub const TTL: Duration = Duration::from_secs(15 * 60);
}

impl Machine for Sessions {
    fn apply(&mut self, Input { now, entropy, command }: Input) -> Vec<Effect> {
        match command {
            Command::Login { user } => {
                let token = u128::from_le_bytes(entropy);
                self.open.insert(token, (user, now));
                vec![Effect::Print(format!("{token:032x}")), Effect::Sleep(Self::TTL)]
            }
            Command::Tick => {
                let before = self.open.len();
                self.open.retain(|_, (_, at)| now.saturating_sub(*at) < Self::TTL);
                match before - self.open.len() {
                    0 => vec![],
                    n if self.open.is_empty() => vec![Effect::Print(n.to_string()), Effect::Exit(0)],
                    n => vec![Effect::WriteFile { path: "closed".into(), bytes: vec![n as u8] }],
                }
            }
        }
    }
}
