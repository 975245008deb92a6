//! Values that repeat, numbered in the order they came.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

#[derive(Debug, Clone)]
pub(crate) struct Names<T> {
    list: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T: Clone + Eq + Hash> Names<T> {
    pub fn new() -> Self {
        Self {
            list: Vec::new(),
            numbers: HashMap::new(),
        }
    }

    pub fn find<Q>(&self, value: &Q) -> Option<u32>
    where
        T: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.numbers.get(value).copied()
    }

    /// A value that is not there yet.
    pub fn add(&mut self, value: T) -> u32 {
        let number = self.list.len() as u32;
        self.list.push(value.clone());
        self.numbers.insert(value, number);
        number
    }

    pub fn list(&self) -> &[T] {
        &self.list
    }

    /// Panics on a number that was never given: rows hold only given ones.
    pub fn value(&self, number: u32) -> &T {
        &self.list[number as usize]
    }
}
