//! The story that is measured: a dozen invited guests, who all talk back and forth with Alice.

use machine::trust::Trust;
use sim::{System as _, engine::Faults, ledger::LedgerSetup, scenario::Document, system::Options, trust::TrustWorld};

const SCENARIO: &str = r#"
name  = "a dozen guests who talk"
start = "2026-01-01T00:00:00Z"
[actors]
alice = { wallet = "eip155" }
guest = { wallet = "ed25519", count = 12 }
[genesis]
state_every = 1024
[node]
segment_bytes = 67108864
checkpoint_every = 1024
[story]
steps = [
  { actor = "alice", do = "login" },
  { actor = "guest", do = "login" },
  { actor = "guest", do = "use_referral", of = "alice" },
  { actor = "alice", do = "message", to = "guest", text = "Welcome!", after = "2m" },
  { actor = "guest", do = "message", to = "alice", text = "Glad to be here." },
  { actor = "alice", do = "message", to = "guest", text = "How are you?", after = "2m" },
  { actor = "guest", do = "message", to = "alice", text = "Fine, and you?" },
  { actor = "alice", do = "message", to = "guest", text = "Fine too.", after = "2m" },
  { actor = "guest", do = "message", to = "alice", text = "See you." },
]
[expect]
verdict = "pass"
"#;

/// A world in which the story is played with real keys and without faults.
pub(crate) fn world(seed: u64) -> LedgerSetup<TrustWorld> {
    let document = Document::read("bench", SCENARIO, &Trust::vocabulary()).expect("a good scenario");
    let options = Options { seed, real: true, faults: Faults::none(), planted: None };
    Trust::world(&document, &options).expect("a good scenario")
}
