//! The events of `saphyr-parser` → [`Node`], refusing what is outside the subset.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::flaw::{indent, plain_flaw, pushed_in};
use super::{Entry, Mark, Node, Value};
use crate::problem::{Problem, Severity};

/// Deeper nesting than any service needs; keeps hostile files from exhausting the stack.
const DEEPEST: usize = 16;
/// So many lines that cannot be read are skipped, one at a time, before the rest is given up.
const MOST_SKIPPED: usize = 20;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parsed {
    /// `None`: an empty file.
    pub root: Option<Node>,
    pub problems: Vec<Problem>,
    /// (first, last) line of each text that runs over several lines.
    pub multiline: Vec<(u32, u32)>,
    /// Lines were skipped: what seems to be missing may stand on them.
    pub broken: bool,
}

/// Reads the tree of a file. A line that is no YAML is reported and skipped, so that the rest of
/// a draft can still be shown.
pub fn parse(text: &str) -> Parsed {
    let mut problems = Vec::new();
    let clean = refuse_letters(text, &mut problems);
    let mut lines: Vec<&str> = clean.lines().collect();
    let mut broken = 0;
    loop {
        let attempt = lines.join("\n") + "\n";
        let mut build = Build::new(&lines);
        match build.run(&attempt) {
            Ok(root) => {
                problems.append(&mut build.problems);
                let multiline = build.multiline;
                problems.sort_by_key(|p| (p.line, p.column));
                return Parsed {
                    root,
                    problems,
                    multiline,
                    broken: broken > 0,
                };
            }
            Err(failure) => {
                let skip = line_to_skip(&lines, failure.line);
                let failure = better_said(&lines, skip, failure);
                broken += 1;
                if problems.iter().all(|known| known.line != failure.line) {
                    problems.push(failure);
                }
                match skip {
                    Some(line) if broken <= MOST_SKIPPED => lines[line] = "",
                    _ => {
                        return Parsed {
                            root: None,
                            problems,
                            multiline: Vec::new(),
                            broken: true,
                        };
                    }
                }
            }
        }
    }
}

/// Says what is plainly wrong with the line that is skipped, in place of the parser's words.
fn better_said(lines: &[&str], skip: Option<usize>, failure: Problem) -> Problem {
    let seen = skip.and_then(|line| Some((line, plain_flaw(lines.get(line)?)?)));
    let pushed_in = skip.filter(|line| pushed_in(lines, *line));
    match (seen, pushed_in) {
        (Some((line, (column, says))), _) => problem(
            Mark {
                line: count(line),
                column: count(column),
            },
            format!("Không đọc được dòng này: {says}."),
            None,
        ),
        (None, Some(line)) => problem(
            Mark {
                line: count(line),
                column: count(indent(lines[line])),
            },
            "Dòng này không thụt thẳng hàng với dòng trên.",
            None,
        ),
        (None, None) => failure,
    }
}

/// The line (from 0) that made line `failed` (from 1) unreadable: itself, or the one before.
fn line_to_skip(lines: &[&str], failed: u32) -> Option<usize> {
    let from = (failed as usize).clamp(1, lines.len().max(1));
    // What was left open earlier is noticed only here.
    let flawed = (0..from)
        .rev()
        .find(|&line| lines.get(line).is_some_and(|l| plain_flaw(l).is_some()));
    flawed.or_else(|| {
        (0..from)
            .rev()
            .find(|&line| lines.get(line).is_some_and(|l| !l.trim().is_empty()))
    })
}

