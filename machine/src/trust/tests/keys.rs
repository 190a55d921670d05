//! Keys of rows have one spelling: whatever text a key is read from is the text that is written for it. Else a snapshot could hold a row
//! that no look-up finds, and a proof under one spelling would show that the other is absent.

use proptest::prelude::*;

use super::*;
use crate::{
    kernel::table::{AnyTable, Only, Tables as _},
    trust::{
        State,
        limits::Counted,
        login::LoginKey,
        session::Window,
        types::{Code, Label, Of, Padded, UserId},
    },
};

/// What is wrong with reading this text as a key, if anything is.
fn misread<K: crate::kernel::table::RowKey>(text: &str) -> Result<(), String> {
    match K::parse(text) {
        Some(key) if key.to_string() != text => Err(format!("{text:?} is read as {key}")),
        Some(_) | None => Ok(()),
    }
}

fn misread_by_any(text: &str) -> Result<(), String> {
    misread::<Digest>(text)?;
    misread::<PublicKey>(text)?;
    misread::<Only>(text)?;
    misread::<UserId>(text)?;
    misread::<Of<PublicKey>>(text)?;
    misread::<Of<Padded>>(text)?;
    misread::<Of<Digest>>(text)?;
    misread::<Padded>(text)?;
    misread::<LoginKey>(text)?;
    misread::<Counted>(text)?;
    misread::<Code>(text)?;
    misread::<Account>(text)?;
    misread::<Scope>(text)?;
    misread::<Window>(text)?;
    misread::<Origin>(text)?;
    misread::<Label>(text)
}

/// Every row of a ledger in which most tables have some: table, key and value as they are written.
fn good_rows() -> Vec<(&'static str, String, Vec<u8>)> {
    let mut desk = Desk::new();
    let session = desk.open(&key(1), &key(2), 60_000);
    desk.now += 10_000;
    desk.open(&key(3), &key(4), 60_000);
    desk.act(session, &key(2), 1, sessions::profile(1)).expect("a profile");
    let erase = crate::trust::profile::ProfileErased {};
    desk.act(session, &key(2), 2, erase.into()).expect("an erasure");
    let mut rows = Vec::new();
    desk.ledger.state.each(&mut |table| {
        table.rows_in(0..=u64::MAX, &mut |_, key, value| {
            rows.push((table.name(), key.to_string(), value.to_vec()));
            true
        });
    });
    rows
}

/// A text that differs from a good one in one place, or not at all.
fn near(text: &str, at: usize, what: &Change) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = at % (chars.len() + 1);
    match what {
        Change::Nothing => {}
        Change::Insert(c) => chars.insert(at, *c),
        Change::Put(c) if at < chars.len() => chars[at] = *c,
        Change::Remove if at < chars.len() => drop(chars.remove(at)),
        Change::Put(_) | Change::Remove => {}
    }
    chars.into_iter().collect()
}

#[derive(Clone, Debug)]
enum Change {
    Nothing,
    Insert(char),
    Put(char),
    Remove,
}

fn changes() -> impl Strategy<Value = Change> {
    let likely = prop::sample::select("+-0 17aAfFxX_/,.:\u{200b}\u{660}".chars().collect::<Vec<_>>());
    let c = prop_oneof![likely, any::<char>()];
    prop_oneof![
        Just(Change::Nothing),
        c.clone().prop_map(Change::Insert),
        c.prop_map(Change::Put),
        Just(Change::Remove)
    ]
}

proptest! {
    #[test]
    fn a_key_is_read_from_what_is_written_for_it_and_from_nothing_else(text in any::<String>()) {
        prop_assert_eq!(misread_by_any(&text), Ok(()));
    }

    #[test]
    fn a_text_near_a_key_is_that_key_or_none(pick in any::<prop::sample::Index>(), at in any::<usize>(), change in changes()) {
        let rows = good_rows();
        let (table, key, value) = pick.get(&rows);
        let text = near(key, at, &change);
        prop_assert_eq!(misread_by_any(&text), Ok(()));
        let mut state = State::default();
        let mut seen = false;
        state.each_mut(&mut |candidate| {
            if candidate.name() == *table {
                seen = true;
                only_as_written(candidate, &text, value);
            }
        });
        prop_assert!(seen);
    }
}

/// Restoring and proving take the same texts as keys, and a row that was restored under one is found and written under that.
fn only_as_written(table: &mut dyn AnyTable, text: &str, value: &[u8]) {
    let is_key = table.prove_text(text).is_some();
    assert_eq!(table.load(text, value).is_some(), is_key, "{text:?} of {}", table.name());
    table.loaded();
    let mut written = Vec::new();
    table.rows_in(0..=u64::MAX, &mut |_, key, value| {
        written.push((key.to_string(), value.to_vec()));
        true
    });
    let (restored, found) = (written.pop(), table.value_text(text));
    assert_eq!(
        (restored, found),
        if is_key { (Some((text.to_string(), value.to_vec())), Some(value.to_vec())) } else { (None, None) }
    );
}

#[test]
fn padded_numbers_are_digits_everywhere() {
    let rows = good_rows();
    let (_, device, _) = rows.iter().find(|(table, ..)| *table == "devices").expect("a device");
    let (_, login, _) = rows.iter().find(|(table, ..)| *table == "logins").expect("a login");
    let mut state = Desk::new().ledger.state;
    let mut plant = |name: &str, key: &str, value: &[u8]| {
        let mut planted = false;
        state.each_mut(&mut |table| planted |= table.name() == name && table.plant(key, value));
        planted
    };
    let value = b"{\"device_key\":\"0000000000000000000000000000000000000000000000000000000000000000\"}";
    assert!(!plant("devices", &device.replacen("/0", "/+", 1), value));
    assert!(!plant("logins", &login.replacen('0', "+", 1), b"{}"));
    assert!(plant("devices", device, value) && plant("logins", login, b"{}"));
}
