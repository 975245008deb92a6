//! Two sides of an operator: what they may be to each other, and what comes out.

use super::super::types::{Type, meant};
use super::super::{Node, Op};
use super::{Infer, Typed};

impl Infer<'_> {
    pub(super) fn pair(
        &mut self,
        op: Op,
        (a, left): (&Node, Typed),
        (b, right): (&Node, Typed),
    ) -> Typed {
        if left.is == Type::Unknown || right.is == Type::Unknown {
            return match op {
                Op::Plus | Op::Minus | Op::Times | Op::Over | Op::Rest => Typed::unknown(),
                _ => Typed::new(Type::YesNo),
            };
        }
        let word = op.word();
        match op {
            Op::Equal | Op::Differs => {
                self.comparable(word, (a, &left), (b, &right));
                Typed::new(Type::YesNo)
            }
            Op::Less | Op::AtMost | Op::More | Op::AtLeast => {
                let ordered = |t: &Typed| t.is.is_number() || t.is == Type::Date;
                if (ordered(&left) && ordered(&right))
                    || (left.is == Type::Date && right.literal && right.is == Type::Text)
                    || (right.is == Type::Date && left.literal && left.is == Type::Text)
                {
                    self.comparable(word, (a, &left), (b, &right));
                } else {
                    self.flaw(
                        format!(
                            "{word} so sánh số hoặc ngày, không so sánh {} với {}",
                            left.is, right.is
                        ),
                        None,
                    );
                }
                Typed::new(Type::YesNo)
            }
            Op::In => {
                match &right.is {
                    Type::List(of) => {
                        let one = Typed {
                            literal: right.literal,
                            ..Typed::new((**of).clone())
                        };
                        // Each word of a written list must be an option.
                        match b {
                            Node::List(all) => {
                                for item in all {
                                    let typed = self.typed(item);
                                    self.comparable(word, (a, &left), (item, &typed));
                                }
                            }
                            _ => self.comparable(word, (a, &left), (b, &one)),
                        }
                    }
                    other => {
                        self.flaw(format!("in cần danh sách ở bên phải, đây là {other}"), None)
                    }
                }
                Typed::new(Type::YesNo)
            }
            Op::Plus if left.is.is_text() && right.is.is_text() => Typed::new(Type::Text),
            Op::Plus | Op::Minus if left.is.is_number() && right.is.is_number() => {
                self.same_measure(word, &left, &right);
                self.number(&left, &right, left.rough || right.rough)
            }
            Op::Times if left.is.is_number() && right.is.is_number() => {
                if left.is == Type::Money && right.is == Type::Money {
                    self.flaw("Không nhân tiền với tiền".to_owned(), None);
                }
                let fraction = left.is == Type::Decimal || right.is == Type::Decimal;
                Typed {
                    // So many times a price as written: `copies * 8000` may be money.
                    literal: left.literal || right.literal,
                    ..self.number(&left, &right, left.rough || right.rough || fraction)
                }
            }
            Op::Over | Op::Rest if matches!(b, Node::Literal(n) if n.as_f64() == Some(0.0)) => {
                self.flaw("Không chia cho 0".to_owned(), None);
                Typed::unknown()
            }
            Op::Over if left.is.is_number() && right.is.is_number() => {
                match (&left.is, &right.is) {
                    (Type::Money, Type::Money) => Typed::new(Type::Decimal),
                    (Type::Money, _) => Typed {
                        rough: true,
                        ..Typed::new(Type::Money)
                    },
                    _ => Typed::new(Type::Decimal),
                }
            }
            Op::Rest if left.is.is_number() && right.is.is_number() => {
                self.number(&left, &right, left.rough || right.rough)
            }
            _ => {
                let instead = match (&left.is, &right.is, op) {
                    (Type::Date, Type::Date, Op::Minus) => Some(format!("days({b}, {a})")),
                    (Type::Date, Type::Whole, Op::Plus) => Some(format!("add_days({a}, {b})")),
                    _ => None,
                };
                self.flaw(
                    format!("{word} không dùng được giữa {} và {}", left.is, right.is),
                    instead,
                );
                Typed::unknown()
            }
        }
    }

    pub(super) fn number(&self, left: &Typed, right: &Typed, rough: bool) -> Typed {
        let money = left.is == Type::Money || right.is == Type::Money;
        let whole = left.is == Type::Whole && right.is == Type::Whole;
        Typed {
            literal: left.literal && right.literal,
            rough: money && rough,
            ..Typed::new(if money {
                Type::Money
            } else if whole {
                Type::Whole
            } else {
                Type::Decimal
            })
        }
    }

    /// Money stands beside money, or beside a number as written.
    pub(super) fn same_measure(&mut self, word: &str, left: &Typed, right: &Typed) {
        let mixed = (left.is == Type::Money) != (right.is == Type::Money);
        if mixed && !left.literal && !right.literal {
            self.flaw(
                format!("{word} không dùng được giữa {} và {}", left.is, right.is),
                None,
            );
        }
    }

    pub(super) fn comparable(
        &mut self,
        word: &str,
        (a, left): (&Node, &Typed),
        (b, right): (&Node, &Typed),
    ) {
        match (&left.is, &right.is) {
            (Type::Unknown, _) | (_, Type::Unknown) => {}
            (x, y) if x.is_number() && y.is_number() => self.same_measure(word, left, right),
            (Type::Choice(options), _) if right.literal && right.is == Type::Text => {
                self.option(a, options, b);
            }
            (_, Type::Choice(options)) if left.literal && left.is == Type::Text => {
                self.option(b, options, a);
            }
            (Type::Choice(x), Type::Choice(y)) => {
                if !x.iter().any(|option| y.contains(option)) {
                    self.flaw(
                        format!(
                            "“{a}” và “{b}” không có lựa chọn nào chung: không bao giờ bằng nhau"
                        ),
                        None,
                    );
                }
            }
            (Type::Date, Type::Text) if right.literal => self.day(b),
            (Type::Text, Type::Date) if left.literal => self.day(a),
            (x, y) if x.is_text() && y.is_text() => {}
            (Type::List(_), y) if !matches!(y, Type::List(_)) => {
                let one = match a.path().as_deref() {
                    Some([group, field]) => {
                        Some(format!("{group}.exists(x, x.{field} {word} {b})"))
                    }
                    _ => Some(format!("{b} in {a}")),
                };
                self.flaw(
                    format!("“{a}” là danh sách, không so sánh được với {y}"),
                    one,
                );
            }
            (x, y) if std::mem::discriminant(x) == std::mem::discriminant(y) => {}
            (x, y) => self.flaw(
                format!("{word} không dùng được giữa {x} và {y}: không bao giờ bằng nhau"),
                match (x, y) {
                    (Type::YesNo, Type::Text) => Some(a.to_string()),
                    _ => None,
                },
            ),
        }
    }

    pub(super) fn option(&mut self, field: &Node, options: &[String], literal: &Node) {
        let Node::Literal(serde_json::Value::String(word)) = literal else {
            return;
        };
        if !options.contains(word) && !options.is_empty() {
            let near = meant(word, options.iter().map(String::as_str));
            self.flaw(
                format!("“{word}” không phải một lựa chọn của “{field}”"),
                Some(near.map_or_else(|| options.join(" | "), |near| format!("\"{near}\""))),
            );
        }
    }

    /// A day: of type date, or written as one.
    pub(super) fn written_day(&mut self, word: &str, node: &Node) {
        let typed = self.read(node);
        match typed.is {
            Type::Date | Type::Unknown => {}
            Type::Text if typed.literal => self.day(node),
            is => self.flaw(format!("{word}(…) cần ngày, “{node}” là {is}"), None),
        }
    }

    pub(super) fn day(&mut self, literal: &Node) {
        if let Node::Literal(serde_json::Value::String(text)) = literal
            && text.parse::<jiff::civil::Date>().is_err()
        {
            let iso = crate::field::date_of(text).map(|day| format!("\"{day}\""));
            self.flaw(
                format!("“{text}” không phải ngày"),
                iso.or_else(|| Some("\"2026-12-31\"".to_owned())),
            );
        }
    }

    /// One type for both branches.
    pub(super) fn joined(&mut self, a: Typed, b: Typed, what: &str) -> Typed {
        if a.is == Type::Unknown {
            return b;
        }
        if b.is == Type::Unknown {
            return a;
        }
        let rough = a.rough || b.rough;
        let literal = a.literal && b.literal;
        let is = match (&a.is, &b.is) {
            (x, y) if x.is_number() && y.is_number() => {
                self.same_measure(what, &a, &b);
                self.number(&a, &b, rough).is
            }
            (Type::Choice(x), Type::Choice(y)) => {
                let mut all = x.clone();
                all.extend(y.iter().filter(|o| !x.contains(o)).cloned());
                Type::Choice(all)
            }
            (x, y) if x == y => x.clone(),
            (Type::Date, Type::Text) if b.literal => Type::Date,
            (Type::Text, Type::Date) if a.literal => Type::Date,
            (x, y) if x.is_text() && y.is_text() => Type::Text,
            (x, y) => {
                self.flaw(format!("{what} cho hai loại khác nhau: {x} và {y}"), None);
                Type::Unknown
            }
        };
        Typed {
            literal,
            rough,
            ..Typed::new(is)
        }
    }
}
