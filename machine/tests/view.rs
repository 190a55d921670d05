//! Views of the golden ledger: rebuilt to the same at any time, and pages that nothing slips through while entries arrive.

use std::collections::BTreeSet;

use machine::{
    kernel::entry::Ledger,
    trust::{Effect, Event, Trust, UserId},
    view::{Relayed, View},
};

const GOLDEN: &str = include_str!("golden/trust_v1.jsonl");

type Entry = machine::kernel::Entry<Trust>;

fn entries() -> Vec<Entry> {
    let mut ledger = Ledger::<Trust>::default();
    GOLDEN.lines().map(|line| ledger.replay(line.as_bytes()).expect("a golden line")).collect()
}

fn folded(entries: &[Entry]) -> View {
    let mut view = View::default();
    entries.iter().for_each(|entry| _ = view.fold(entry));
    view
}

fn users(entries: &[Entry]) -> BTreeSet<UserId> {
    let logins = entries.iter().filter_map(|entry| match &entry.event {
        Event::Login(login) => Some(login.user()),
        _ => None,
    });
    logins.collect()
}

#[test]
fn a_view_is_the_same_however_often_it_is_rebuilt_and_wherever_it_stopped() {
    let entries = entries();
    let whole = folded(&entries);
    for stop in 0..=entries.len() {
        let mut view = folded(&entries[..stop]);
        entries[stop..].iter().for_each(|entry| _ = view.fold(entry));
        assert_eq!(view, whole, "stopped after {stop} entries");
    }
}

#[test]
fn everybody_is_found_by_address_and_nobody_else() {
    let entries = entries();
    let view = folded(&entries);
    for entry in &entries {
        if let Event::Login(login) = &entry.event {
            assert_eq!(view.user_of(&login.body().address), Some(login.user()));
        }
    }
    assert_eq!(view.user_of("0x0000000000000000000000000000000000000000"), None);
}

/// The inbox's next thread: its last message, and with whom.
fn next(view: &View, user: UserId, before: Option<u64>) -> Option<(Relayed, UserId)> {
    view.inbox(user, before, 1).next().map(|found| (found.last.clone(), found.with))
}

#[test]
fn an_inbox_pages_through_every_thread_newest_first_while_entries_arrive() {
    let entries = entries();
    for user in users(&entries) {
        for stop in 0..entries.len() {
            let mut view = folded(&entries[..stop]);
            let then: BTreeSet<_> = view.inbox(user, None, 100).map(|thread| thread.last.message.thread).collect();
            let (mut seen, mut before, mut arriving) = (Vec::new(), None, entries[stop..].iter());
            while let Some((last, with)) = next(&view, user, before) {
                assert!(before.is_none_or(|before| last.seq < before), "newest first");
                assert!(with != user && [last.message.from, last.message.to].contains(&user));
                before = Some(last.seq);
                seen.push(last.message.thread);
                arriving.by_ref().take(3).for_each(|entry| _ = view.fold(entry));
            }
            assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len(), "none comes twice");
            let moved = view.inbox(user, None, 100).filter(|thread| thread.last.seq >= stop as u64);
            let moved: BTreeSet<_> = moved.map(|thread| thread.last.message.thread).collect();
            assert!(then.iter().all(|thread| seen.contains(thread) || moved.contains(thread)), "none slips through");
        }
    }
}

#[test]
fn a_thread_gives_each_message_once_to_a_reader_who_comes_back() {
    let entries = entries();
    let sent = |entry: &Entry| entry.effects.iter().any(|effect| matches!(effect, Effect::MessageRelayed(_)));
    let expected: Vec<u64> = entries.iter().filter(|entry| sent(entry)).map(|entry| entry.stamp.seq).collect();
    let (mut view, mut read, mut cursors) = (View::default(), Vec::new(), std::collections::BTreeMap::new());
    for entry in &entries {
        view.fold(entry);
        for user in users(&entries) {
            for thread in view.inbox(user, None, 100).map(|thread| thread.last.message.thread).collect::<Vec<_>>() {
                let cursor: &mut Option<u64> = cursors.entry(thread).or_default();
                let page: Vec<u64> = view.thread(&thread, *cursor, 2).map(|relayed| relayed.seq).collect();
                *cursor = page.last().copied().or(*cursor);
                read.extend(page);
            }
        }
    }
    read.sort_unstable();
    assert_eq!(read, expected);
}

#[test]
fn a_referrer_finds_everybody_who_used_the_code() {
    let entries = entries();
    let view = folded(&entries);
    for entry in &entries {
        for effect in &entry.effects {
            if let Effect::ReferralUsed(used) = effect {
                assert!(view.invited(used.owner).iter().any(|one| (one.seq, one.user) == (entry.stamp.seq, used.user)));
            }
        }
    }
    let all: usize = users(&entries).into_iter().map(|user| view.invited(user).len()).sum();
    assert_eq!(all, entries.iter().filter(|entry| entry.event.kind() == "REFERRAL_USE").count());
}
