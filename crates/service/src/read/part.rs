//! Taking words out of the tree, with a sentence for whatever is not as it should be.

use std::str::FromStr;

use jiff::civil::Date;

use super::meant::meant;
use super::shape::Shape;
use super::words;
use crate::definition::Expr;
use crate::problem::{Problem, Severity};
use crate::text::Text;
use crate::yaml::{Entry, Mark, Node, Value};

/// Collects problems while the parts of a file are read.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    pub problems: Vec<Problem>,
}

/// One map of the file, known to hold only keys of its shape.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'n> {
    pub mark: Mark,
    pub shape: &'static Shape,
    entries: &'n [Entry],
    /// Was there a map at all?
    found: bool,
}

impl<'n> Part<'n> {
    pub fn entry(&self, key: &str) -> Option<&'n Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    pub fn node(&self, key: &str) -> Option<&'n Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Is the key there, or an unknown one that probably means it?
    pub fn has_or_meant(&self, key: &str) -> bool {
        let known = || self.shape.keys.iter().map(|(key, _)| *key);
        self.entries.iter().any(|entry| {
            entry.key == key
                || (self.shape.layout(&entry.key).is_none()
                    && meant(&entry.key, known()) == Some(key))
        })
    }

    pub fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }
}

impl Reader {
    pub fn with(problems: Vec<Problem>) -> Self {
        Self { problems }
    }

    pub fn say(&mut self, mark: Mark, says: impl Into<String>, instead: Option<String>) {
        self.problems.push(Problem {
            severity: Severity::Error,
            check: 1,
            line: mark.line,
            column: mark.column,
            says: says.into(),
            instead,
        });
    }

    /// The map at `node`, with a problem for every key its shape does not have.
    pub fn part<'n>(&mut self, node: &'n Node, shape: &'static Shape) -> Part<'n> {
        let Value::Map(entries) = &node.value else {
            let keys: Vec<&str> = shape.keys.iter().take(3).map(|(key, _)| *key).collect();
            self.say(
                node.mark,
                format!(
                    "Ở đây phải là một {} gồm các mục {}, ….",
                    shape.what,
                    keys.join(", ")
                ),
                None,
            );
            return Part {
                mark: node.mark,
                shape,
                entries: &[],
                found: false,
            };
        };
        let mut before: Option<&Entry> = None;
        for entry in entries {
            if shape.layout(&entry.key).is_none() && shape.translation(&entry.key).is_none() {
                self.unknown_key(entry, before, shape);
            }
            before = Some(entry);
        }
        Part {
            mark: node.mark,
            shape,
            entries,
            found: true,
        }
    }

    fn unknown_key(&mut self, entry: &Entry, before: Option<&Entry>, shape: &'static Shape) {
        // `{when: all(b, b.x), …}`: YAML ends the value at the comma.
        let cut = before.and_then(|entry| Some((entry, entry.value.text()?)));
        if let (Value::Empty, Some((first, text))) = (&entry.value.value, cut) {
            let whole = format!("{text}, {}", entry.key);
            self.say(
                entry.mark,
                format!(
                    "Dấu phẩy cắt đôi giá trị của “{}”; đặt cả giá trị trong ngoặc.",
                    first.key
                ),
                Some(format!(
                    "{}: {}",
                    first.key,
                    crate::canonical::quoted(&whole)
                )),
            );
            return;
        }
        let known = shape.keys.iter().map(|(key, _)| *key);
        self.say(
            entry.mark,
            format!("Không có mục “{}” trong {}.", entry.key, shape.what),
            meant(&entry.key, known).map(str::to_owned),
        );
    }

    /// A key that must be there.
    pub fn need(&mut self, part: &Part, key: &str) {
        if part.found && !part.has_or_meant(key) {
            self.say(
                part.mark,
                format!("Thiếu mục “{key}” trong {}.", part.shape.what),
                Some(format!("{key}: …")),
            );
        }
    }