/// Tabs become spaces and decomposed letters composed ones, each with a sentence.
fn refuse_letters(text: &str, problems: &mut Vec<Problem>) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (line, content) in (1u32..).zip(text.lines()) {
        if let Some(at) = content.chars().position(|letter| letter == '\t') {
            problems.push(problem(
                Mark {
                    line,
                    column: count(at),
                },
                "Dấu tab không được dùng trong tệp dịch vụ.",
                Some("dấu cách".into()),
            ));
        }
        if is_nfc_quick(content.chars()) != IsNormalized::Yes && !content.chars().eq(content.nfc())
        {
            let at = content.chars().zip(content.nfc()).position(|(a, b)| a != b);
            problems.push(problem(
                Mark {
                    line,
                    column: count(at.unwrap_or(0)),
                },
                "Chữ có dấu viết rời (không phải Unicode dựng sẵn, NFC).",
                Some("chạy lệnh định dạng tệp (fmt)".into()),
            ));
        }
    }
    text.replace("\r\n", "\n")
        .chars()
        .map(|letter| match letter {
            '\t' => ' ',
            '\r' => '\n',
            // Letters that YAML itself does not allow.
            other if other.is_control() && other != '\n' => '\u{fffd}',
            other => other,
        })
        .nfc()
        .collect()
}

struct Build<'t> {
    lines: &'t [&'t str],
    problems: Vec<Problem>,
    multiline: Vec<(u32, u32)>,
}

/// A collection that is still open.
enum Open {
    List(Mark, Vec<Node>),
    Map(Mark, Vec<Entry>, Option<(String, Mark)>),
}

impl<'t> Build<'t> {
    fn new(lines: &'t [&'t str]) -> Self {
        Self {
            lines,
            problems: Vec::new(),
            multiline: Vec::new(),
        }
    }

    fn run(&mut self, text: &str) -> Result<Option<Node>, Problem> {
        let mut open: Vec<Open> = Vec::new();
        let mut root = None;
        let mut documents = 0;
        for event in Parser::new_from_str(text) {
            let (event, span) = event.map_err(|failure| {
                problem(
                    mark(failure.marker()),
                    format!(
                        "Không đọc được dòng này: {}.",
                        in_vietnamese(failure.info())
                    ),
                    None,
                )
            })?;
            let here = mark(&span.start);
            match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        self.problems.push(problem(
                            here,
                            "Một tệp chỉ chứa một dịch vụ; bỏ dấu --- và phần sau.",
                            None,
                        ));
                        return Ok(root);
                    }
                }
                Event::Scalar(value, style, anchor, tag) => {
                    self.refuse_marks(here, anchor > 0, tag.is_some());
                    let text = value.into_owned();
                    if span.end.line() > span.start.line() {
                        self.multiline.push((here.line, mark(&span.end).line));
                    }
                    let value = match (style, text.is_empty()) {
                        (ScalarStyle::Plain, true) => Value::Empty,
                        (ScalarStyle::Plain, false) if text == "~" || text == "null" => {
                            Value::Empty
                        }
                        _ => Value::Text(text),
                    };
                    self.put(&mut open, &mut root, Node { mark: here, value });
                }
                Event::Alias(_) => {
                    self.problems.push(problem(
                        here,
                        "Không dùng dấu * để gọi lại đoạn khác; hãy viết ra đầy đủ.",
                        None,
                    ));
                    self.put(
                        &mut open,
                        &mut root,
                        Node {
                            mark: here,
                            value: Value::Empty,
                        },
                    );
                }
                Event::SequenceStart(anchor, tag) => {
                    self.refuse_marks(here, anchor > 0, tag.is_some());
                    deep_enough(open.len(), here)?;
                    open.push(Open::List(here, Vec::new()));
                }
                Event::MappingStart(anchor, tag) => {
                    self.refuse_marks(here, anchor > 0, tag.is_some());
                    deep_enough(open.len(), here)?;
                    open.push(Open::Map(here, Vec::new(), None));
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(&mut open, &mut root, &span),
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            }
        }
        Ok(root)
    }

    fn close(&mut self, open: &mut Vec<Open>, root: &mut Option<Node>, end: &Span) {
        let node = match open.pop() {
            Some(Open::List(mark, items)) => Node {
                mark,
                value: Value::List(items),
            },
            Some(Open::Map(here, entries, _)) => {
                if self.letter_at(here) == Some('{') && mark(&end.start).line > here.line {
                    self.problems.push(problem(
                        here,
                        "Dấu { … } phải nằm gọn trên một dòng.",
                        Some("viết lại trên một dòng, hoặc mỗi mục một dòng thụt vào".into()),
                    ));
                }
                Node {
                    mark: here,
                    value: Value::Map(entries),
                }
            }
            None => return,
        };
        self.put(open, root, node);
    }

    fn letter_at(&self, mark: Mark) -> Option<char> {
        let line = self.lines.get(mark.line as usize - 1)?;
        line.chars().nth(mark.column as usize - 1)
    }

    fn refuse_marks(&mut self, here: Mark, anchor: bool, tag: bool) {
        if anchor {
            self.problems.push(problem(
                here,
                "Không dùng dấu & để đặt tên cho một đoạn.",
                None,
            ));
        }
        if tag {
            self.problems.push(problem(
                here,
                "Không dùng dấu ! để chỉ kiểu; kiểu do ngôn ngữ dịch vụ quy định.",
                None,
            ));
        }
    }

    fn put(&mut self, open: &mut [Open], root: &mut Option<Node>, node: Node) {
        match open.last_mut() {
            None => *root = Some(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, entries, waiting)) => match waiting.take() {
                None => match node.value {
                    Value::Text(key) => *waiting = Some((key, node.mark)),
                    _ => {
                        self.problems
                            .push(problem(node.mark, "Tên mục phải là một từ.", None));
                        *waiting = Some((String::new(), node.mark));
                    }
                },
                Some((key, mark)) if key == "<<" => {
                    self.problems.push(problem(
                        mark,
                        "Không dùng << để trộn đoạn khác; hãy viết ra đầy đủ.",
                        None,
                    ));
                }
                Some((key, mark)) if entries.iter().any(|e| e.key == key) => {
                    self.problems.push(problem(
                        mark,
                        format!("Mục “{key}” được viết hai lần."),
                        Some("giữ lại một".into()),
                    ));
                }
                Some((key, mark)) => entries.push(Entry {
                    key,
                    mark,
                    value: node,
                }),
            },
        }
    }
}

