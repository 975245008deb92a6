//! Codes as small numbers: units, services, fields, steps, officers. Number 0 is "none".

use std::collections::HashMap;

/// A code in [`Names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Name(u32);

impl Name {
    pub const NONE: Name = Name(0);

    pub fn is_none(self) -> bool {
        self == Self::NONE
    }
}

#[derive(Debug, Clone)]
pub struct Names {
    words: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
}

impl Default for Names {
    fn default() -> Self {
        let mut names = Self {
            words: Vec::new(),
            numbers: HashMap::new(),
        };
        names.add("");
        names
    }
}

impl Names {
    /// The number of a code, given now where it is new. The empty code is [`Name::NONE`].
    pub fn add(&mut self, word: &str) -> Name {
        if let Some(number) = self.numbers.get(word) {
            return Name(*number);
        }
        let number = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        self.words.push(word.into());
        self.numbers.insert(word.into(), number);
        Name(number)
    }

    /// `None`: no dossier ever had it.
    pub fn find(&self, word: &str) -> Option<Name> {
        self.numbers.get(word).map(|number| Name(*number))
    }

    pub fn word(&self, name: Name) -> &str {
        self.words.get(name.0 as usize).map_or("", |word| word)
    }

    pub fn len(&self) -> usize {
        self.words.len()
    }

    pub fn is_empty(&self) -> bool {
        false
    }
}
