#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, VecDeque};
use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};
use core::cmp::Ordering;
use core::num::NonZeroU32;

#[derive(Clone, Debug, Default)]
pub struct Mailbox {
    inbox: VecDeque<Box<str>>,
    read: BTreeMap<NonZeroU32, Vec<String>>,
}

impl Mailbox {
    pub fn deliver(&mut self, text: &str) -> usize {
        self.inbox.push_back(text.into());
        self.inbox.len()
    }

    pub fn read(&mut self, by: NonZeroU32) -> Option<String> {
        let text = self.inbox.pop_front()?;
        let line = format!("{by}: {text}");
        self.read.entry(by).or_insert_with(|| vec![]).push(line.clone());
        Some(line)
    }

    pub fn busiest(&self) -> Option<NonZeroU32> {
        self.read
            .iter()
            .max_by(|a, b| match a.1.len().cmp(&b.1.len()) {
                Ordering::Equal => b.0.cmp(a.0),
                other => other,
            })
            .map(|(id, _)| id.to_owned())
    }
}