fn deep_enough(depth: usize, here: Mark) -> Result<(), Problem> {
    if depth < DEEPEST {
        return Ok(());
    }
    Err(problem(here, "Các mục lồng nhau quá sâu.", None))
}

fn mark(marker: &Marker) -> Mark {
    Mark {
        line: u32::try_from(marker.line().max(1)).unwrap_or(u32::MAX),
        column: count(marker.col()),
    }
}

/// Column (or line) from 1 of an offset from 0.
fn count(at: usize) -> u32 {
    u32::try_from(at + 1).unwrap_or(u32::MAX)
}

fn problem(mark: Mark, says: impl Into<String>, instead: Option<String>) -> Problem {
    Problem {
        severity: Severity::Error,
        check: 1,
        line: mark.line,
        column: mark.column,
        says: says.into(),
        instead,
    }
}

/// The parser's own words for the flaws people really make, in Vietnamese.
fn in_vietnamese(info: &str) -> &'static str {
    let info = info.to_lowercase();
    let said = |word: &str| info.contains(word);
    if said("flow") || said("',' or") || said("expected ','") {
        "dấu [ ] hoặc { } chưa đóng, hoặc thiếu dấu phẩy giữa các mục"
    } else if said("indent") {
        "thụt đầu dòng không đúng"
    } else if said("quoted") || said("end of stream") {
        "dấu ngoặc kép chưa đóng"
    } else if said("anchor") || said("alias") {
        "dấu * hoặc & không được dùng; đặt chữ trong ngoặc kép nếu cần chính dấu đó"
    } else if said("mapping values") || said("simple key") || said("':'") {
        "dấu hai chấm đặt sai chỗ; đặt chữ có dấu hai chấm trong ngoặc kép"
    } else if said("tab") {
        "có dấu tab"
    } else {
        "viết sai cú pháp YAML"
    }
}
