//! A persistent min-heap: cloning costs nothing, as with tables, so that an order beside a table lives in the state with it.
//!
//! It is a leftist heap (the right spine of n items has at most log2(n + 1) of them), so pushing and popping touch that many.
//! Never hashed: a table whose rows have to come out in an order keeps one, and makes it anew from the rows.

use alloc::{sync::Arc, vec::Vec};

/// A min-heap that shares what it did not change with its clones.
#[derive(Clone, Debug)]
pub struct Heap<T>(Option<Arc<Node<T>>>);

#[derive(Clone, Debug)]
struct Node<T> {
    item: T,
    /// The length of the right spine below and including this node.
    rank: u8,
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
        let single = Self::over(item, Self::default(), Self::default());
        *self = merge(core::mem::take(self), single);
    }

    /// The least item: O(1).
    #[must_use]
    pub fn least(&self) -> Option<&T> {
        self.0.as_ref().map(|node| &node.item)
    }

    /// Takes the least item out: O(log n).
    pub fn pop(&mut self) -> Option<T> {
        let mut node = Arc::unwrap_or_clone(self.0.take()?);
        let (left, right) = (core::mem::take(&mut node.left), core::mem::take(&mut node.right));
        *self = merge(left, right);
        Some(node.item)
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

    fn rank(&self) -> u8 {
        self.0.as_ref().map_or(0, |node| node.rank)
    }

    /// A heap with this least item above two others.
    fn over(item: T, one: Self, other: Self) -> Self {
        let (left, right) = if one.rank() >= other.rank() { (one, other) } else { (other, one) };
        let rank = right.rank() + 1;
        Self(Some(Arc::new(Node { item, rank, left, right })))
    }
}

/// All items of two heaps. Recurses along the right spines, which are logarithmic.
fn merge<T: Ord + Clone>(mut one: Heap<T>, mut other: Heap<T>) -> Heap<T> {
    let (mut least, rest) = match (one.0.take(), other.0.take()) {
        (None, None) => return Heap::default(),
        (Some(node), None) | (None, Some(node)) => return Heap(Some(node)),
        (Some(one), Some(other)) if one.item <= other.item => (Arc::unwrap_or_clone(one), Heap(Some(other))),
        (Some(one), Some(other)) => (Arc::unwrap_or_clone(other), Heap(Some(one))),
    };
    let (left, right) = (core::mem::take(&mut least.left), core::mem::take(&mut least.right));
    Heap::over(least.item, left, merge(right, rest))
}

/// A left spine may be as long as the heap: it is taken apart in a loop, not by recursion.
impl<T> Drop for Heap<T> {
    fn drop(&mut self) {
        let mut rest = Vec::from_iter(self.0.take());
        while let Some(shared) = rest.pop() {
            // whoever else holds it takes it apart
            let Some(Node { mut left, mut right, .. }) = Arc::into_inner(shared) else { continue };
            rest.extend([left.0.take(), right.0.take()].into_iter().flatten());
        }
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

    #[test]
    fn a_long_left_spine_is_dropped_without_recursion() {
        let mut heap = Heap::default();
        (0..1_000_000_u32).rev().for_each(|item| heap.push(item));
        let clone = heap.clone();
        drop(heap);
        assert_eq!(clone.least(), Some(&0));
    }
}