    /// The word at `node`; `name` is the key it stands under, for the sentence.
    pub fn word<'n>(&mut self, node: &'n Node, name: &str) -> Option<&'n str> {
        match &node.value {
            Value::Text(text) => return Some(text),
            Value::Empty => self.say(node.mark, format!("Mục “{name}” còn trống."), None),
            Value::List(_) | Value::Map(_) => self.say(
                node.mark,
                format!("Mục “{name}” phải là một từ hoặc một câu."),
                Some("đặt cả câu trong ngoặc kép nếu có dấu [ { , hoặc :".into()),
            ),
        }
        None
    }

    pub fn text<'n>(&mut self, part: &Part<'n>, key: &str) -> Option<&'n str> {
        let node = part.node(key)?;
        self.word(node, key)
    }

    pub fn string(&mut self, part: &Part, key: &str) -> Option<String> {
        self.text(part, key).map(str::to_owned)
    }

    pub fn expr(&mut self, part: &Part, key: &str) -> Option<Expr> {
        self.text(part, key).map(|text| Expr(text.to_owned()))
    }

    /// A text people read, with its translations.
    pub fn label(&mut self, part: &Part, key: &str) -> Text {
        let mut text = Text::vi(self.text(part, key).unwrap_or_default());
        for entry in part.entries {
            if let Some((base, language)) = part.shape.translation(&entry.key)
                && base == key
                && let Some(translated) = self.word(&entry.value, &entry.key)
            {
                text.others
                    .insert(language.to_owned(), translated.to_owned());
            }
        }
        text
    }

    /// A list of words; one word alone is a list of one.
    pub fn words(&mut self, part: &Part, key: &str) -> Vec<String> {
        part.node(key)
            .map_or_else(Vec::new, |node| self.words_at(node, key))
    }

    pub fn words_at(&mut self, node: &Node, name: &str) -> Vec<String> {
        match &node.value {
            Value::List(items) => items
                .iter()
                .filter_map(|item| self.word(item, name).map(str::to_owned))
                .collect(),
            _ => self
                .word(node, name)
                .map(str::to_owned)
                .into_iter()
                .collect(),
        }
    }

    /// The items of a list.
    pub fn items<'n>(&mut self, part: &Part<'n>, key: &str) -> &'n [Node] {
        part.node(key).map_or(&[], |node| self.items_at(node, key))
    }

    pub fn items_at<'n>(&mut self, node: &'n Node, name: &str) -> &'n [Node] {
        match &node.value {
            Value::List(items) => items,
            _ => {
                self.say(
                    node.mark,
                    format!("Mục “{name}” phải là một danh sách, mỗi dòng bắt đầu bằng dấu “- ”."),
                    None,
                );
                &[]
            }
        }
    }

    /// The entries of a map whose keys are codes.
    pub fn named<'n>(&mut self, part: &Part<'n>, key: &str) -> &'n [Entry] {
        let Some(node) = part.node(key) else {
            return &[];
        };
        match &node.value {
            Value::Map(entries) => {
                for entry in entries {
                    // `given: {buyers.kind: x}` and `outcomes: {out-of-scope: …}` are codes too.
                    if !words::is_code(&entry.key) {
                        self.bad_code(entry.mark, &entry.key);
                    }
                }
                entries
            }
            _ => {
                self.say(
                    node.mark,
                    format!("Mục “{key}” phải gồm các dòng “mã: …”."),
                    None,
                );
                &[]
            }
        }
    }

    /// The code of a field, document, step …: what expressions and URLs use.
    pub fn code(&mut self, part: &Part, key: &str) -> String {
        self.need(part, key);
        let Some(node) = part.node(key) else {
            return String::new();
        };
        let Some(code) = self.word(node, key) else {
            return String::new();
        };
        if !words::is_identifier(code) {
            self.bad_code(node.mark, code);
        }
        code.to_owned()
    }

    pub fn bad_code(&mut self, mark: Mark, code: &str) {
        self.say(
            mark,
            format!("Mã “{code}” phải viết bằng chữ thường không dấu, chữ số và dấu gạch dưới."),
            Some(ascii(code)).filter(|code| !code.is_empty()),
        );
    }

    pub fn yes_no(&mut self, part: &Part, key: &str) -> Option<bool> {
        self.one_of(part, key, &[("true", true), ("false", false)])
    }

    /// A whole number from 0.
    pub fn number<T: FromStr>(&mut self, part: &Part, key: &str) -> Option<T> {
        self.parsed(part, key, "một số nguyên", "3", |text| {
            text.bytes()
                .all(|b| b.is_ascii_digit())
                .then(|| text.parse().ok())?
        })
    }

    pub fn date(&mut self, part: &Part, key: &str) -> Option<Date> {
        self.parsed(part, key, "một ngày", "2026-01-31", |text| {
            (text.len() == 10).then(|| text.parse().ok())?
        })
    }

    /// One of a closed set of words.
    pub fn one_of<T: Clone>(&mut self, part: &Part, key: &str, known: &[(&str, T)]) -> Option<T> {
        let node = part.node(key)?;
        let word = self.word(node, key)?;
        self.choose(node.mark, key, word, known)
    }

    /// Several of a closed set of words.
    pub fn some_of<T: Clone>(&mut self, part: &Part, key: &str, known: &[(&str, T)]) -> Vec<T> {
        let Some(node) = part.node(key) else {
            return Vec::new();
        };
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        items
            .iter()
            .filter_map(|item| {
                let word = self.word(item, key)?;
                self.choose(item.mark, key, word, known)
            })
            .collect()
    }

    pub fn choose<T: Clone>(
        &mut self,
        mark: Mark,
        key: &str,
        word: &str,
        known: &[(&str, T)],
    ) -> Option<T> {
        let found = known.iter().find(|(name, _)| *name == word);
        if found.is_none() {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            let instead =
                meant(word, names.iter().copied()).map_or_else(|| names.join(" | "), str::to_owned);
            self.say(
                mark,
                format!("“{key}” không thể là “{word}”."),
                Some(instead),
            );
        }
        found.map(|(_, value)| value.clone())
    }

    /// A word that `how` understands; otherwise a sentence with an example.
    pub fn parsed<T>(
        &mut self,
        part: &Part,
        key: &str,
        what: &str,
        example: &str,
        how: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let node = part.node(key)?;
        let text = self.word(node, key)?;
        let value = how(text);
        if value.is_none() {
            self.say(
                node.mark,
                format!("“{key}” phải là {what}, không phải “{text}”."),
                Some(example.to_owned()),
            );
        }
        value
    }
}

/// A code close to what was written: `Số nhà` → `so_nha`.
fn ascii(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let folded: String = text
        .to_lowercase()
        .replace('đ', "d")
        .nfd()
        .filter_map(|letter| match letter {
            'a'..='z' | '0'..='9' | '_' => Some(letter),
            ' ' | '-' | '.' => Some('_'),
            _ => None,
        })
        .collect();
    folded
        .trim_matches(|letter: char| letter == '_' || letter.is_ascii_digit())
        .to_owned()
}
