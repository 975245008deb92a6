//! The types of the language and of every name a definition brings.

use std::fmt;

use super::Node;
use super::eval::who_word;
use crate::definition::{Definition, Field, FieldKind};
use crate::registers;

#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    Text,
    Whole,
    Decimal,
    Money,
    YesNo,
    Date,
    Duration,
    Place(Vec<Member>),
    Unit,
    /// Codes of its options.
    Choice(Vec<String>),
    List(Box<Type>),
    Record(Vec<Member>),
    /// Already told; anything goes with it.
    Unknown,
}

/// A field of a record, or a name in reach.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    pub name: String,
    pub is: Type,
    /// Where it surely has a value.
    pub sure: Sure,
}

/// When may a value be read without `has()`?
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sure {
    Always,
    /// Where all these conditions hold (its `show-when`, its page's), as written by the tree.
    Where(Vec<String>),
    Never,
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Text => "chữ",
            Type::Whole => "số nguyên",
            Type::Decimal => "số thập phân",
            Type::Money => "tiền",
            Type::YesNo => "có/không",
            Type::Date => "ngày",
            Type::Duration => "thời hạn",
            Type::Place(_) => "vị trí",
            Type::Unit => "đơn vị",
            Type::Choice(_) => "lựa chọn",
            Type::List(_) => "danh sách",
            Type::Record(_) => "bản ghi",
            Type::Unknown => "không rõ",
        })
    }
}

impl Type {
    pub fn is_number(&self) -> bool {
        matches!(
            self,
            Type::Whole | Type::Decimal | Type::Money | Type::Unknown
        )
    }

    /// Written as text at run time.
    pub fn is_text(&self) -> bool {
        matches!(
            self,
            Type::Text | Type::Choice(_) | Type::Unit | Type::Unknown
        )
    }

    pub fn of_kind(kind: &FieldKind, options: &[String]) -> Type {
        let choice = |list: &Option<String>| {
            let named = list.as_ref().and_then(|list| list_codes(list));
            Type::Choice(named.unwrap_or_else(|| options.to_vec()))
        };
        match kind {
            FieldKind::Text
            | FieldKind::LongText
            | FieldKind::Phone
            | FieldKind::Email
            | FieldKind::PersonalId
            | FieldKind::OrganisationId
            | FieldKind::Address => Type::Text,
            FieldKind::Whole => Type::Whole,
            FieldKind::Decimal(_) => Type::Decimal,
            FieldKind::Money => Type::Money,
            FieldKind::YesNo => Type::YesNo,
            FieldKind::Date => Type::Date,
            FieldKind::Choice(list) => choice(list),
            FieldKind::Choices(list) => Type::List(Box::new(choice(list))),
            FieldKind::Place => Type::Place(
                registers::place()
                    .into_iter()
                    .map(|(name, kind)| Member {
                        name: name.to_owned(),
                        is: Type::of_kind(&kind, &[]),
                        // The point decides the area; words and roads may be missing.
                        sure: if name == "area" {
                            Sure::Always
                        } else {
                            Sure::Never
                        },
                    })
                    .collect(),
            ),
            FieldKind::Photos | FieldKind::File => Type::List(Box::new(Type::Text)),
            FieldKind::Unit => Type::Unit,
            FieldKind::Record => Type::Unknown,
        }
    }
}

/// Codes of a named list.
pub fn list_codes(list: &str) -> Option<Vec<String>> {
    let options = registers::list(list)?;
    Some(options.into_iter().map(|option| option.code).collect())
}

/// Type of a field by itself, without asking when it has a value.
pub fn of_field(field: &Field) -> Type {
    let register = field.from.as_ref().map(|from| from.register.as_str());
    match (&field.kind, register) {
        (FieldKind::Record, Some(register)) => match registers::register(register) {
            Some(register) => Type::Record(
                register
                    .fields
                    .into_iter()
                    .map(|(name, kind)| Member {
                        name: name.to_owned(),
                        is: Type::of_kind(&kind, &[]),
                        sure: Sure::Always,
                    })
                    .collect(),
            ),
            None => Type::Unknown,
        },
        (kind, _) => {
            let options: Vec<_> = field.options.iter().map(|o| o.code.clone()).collect();
            Type::of_kind(kind, &options)
        }
    }
}

/// What every service has besides its form.
pub fn given(definition: &Definition) -> Vec<Member> {
    let who: Vec<_> = definition
        .applicants
        .who
        .iter()
        .map(|who| who_word(*who).to_owned())
        .collect();
    let always = |name: &str, is: Type| Member {
        name: name.to_owned(),
        is,
        sure: Sure::Always,
    };
    vec![
        always(
            "applicant",
            Type::Record(vec![always("kind", Type::Choice(who))]),
        ),
        always("today", Type::Date),
        always("channel", Type::Text),
        always("hour", Type::Whole),
        always("office_hours", Type::YesNo),
    ]
}

/// A condition taken apart at its `&&`: what surely holds where it does.
pub fn holding(node: &Node, holds: bool, found: &mut Vec<String>) {
    match node {
        Node::Pair(super::Op::And, a, b) if holds => {
            holding(a, true, found);
            holding(b, true, found);
        }
        Node::Pair(super::Op::Or, a, b) if !holds => {
            holding(a, false, found);
            holding(b, false, found);
        }
        Node::Not(a) => {
            if holds {
                found.push(node.to_string());
            }
            holding(a, !holds, found);
        }
        Node::Has(what) if holds => {
            // Where the area of a parcel is there, the parcel is.
            let mut place = Some(what.as_ref());
            while let Some(part) = place {
                found.push(format!("has({part})"));
                place = match part {
                    Node::Get(of, _) | Node::At(of, _) => Some(of),
                    _ => None,
                };
            }
        }
        _ if holds => found.push(node.to_string()),
        _ => {}
    }
}

/// The conditions that a condition asks all of, as the tree writes them.
pub fn conditions(node: &Node) -> Vec<String> {
    match node {
        Node::Pair(super::Op::And, a, b) => {
            let mut all = conditions(a);
            all.extend(conditions(b));
            all
        }
        _ => vec![node.to_string()],
    }
}

/// The nearest of `words`, if it is near enough to have been meant.
pub fn meant<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<String> {
    words
        .into_iter()
        .map(|known| (strsim::jaro_winkler(word, known), known))
        .filter(|(near, _)| *near > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known.to_owned())
}
