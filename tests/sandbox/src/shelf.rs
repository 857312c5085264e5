//! Bounded memory: an instance that runs for weeks must not grow.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Keyed values in the order they came; above the capacity the oldest leave.
#[derive(Debug)]
pub(crate) struct Shelf<V> {
    capacity: usize,
    order: VecDeque<String>,
    values: HashMap<String, V>,
}

impl<V> Shelf<V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, order: VecDeque::new(), values: HashMap::new() }
    }

    /// Puts a value under a key; a known key keeps its place in the order.
    pub(crate) fn insert(&mut self, key: String, value: V) {
        if self.values.insert(key.clone(), value).is_none() {
            self.order.push_back(key);
        }
        while self.order.len() > self.capacity {
            if let Some(oldest) = self.order.pop_front() {
                self.values.remove(&oldest);
            }
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&V> {
        self.values.get(key)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        self.values.get_mut(key)
    }

    /// Oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.order.iter().filter_map(|key| self.values.get(key))
    }
}

/// Appends to a queue that holds at most `capacity` entries.
pub(crate) fn push_bounded<T>(queue: &mut VecDeque<T>, capacity: usize, entry: T) {
    queue.push_back(entry);
    while queue.len() > capacity {
        queue.pop_front();
    }
}

/// Locks even after another thread panicked while holding the lock: every value behind these locks is whole between
/// any two statements.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_leave_a_full_shelf_and_a_known_key_keeps_its_place() {
        let mut shelf = Shelf::new(2);
        shelf.insert("a".into(), 1);
        shelf.insert("b".into(), 2);
        shelf.insert("a".into(), 3);
        assert_eq!(shelf.iter().copied().collect::<Vec<_>>(), [3, 2]);
        shelf.insert("c".into(), 4);
        assert_eq!(shelf.get("a"), None);
        assert_eq!(shelf.iter().copied().collect::<Vec<_>>(), [2, 4]);
    }
}
