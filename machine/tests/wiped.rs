//! No freed memory of the heap holds a secret: an allocator looks through each block that is given back.

#![expect(unsafe_code, reason = "an allocator is unsafe, and only an allocator sees what was left in memory")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::{Cell, RefCell},
    collections::BTreeSet,
};

use machine::{
    kernel::{Digest, PublicKey},
    secure::{Chats, Copies, Recipient, Secret, X25519, export, import},
};

/// The system's allocator, which counts the freed blocks that hold a needle of the thread that frees them.
struct Searching;

thread_local! {
    static NEEDLES: RefCell<Needles> = RefCell::default();
    static SEARCHING: Cell<bool> = const { Cell::new(false) };
    static FOUND: Cell<usize> = const { Cell::new(0) };
}

/// Needles in the order of their bytes, and whether one begins with two bytes: nearly every place of a block is passed by that.
#[derive(Default)]
struct Needles {
    begin: Vec<bool>,
    sorted: Vec<Vec<u8>>,
}

impl Needles {
    fn new(needles: &[&[u8]]) -> Self {
        let mut sorted: Vec<_> = needles.iter().map(|needle| needle.to_vec()).collect();
        sorted.sort();
        let mut begin = vec![false; 1 << 16];
        sorted.iter().for_each(|needle| begin[pair(needle)] = true);
        Self { begin, sorted }
    }

    fn stand_in(&self, block: &[u8]) -> usize {
        let starts = |at: usize| self.sorted.iter().any(|needle| block[at..].starts_with(needle));
        (1..block.len()).filter(|at| self.begin[pair(&block[at - 1..])] && starts(at - 1)).count()
    }
}

fn pair(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 8 | usize::from(bytes[1])
}

fn search(block: &[u8]) {
    if SEARCHING.replace(false) {
        FOUND.set(FOUND.get() + NEEDLES.with_borrow(|needles| needles.stand_in(block)));
        SEARCHING.set(true);
    }
}

// SAFETY: everything is the system allocator's; a block is read while it is still allocated, and only as far as it was written
// from the start (`alloc` zeroes it).
unsafe impl GlobalAlloc for Searching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        search(unsafe { std::slice::from_raw_parts(block, layout.size()) });
        unsafe { System.dealloc(block, layout) }
    }

    // `realloc` is the default one: a new block, a copy, and `dealloc`, so that what stays behind is seen
}

#[global_allocator]
static ALLOCATOR: Searching = Searching;

/// How many needles lie in what `act` frees, and what it makes once that is gone too.
fn left_behind<T>(needles: &[&[u8]], act: impl FnOnce() -> T) -> usize {
    NEEDLES.set(Needles::new(needles));
    FOUND.set(0);
    SEARCHING.set(true);
    drop(act());
    SEARCHING.set(false);
    FOUND.get()
}

const TEXT: &[u8] =
    b"a plaintext that nobody else may see, of more than one block: it goes on and on, and then it goes on still";

fn device(n: u8) -> Chats<X25519> {
    let [identity, prekey] = [0x40, 0x80].map(|purpose| Secret::new(&secret(n ^ purpose)));
    Chats::new("chat.example", Digest([n; 32]), PublicKey([n; 32]), identity, prekey)
}

fn secret(start: u8) -> [u8; 32] {
    core::array::from_fn(|at| start.wrapping_add((at as u8).wrapping_mul(11)))
}

fn recipient(chats: &Chats<X25519>) -> Recipient {
    Recipient { party: chats.party(), prekey: chats.prekey() }
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()
}

#[test]
fn what_is_left_behind_is_seen() {
    assert_eq!(left_behind(&[TEXT], || TEXT.to_vec()), 1, "a plain vector");
    assert_eq!(left_behind(&[TEXT], || zeroize::Zeroizing::new(TEXT.to_vec())), 0, "one that is wiped");
    let grown = left_behind(&[TEXT], || {
        let mut grown = zeroize::Zeroizing::new(TEXT.to_vec());
        grown.resize(4_096, 0);
        grown
    });
    assert_eq!(grown, 1, "one that grew: the first block was not wiped");
}

#[test]
fn no_plaintext_is_left_behind() {
    let (mut alice, mut bob, thread) = (device(1), device(2), Digest([7; 32]));
    let to = [recipient(&bob)];
    let blob = alice.seal(&thread, &to, TEXT, &[9; 32], 0).expect("sealed").copies.to_bytes();
    let sealing = left_behind(&[&TEXT[..16]], || alice.seal(&thread, &to, TEXT, &[8; 32], 0).expect("sealed"));
    assert_eq!(sealing, 0, "after sealing");
    let copies = Copies::read(&blob).expect("a blob");
    let from = alice.party();
    let opening = left_behind(&[&TEXT[..16]], || {
        let opened = bob.open(&thread, &from, &copies.copies[0], 0).expect("opened");
        assert_eq!(*opened.plaintext, TEXT);
        opened
    });
    assert_eq!(opening, 0, "after opening, and with what was opened gone");
}

