//! The toy kind at work: a nudge of one user by another becomes an entry with its effect, and the naive machine says the same.

use machine::{
    kernel::{
        Parsed, Tick,
        entry::{Ledger, Outcome},
    },
    trust::{Event, Trust, types::Account},
};
use sim::trust::{
    generator::{ORIGIN, genesis},
    naive::Naive,
};

const NOW: Tick = 1_767_225_600_000;

struct Both {
    ledger: Ledger<Trust>,
    naive: Naive,
}

impl Both {
    /// Has both machines judge an event; gives the effects, or the code of the refusal.
    fn enter(&mut self, text: &str) -> Result<String, String> {
        let parsed = Parsed::read::<Trust>(text, ORIGIN).unwrap_or_else(|bad| panic!("{text}: {}", bad.detail));
        let stamp = self.ledger.head.stamp(NOW);
        let naive = self.naive.apply(&stamp, parsed.event());
        match self.ledger.apply(parsed, NOW, None) {
            Outcome::Accepted(entry) => {
                let effects = serde_json::to_value(entry.effects.as_slice()).expect("effects");
                assert_eq!(naive.map(serde_json::Value::from), Ok(effects.clone()));
                Ok(effects.to_string())
            }
            Outcome::Refused(refusal) => {
                assert_eq!(naive, Err(refusal.code()));
                Err(refusal.to_string())
            }
        }
    }

    /// A user whose wallet and device are this digit, and the session.
    fn join(&mut self, digit: char) -> (String, String) {
        use machine::kernel::table::RowKey as _;
        let (hex, anchor) = (digit.to_string().repeat(64), self.ledger.state.challenge(&self.ledger.head.hash).expect("an anchor"));
        let sig = "0".repeat(128);
        let login = format!(
            "{{\"body\":{{\"address\":\"{hex}\",\"anchor\":\"{anchor}\",\"chain_id\":0,\"device_key\":\"{hex}\",\"device_sig\":\"{sig}\",\
             \"expires_at\":{},\"issued_at\":{NOW},\"scheme\":\"ed25519\",\"scope\":\"chat,session\",\"ttl\":60000}},\"kind\":\"LOGIN\",\
             \"sig\":\"{sig}\",\"v\":1}}",
            NOW + 600_000,
        );
        let event = Event::read(login.as_bytes()).expect("a login");
        self.enter(&login).expect("a good login");
        let account = Account::parse(&hex).expect("a wallet");
        (machine::trust::UserId::of(&account).to_string(), event.id(ORIGIN).to_string())
    }
}

fn nudge(session: &str, key: char, counter: u64, to: &str) -> String {
    let (key, sig) = (key.to_string().repeat(64), "0".repeat(128));
    format!(
        "{{\"body\":{{\"to\":\"{to}\"}},\"counter\":{counter},\"key\":\"{key}\",\"kind\":\"NUDGE\",\"session\":\"{session}\",\"sig\":\"{sig}\",\"v\":1}}"
    )
}

#[test]
fn a_kind_that_was_added_by_the_list_is_judged_written_and_told() {
    let mut both = Both { ledger: Ledger::default(), naive: Naive::default() };
    let genesis = String::from_utf8(genesis().to_canonical()).expect("text");
    both.enter(&genesis).expect("a genesis");
    let ((ann, session), (bob, _)) = (both.join('1'), both.join('2'));
    let told = both.enter(&nudge(&session, '1', 1, &bob)).expect("a nudge");
    assert_eq!(told, format!("[{{\"from\":\"{ann}\",\"kind\":\"Nudged\",\"to\":\"{bob}\"}}]"));
    assert_eq!(both.enter(&nudge(&session, '1', 2, &ann)), Err("self_nudge".to_string()));
    assert!(machine::trust::kinds::precedence().iter().any(|(kind, _)| *kind == "NUDGE"));
}
