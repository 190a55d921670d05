//! The same workload as one loop, written for nothing else: what the engine is measured against.
//!
//! A binary heap of (time, sequence, slot), messages in a slab, one generator for everything, and the same bytes hashed
//! in the same bulk. It has no faults but drop and duplicate, no checks, no keys to its choices, and cannot be replayed
//! but by its seed.

use std::{cmp::Reverse, collections::BinaryHeap};

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};
use sim::engine::{MILLISECOND, Micros, Record as _};

use crate::workload::{CLIENTS, Message, PPM, RESEND, chain, payload};

/// Runs the workload once; how many messages were delivered.
pub(crate) fn by_hand(seed: u64, requests: u32) -> u64 {
    let mut by_hand = Loop::new(seed, requests);
    (1..=CLIENTS).for_each(|client| by_hand.ask(client));
    while by_hand.waiting > 0 || by_hand.in_flight > 0 {
        by_hand.step();
    }
    std::hint::black_box(by_hand.root.finalize());
    by_hand.delivered
}

struct Loop {
    now: Micros,
    sequence: u64,
    heap: BinaryHeap<Reverse<(Micros, u64, u32)>>,
    slots: Vec<Event>,
    free: Vec<u32>,
    random: ChaCha8Rng,
    root: Sha256,
    buffer: Vec<u8>,
    head: [u8; 32],
    /// By client: the number under way, and how many are left.
    clients: Vec<(u32, u32)>,
    waiting: u32,
    in_flight: u32,
    delivered: u64,
}

enum Event {
    Message { from: u32, to: u32, message: Message },
    Timer { client: u32, number: u32 },
    Free,
}

impl Loop {
    fn new(seed: u64, requests: u32) -> Self {
        Self {
            now: 0,
            sequence: 0,
            heap: BinaryHeap::new(),
            slots: Vec::new(),
            free: Vec::new(),
            random: ChaCha8Rng::seed_from_u64(seed),
            root: Sha256::new(),
            buffer: Vec::with_capacity(8_192),
            head: [0; 32],
            clients: vec![(0, requests); CLIENTS as usize + 1],
            waiting: CLIENTS,
            in_flight: 0,
            delivered: 0,
        }
    }

    fn step(&mut self) {
        let Some(Reverse((now, _, slot))) = self.heap.pop() else { return };
        self.now = now;
        self.free.push(slot);
        match std::mem::replace(&mut self.slots[slot as usize], Event::Free) {
            Event::Message { from, to, message } => {
                self.record(2, from, to, |out| message.record(out));
                self.delivered += 1;
                self.in_flight -= 1;
                self.deliver(from, to, message);
            }
            Event::Timer { client, number } if self.clients[client as usize].0 == number => {
                self.record(3, client, client, |out| out.extend_from_slice(&[0; 8]));
                self.ask(client);
            }
            Event::Timer { .. } | Event::Free => {}
        }
    }

    fn deliver(&mut self, from: u32, to: u32, message: Message) {
        match message {
            Message::Request { number, payload } => {
                self.head = chain(&self.head, &payload);
                self.send(to, from, Message::Reply { number, head: self.head });
            }
            Message::Reply { number, .. } => {
                let (asked, left) = &mut self.clients[to as usize];
                if *asked == number && *left > 0 {
                    (*asked, *left) = (*asked + 1, *left - 1);
                    match *left {
                        0 => self.waiting -= 1,
                        _ => self.ask(to),
                    }
                }
            }
        }
    }

    fn ask(&mut self, client: u32) {
        let (number, _) = self.clients[client as usize];
        self.send(client, 0, Message::Request { number, payload: payload(client, number) });
        self.push(self.now + RESEND, Event::Timer { client, number });
    }

    fn send(&mut self, from: u32, to: u32, message: Message) {
        if self.chance() {
            return;
        }
        if self.chance() {
            self.carry(from, to, message.clone());
        }
        self.carry(from, to, message);
    }

    fn carry(&mut self, from: u32, to: u32, message: Message) {
        let more = (u128::from(self.random.next_u64()) * u128::from(9 * MILLISECOND + 1)) >> 64;
        self.in_flight += 1;
        self.push(self.now + MILLISECOND + more as u64, Event::Message { from, to, message });
    }

    fn chance(&mut self) -> bool {
        ((self.random.next_u64() >> 32) * 1_000_000) >> 32 < u64::from(PPM)
    }

    fn push(&mut self, at: Micros, event: Event) {
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize] = event;
                slot
            }
            None => {
                self.slots.push(event);
                self.slots.len() as u32 - 1
            }
        };
        self.heap.push(Reverse((at, self.sequence, slot)));
        self.sequence += 1;
    }

    fn record(&mut self, kind: u8, from: u32, to: u32, write: impl FnOnce(&mut Vec<u8>)) {
        if self.buffer.len() >= 4_096 {
            self.root.update(&self.buffer);
            self.buffer.clear();
        }
        let at = self.buffer.len();
        self.buffer.extend_from_slice(&[0; 4]);
        self.buffer.extend_from_slice(&self.now.to_le_bytes());
        self.buffer.extend_from_slice(&[kind, 0]);
        self.buffer.extend_from_slice(&from.to_le_bytes());
        self.buffer.extend_from_slice(&to.to_le_bytes());
        self.buffer.extend_from_slice(&[0; 4]);
        write(&mut self.buffer);
        let field = (self.buffer.len() - at - 26) as u32;
        self.buffer[at + 22..at + 26].copy_from_slice(&field.to_le_bytes());
        self.buffer[at..at + 4].copy_from_slice(&(field + 22).to_le_bytes());
    }
}