#[test]
fn no_secret_is_left_behind_by_writing_and_reading_a_state() {
    let (mut alice, mut bob, thread) = (device(1), device(2), Digest([7; 32]));
    for n in 0..40 {
        let sealed = alice.seal(&thread, &[recipient(&bob)], TEXT, &[n; 32], 0).expect("sealed");
        if n % 8 == 7 {
            let from = alice.party();
            bob.open(&thread, &from, &sealed.copies.copies[0], 0).expect("opened");
        }
    }
    let (identity, prekey) = (secret(2 ^ 0x40), secret(2 ^ 0x80));
    let needles = [&identity[..], &prekey, &hex(&identity), &hex(&prekey)];
    let bytes = bob.to_bytes();
    assert!(needles[2..].iter().all(|needle| bytes.windows(64).any(|window| window == *needle)), "they are in it");
    assert_eq!(left_behind(&needles, || bob.to_bytes()), 0, "after writing");
    assert_eq!(left_behind(&needles, || Chats::<X25519>::read(&bytes).expect("read")), 0, "after reading");
    assert_eq!(left_behind(&needles, || bytes), 0, "after what was written is gone");
    assert_eq!(left_behind(&needles, || bob), 0, "after the device is gone");
}

/// A chat with lost and late messages, turns, a second session and prekeys; `each` gets every state on the way.
fn chat(mut each: impl FnMut(&Chats<X25519>)) {
    let (mut alice, mut bob, thread) = (device(1), device(2), Digest([7; 32]));
    let (mut late, mut opened) = (Vec::new(), 0);
    for n in 0..60_u8 {
        let (from, to) = if n / 6 % 2 == 0 { (&mut alice, &mut bob) } else { (&mut bob, &mut alice) };
        let sealed = from.seal(&thread, &[recipient(to)], TEXT, &secret(n), u64::from(n)).expect("sealed");
        let envelope = sealed.copies.copies[0].clone();
        each(from);
        match n % 6 {
            0..=2 => late.push((n, from.party(), envelope)),
            3 => drop(envelope),
            _ => opened += usize::from(to.open(&thread, &from.party(), &envelope, 0).is_ok()),
        }
        each(to);
        if n % 10 == 9 {
            to.rotate_prekey(Secret::new(&secret(n ^ 0xc0)), u64::from(n));
        }
        if n % 24 == 23 {
            let mine = alice.party().device_key;
            for (_, from, envelope) in late.drain(..) {
                let at = if envelope.to == mine { &mut alice } else { &mut bob };
                opened += usize::from(at.open(&thread, &from, &envelope, 0).is_ok());
                each(at);
            }
        }
        if n == 30 {
            alice = device(1);
        }
    }
    assert!(opened > 20, "{opened} messages opened");
}

/// All values of 64 hex digits in a state, but for the public ones.
fn secrets(state: &serde_json::Value, secret: bool, found: &mut BTreeSet<Vec<u8>>) {
    let public = ["device_key", "id", "identity_key", "prekey", "public", "ratchet_key", "used", "user"];
    match state {
        serde_json::Value::Object(fields) => {
            let receiving = fields.contains_key("skipped");
            for (name, value) in fields {
                secrets(value, !(public.contains(&&name[..]) || receiving && name == "ratchet"), found);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| secrets(item, secret, found)),
        serde_json::Value::String(text) if secret && text.len() == 64 => {
            let digit = |at: usize| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).expect("hex");
            found.insert((0..32).map(digit).collect());
        }
        _ => {}
    }
}

#[test]
fn no_key_of_a_chat_is_left_behind_on_its_way_through_lists() {
    let mut found = BTreeSet::new();
    chat(|state| secrets(&serde_json::from_slice(&state.to_bytes()).expect("JSON"), true, &mut found));
    assert!(found.len() > 100, "{} keys", found.len());
    let needles: Vec<&[u8]> = found.iter().map(Vec::as_slice).collect();
    assert_eq!(left_behind(&needles, || chat(|_| ())), 0);
}

#[test]
fn no_history_is_left_behind_by_its_export() {
    let exported = export(TEXT, "correct horse", &[9; 16]).expect("exported");
    let exporting = left_behind(&[&TEXT[..16]], || export(TEXT, "correct horse", &[9; 16]).expect("exported"));
    assert_eq!(exporting, 0, "after exporting");
    let importing = left_behind(&[&TEXT[..16]], || import(&exported, "correct horse").expect("imported"));
    assert_eq!(importing, 0, "after importing, and with the history gone");
}

#[test]
fn the_ciphers_wipe_their_keys() {
    fn wiped<T: zeroize::ZeroizeOnDrop>() {}
    // these compile with the ciphers' own `zeroize` features alone
    wiped::<chacha20poly1305::ChaCha20Poly1305>();
    wiped::<Secret>();
    wiped::<x25519_dalek::StaticSecret>();
}
