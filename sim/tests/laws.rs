//! The laws of the core, over any sequence of events and over events that were changed on their way: nothing panics, a refusal
//! leaves no trace, the same gives the same, replaying gives every byte again, and the naive machine agrees.
//!
//! `PROPTEST_CASES=20000 cargo test --release -p sim --test laws` is the long form.

use std::collections::BTreeMap;

use machine::{
    kernel::{
        Int, Ledgered as _, Machine as _, Parsed,
        entry::{Ledger, Outcome},
        table::{delta_of, state_root},
    },
    trust::{Effect, Event, State, Trust},
};
use proptest::prelude::*;
use sim::trust::{
    generator::{Generator, ORIGIN},
    naive::Naive,
};

/// Applies a sequence; gives how many events of it became entries, and how often it came to what: the refusals' codes, and things that
/// happen to rewards.
fn play(bytes: &[u8]) -> (u64, BTreeMap<&'static str, u64>) {
    let (mut generator, mut ledger, mut replayed) =
        (Generator::new(bytes), Ledger::<Trust>::default(), Ledger::<Trust>::default());
    let (mut naive, mut reached, mut rewards) = (Naive::default(), BTreeMap::new(), Rewards::default());
    while let Some((now, event)) = generator.next(&ledger) {
        assert_eq!(Event::read(&event.to_canonical()).as_ref(), Ok(&event), "an event is read as it is written");
        let before = state_root(&mut ledger.state);
        let (again, stamp) = (ledger.state.clone(), ledger.head.stamp(now));
        let judged = naive.apply(&stamp, &event);
        match ledger.apply(parsed(&event), now, None) {
            Outcome::Refused(refusal) => {
                assert_eq!(judged, Err(refusal.code()), "the naive machine on {event:?}");
                *reached.entry(refusal.code()).or_default() += 1;
                assert_eq!(state_root(&mut ledger.state), before, "a refusal leaves no trace: {event:?}");
                assert_eq!(delta_of(&mut ledger.state), delta_of(&mut State::default()), "nor a change");
            }
            Outcome::Accepted(entry) => {
                let effects = serde_json::to_value(entry.effects.as_slice()).expect("effects");
                assert_eq!(judged.map(serde_json::Value::from), Ok(effects), "the naive machine on {event:?}");
                let (mut state, effects) = Trust::apply(again, &stamp, &event);
                assert_eq!((effects, state_root(&mut state)), (entry.effects.clone(), state_root(&mut ledger.state)));
                let line = replayed.replay(&entry.line).expect("what was made replays").line;
                assert_eq!(line, entry.line);
                for what in entry.effects.iter().flat_map(|effect| rewards.take(effect)) {
                    *reached.entry(what).or_default() += 1;
                }
            }
        }
        Trust::assert_valid(&ledger.state);
    }
    assert_eq!(ledger.head, replayed.head);
    (ledger.head.size, reached)
}

/// The rewards of a sequence so far: the epoch of the last one, and whether the numbers changed since.
#[derive(Default)]
struct Rewards {
    epoch: Option<u64>,
    changed: bool,
}

impl Rewards {
    /// What an effect says of rewards.
    fn take(&mut self, effect: &Effect) -> Vec<&'static str> {
        match effect {
            Effect::RulesetChanged(_) => {
                self.changed = true;
                Vec::new()
            }
            Effect::RewardGranted(reward) => {
                let epoch = reward.epoch.get();
                let said = [
                    (self.epoch.is_some_and(|last| last == epoch), "two rewards in an epoch"),
                    (self.epoch.is_some_and(|last| last != epoch), "a reward in another epoch"),
                    (self.epoch.is_some() && self.changed, "a reward under other numbers"),
                    (reward.capped_micro > Int::ZERO, "a cap binds"),
                ];
                *self = Self { epoch: Some(epoch), changed: false };
                said.into_iter().filter(|(is_so, _)| *is_so).map(|(_, what)| what).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn parsed(event: &Event) -> Parsed<Event> {
    Parsed::new::<Trust>(event, ORIGIN).expect("an event is read as it is written")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn the_laws_hold_for_any_sequence_of_events(bytes in proptest::collection::vec(any::<u8>(), 0..1_500)) {
        play(&bytes);
    }

    #[test]
    fn a_changed_event_is_the_same_event_or_none(
        bytes in proptest::collection::vec(any::<u8>(), 200..600),
        at in any::<prop::sample::Index>(),
        with in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let (mut generator, mut ledger) = (Generator::new(&bytes), Ledger::<Trust>::default());
        while let Some((now, event)) = generator.next(&ledger) {
            let mut changed = event.to_canonical();
            let at = at.index(changed.len());
            changed[at] = with;
            if cut {
                changed.truncate(at);
            }
            if let Ok(read) = Event::read(&changed) {
                prop_assert_eq!(read.to_canonical(), changed);
                let mut aside = ledger.clone();
                aside.apply(parsed(&read), now, None);
                Trust::assert_valid(&aside.state);
            }
            ledger.apply(parsed(&event), now, None);
        }
    }
}

/// As the environment says, or else 64: enough for a gate.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(64)
}

/// The sequences above are worth what they reach: most rules, not only the first check.
#[test]
fn any_sequence_reaches_most_rules() {
    let (mut entries, mut reached) = (0, BTreeMap::new());
    for seed in 0..80_u64 {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let bytes: Vec<u8> = (0..1_800)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 24) as u8
            })
            .collect();
        let (size, came_to) = play(&bytes);
        entries += size;
        came_to.into_iter().for_each(|(what, n)| *reached.entry(what).or_insert(0) += n);
    }
    println!("{entries} entries, which came to {reached:?}");
    assert!(entries > 3_000, "{entries} entries");
    for what in [
        "a cap binds",
        "a reward in another epoch",
        "a reward under other numbers",
        "two rewards in an epoch",
        "aegis",
        "already_referred",
        "anchor_unknown",
        "bad_proof",
        "cap",
        "circular",
        "counter_ahead",
        "counter_old",
        "counter_used",
        "duplicate_device",
        "issued_in_future",
        "lifetime",
        "no_profile",
        "rate_user",
        "ruleset_invalid",
        "scope",
        "self_message",
        "self_referral",
        "session_inactive",
        "stale",
        "too_late",
        "ttl",
        "unknown_code",
        "unknown_session",
        "unknown_user",
        "wrong_key",
        "wrong_thread",
    ] {
        assert!(reached.contains_key(what), "{what} is never reached: {reached:?}");
    }
}
