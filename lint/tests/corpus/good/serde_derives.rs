use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Command {
    Open { account: u32 },
    Transfer { from: u32, to: u32, cents: u64 },
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    #[serde(default)]
    accounts: BTreeMap<u32, u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

impl Ledger {
    pub fn apply(&mut self, command: &Command) -> bool {
        match *command {
            Command::Open { account } => self.accounts.insert(account, 0).is_none(),
            Command::Transfer { from, to, cents } => {
                let Some(rest) = self.accounts.get(&from).and_then(|b| b.checked_sub(cents)) else {
                    self.note = Some(String::from("short"));
                    return false;
                };
                self.accounts.insert(from, rest);
                *self.accounts.entry(to).or_insert(0) += cents;
                true
            }
        }
    }
}
