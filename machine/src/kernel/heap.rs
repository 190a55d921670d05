//! A persistent min-heap: cloning costs nothing, as with tables, so that an order beside a table lives in the state with it.
//!
//! It is a Braun tree: at every node the left side has as many items as the right one, or one more. So its depth is log2(n), which bounds
//! pushing, popping and dropping. Never hashed: a table whose rows have to come out in an order keeps one, and makes it anew from the rows.

use alloc::{sync::Arc, vec::Vec};

use crate::bug;

/// A min-heap that shares what it did not change with its clones.
#[derive(Clone, Debug)]
pub struct Heap<T>(Option<Arc<Node<T>>>);

#[derive(Clone, Debug)]
struct Node<T> {
    item: T,
    left: Heap<T>,
    right: Heap<T>,
}

impl<T> Default for Heap<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Ord + Clone> Heap<T> {
    /// Adds an item: O(log n).
    pub fn push(&mut self, item: T) {
        let Some(node) = self.take() else {
            *self = Self::over(item, Self::default(), Self::default());
            return;
        };
        let Node { item: held, left, mut right } = node;
        let (least, other) = if item <= held { (item, held) } else { (held, item) };
        // the right side was not the larger one: with one more it is the left one
        right.push(other);
        *self = Self::over(least, right, left);
    }

    /// The least item: O(1).
    #[must_use]
    pub fn least(&self) -> Option<&T> {
        self.0.as_ref().map(|node| &node.item)
    }

    /// Takes the least item out: O(log n).
    pub fn pop(&mut self) -> Option<T> {
        let Node { item, mut left, right } = self.take()?;
        if let Some(last) = left.pop_last() {
            *self = Self::sift(last, right, left);
        }
        Some(item)
    }

    /// The least `limit` items that `wanted` holds for, in order, where it holds for none above one that it does not hold for:
    /// O(limit^2).
    #[must_use]
    pub fn first(&self, limit: usize, wanted: impl Fn(&T) -> bool) -> Vec<T> {
        let (mut found, mut next) = (Vec::new(), Vec::from_iter(self.0.as_deref()));
        while found.len() < limit {
            let Some(at) = (0..next.len()).min_by_key(|at| &next[*at].item) else { break };
            let node = next.swap_remove(at);
            if !wanted(&node.item) {
                break;
            }
            found.push(node.item.clone());
            next.extend([&node.left, &node.right].into_iter().filter_map(|below| below.0.as_deref()));
        }
        found
    }

    fn take(&mut self) -> Option<Node<T>> {
        self.0.take().map(Arc::unwrap_or_clone)
    }

    fn over(item: T, left: Self, right: Self) -> Self {
        Self(Some(Arc::new(Node { item, left, right })))
    }

    /// Takes the item out that lies furthest left, and swaps the sides on the way, so that the left one stays the larger.
    fn pop_last(&mut self) -> Option<T> {
        let Node { item, mut left, right } = self.take()?;
        match left.pop_last() {
            None => Some(item),
            Some(last) => {
                *self = Self::over(item, right, left);
                Some(last)
            }
        }
    }

    /// A heap of an item above two others, where the item sinks to its place.
    fn sift(item: T, mut left: Self, mut right: Self) -> Self {
        let below = |side: &Self| side.least().is_some_and(|least| *least < item);
        let (sinks_left, sinks_right) = (below(&left), below(&right));
        if sinks_left && (!sinks_right || left.least() <= right.least()) {
            let Some(Node { item: least, left: one, right: other }) = left.take() else {
                bug!("a least item of nothing")
            };
            return Self::over(least, Self::sift(item, one, other), right);
        }
        if sinks_right {
            let Some(Node { item: least, left: one, right: other }) = right.take() else {
                bug!("a least item of nothing")
            };
            return Self::over(least, left, Self::sift(item, one, other));
        }
        Self::over(item, left, right)
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_heap_gives_its_items_in_order_and_clones_stay_what_they_were(steps in proptest::collection::vec(any::<Option<u16>>(), 0..200)) {
            let (mut heap, mut expected) = (Heap::default(), BTreeSet::new());
            for step in steps {
                let (before, held) = (heap.clone(), expected.clone());
                match step {
                    Some(item) if expected.insert(item) => heap.push(item),
                    Some(_) => {}
                    None => prop_assert_eq!(heap.pop(), expected.pop_first()),
                }
                prop_assert_eq!(heap.least(), expected.first());
                let four: Vec<u16> = expected.iter().copied().filter(|item| *item < 40_000).take(4).collect();
                prop_assert_eq!(heap.first(4, |item| *item < 40_000), four);
                let mut before = before;
                let all: Vec<u16> = core::iter::from_fn(|| before.pop()).collect();
                prop_assert_eq!(all, Vec::from_iter(held));
            }
        }
    }

    /// The number of items; asserts that each left side has as many as the right one, or one more.
    fn size(heap: &Heap<u32>) -> u32 {
        heap.0.as_ref().map_or(0, |node| {
            let (left, right) = (size(&node.left), size(&node.right));
            assert!(left == right || left == right + 1, "{left} and {right}");
            left + right + 1
        })
    }

    #[test]
    fn both_sides_stay_as_large_as_each_other() {
        let mut heap = Heap::default();
        for item in (0..300).rev().chain(1_000..1_300) {
            heap.push(item);
            size(&heap);
        }
        for left in (0..600).rev() {
            assert!(heap.pop().is_some());
            assert_eq!(size(&heap), left);
        }
    }

    #[test]
    fn a_million_items_are_dropped_like_one() {
        let mut heap = Heap::default();
        (0..1_000_000_u32).rev().for_each(|item| heap.push(item));
        let clone = heap.clone();
        drop(heap);
        assert_eq!(clone.least(), Some(&0));
    }
}
