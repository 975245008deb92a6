//! How one word or sentence is written: plain where YAML reads it back as it is, quoted otherwise.

/// Inside `{…}` and `[…]` a comma or bracket ends a plain word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context {
    Block,
    Flow,
}

pub fn scalar(text: &str, context: Context) -> String {
    if is_plain(text, context) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

fn is_plain(text: &str, context: Context) -> bool {
    let Some(first) = text.chars().next() else {
        return false;
    };
    let second = text.chars().nth(1);
    if matches!(text, "~" | "null")
        || text != text.trim()
        || text.starts_with("---")
        || text.starts_with("...")
    {
        return false;
    }
    let indicator = match first {
        '-' => !second.is_some_and(|next| next.is_ascii_alphanumeric()),
        _ => ",[]{}#&*!|>'\"%@`?:".contains(first),
    };
    let ends_early = text.contains(": ")
        || text.contains(" #")
        || text.ends_with(':')
        || text.chars().any(unprintable)
        || (context == Context::Flow && text.contains([',', '[', ']', '{', '}']));
    !indicator && !ends_early
}

/// Single quotes where the text has double ones, double quotes otherwise.
pub fn quoted(text: &str) -> String {
    if text.contains(['"', '\\']) && !text.chars().any(unprintable) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = String::from("\"");
    // A mark that combines would change the last letter of what stands for its predecessor: it is written by number too.
    let mut by_sign = false;
    for letter in text.chars() {
        let numbered = unprintable(letter) || by_sign && !letter.is_ascii();
        by_sign = numbered || matches!(letter, '"' | '\\');
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            letter if numbered && u32::from(letter) <= 0xffff => {
                out.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            letter if numbered => {
                out.push_str(&format!("\\U{:08x}", u32::from(letter)));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// Letters that must not stand in the file as they are.
fn unprintable(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}')
        || (letter.is_whitespace() && letter != ' ')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Context, scalar};
    use crate::yaml::{self, Value};

    #[test]
    fn quotes_where_needed() {
        for (text, flow) in [
            ("Thửa đất", "Thửa đất"),
            ("*", "\"*\""),
            ("= level", "= level"),
            ("a, b", "\"a, b\""),
            ("x == \"y\"", "x == \"y\""),
            ("all(b, b == \"y\")", "'all(b, b == \"y\")'"),
            ("-5", "-5"),
            ("- x", "\"- x\""),
            ("", "\"\""),
            ("a: b", "\"a: b\""),
            ("n\n\u{300}\u{301}n", "\"n\\n\\u0300\\u0301n\""),
        ] {
            assert_eq!(scalar(text, Context::Flow), flow);
        }
    }

    proptest! {
        #[test]
        fn every_text_reads_back(text in "[ -~à-ỹ\n\t#:,\\[\\]{}'\"|>*&!%@`?=.-]{0,24}") {
            use unicode_normalization::UnicodeNormalization;
            let text: String = text.nfc().collect();
            for (context, file) in [
                (Context::Flow, format!("{{k: {}}}\n", scalar(&text, Context::Flow))),
                (Context::Flow, format!("k: [{}]\n", scalar(&text, Context::Flow))),
                (Context::Block, format!("k: {}\n", scalar(&text, Context::Block))),
            ] {
                let parsed = yaml::parse(&file);
                prop_assert!(parsed.problems.is_empty(), "{file} {context:?} {:?}", parsed.problems);
                let root = parsed.root.expect("a map");
                let value = &root.get("k").expect("k").value;
                let word = match value {
                    Value::List(items) => items[0].text(),
                    Value::Text(word) => Some(word.as_str()),
                    _ => None,
                };
                prop_assert_eq!(word, Some(text.as_str()), "{}", file);
            }
        }
    }
}
