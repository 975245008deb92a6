//! Functions: what each takes and gives.

use super::super::types::Type;
use super::super::{Function, Node};
use super::{Infer, Typed};

impl Infer<'_> {
    pub(super) fn call(&mut self, node: &Node, function: Function, args: &[Node]) -> Typed {
        let word = function.word();
        let wants = |here: &mut Self, arg: &Node, good: fn(&Type) -> bool, what: &str| {
            let typed = here.read(arg);
            if !good(&typed.is) && typed.is != Type::Unknown {
                here.flaw(
                    format!("{word}(…) cần {what}, “{arg}” là {}", typed.is),
                    None,
                );
            }
            typed
        };
        match (function, args) {
            (Function::Round | Function::RoundUp | Function::RoundDown, [x, to]) => {
                let x = wants(self, x, Type::is_number, "số");
                // A step that answers or a table give may be nothing, and nothing is rounded to nothing.
                if !matches!(to, Node::Literal(n) if n.as_f64().is_some_and(|step| step > 0.0)) {
                    self.read(to);
                    self.flaw(
                        format!("{word}(…) cần bước làm tròn là một số lớn hơn 0 viết thẳng ra, đây là “{to}”"),
                        Some(format!("{word}({}, 1000)", &args[0])),
                    );
                }
                match (x.is, to) {
                    (Type::Decimal, Node::Literal(n)) if n.as_i64().is_some() => Typed {
                        literal: x.literal,
                        ..Typed::new(Type::Whole)
                    },
                    (is, _) => Typed::new(is),
                }
            }
            (Function::Default, [a, b]) => {
                let a = self.typed(a);
                let b = self.typed(b);
                let sure = a.sure || b.sure;
                Typed {
                    sure,
                    ..self.joined(a, b, word)
                }
            }
            (Function::Min | Function::Max, args) => {
                let mut all: Option<Typed> = None;
                for arg in args {
                    let mut typed = self.read(arg);
                    if let Type::List(of) = &typed.is {
                        typed.is = (**of).clone();
                        // Of no rows there is no least.
                        typed.sure = args.len() > 1;
                    }
                    if !typed.is.is_number() && typed.is != Type::Date {
                        self.flaw(
                            format!("{word}(…) cần số hoặc ngày, “{arg}” là {}", typed.is),
                            None,
                        );
                    }
                    all = Some(match all {
                        None => typed,
                        Some(all) => self.joined(all, typed, word),
                    });
                }
                let all = all.unwrap_or_else(Typed::unknown);
                Typed {
                    sure: all.sure || self.holds.contains(&format!("has({node})")),
                    ..all
                }
            }
            (Function::Sum, [list]) => {
                let typed = self.read(list);
                let of = self.element(typed.is, "sum(…)");
                if !of.is_number() {
                    self.flaw(
                        format!("sum(…) cần danh sách số, “{list}” là danh sách {of}"),
                        None,
                    );
                }
                Typed::new(of)
            }
            (Function::Size, [of]) => {
                wants(
                    self,
                    of,
                    |t| t.is_text() || matches!(t, Type::List(_)),
                    "danh sách hoặc chữ",
                );
                Typed::new(Type::Whole)
            }
            (Function::Date, [text]) => {
                self.written_day(word, text);
                Typed::new(Type::Date)
            }
            (Function::Days | Function::Years, [from, to]) => {
                for day in [from, to] {
                    self.written_day(word, day);
                }
                Typed::new(Type::Whole)
            }
            (Function::AddDays, [day, days]) => {
                self.written_day(word, day);
                wants(self, days, |t| *t == Type::Whole, "số nguyên");
                Typed::new(Type::Date)
            }
            (_, args) => {
                for arg in args {
                    wants(self, arg, Type::is_text, "chữ");
                }
                Typed::new(Type::YesNo)
            }
        }
    }
}
