//! What is plainly wrong with a line that YAML could not read, in words people know.

/// Further in than the line above, though that line opens nothing.
pub fn pushed_in(lines: &[&str], line: usize) -> bool {
    let above = lines[..line.min(lines.len())].iter().rev();
    let above = above.into_iter().find(|above| !above.trim().is_empty());
    let (Some(above), Some(this)) = (above, lines.get(line)) else {
        return false;
    };
    let opens = above.trim_end().ends_with(':') || above.trim_start().starts_with("- ");
    !opens && indent(this) > indent(above)
}

pub fn indent(line: &str) -> usize {
    line.chars().take_while(|letter| *letter == ' ').count()
}

/// The flaw of a line that can be seen without its neighbours, and its column from 0.
pub fn plain_flaw(line: &str) -> Option<(usize, &'static str)> {
    let mut open: Vec<usize> = Vec::new();
    let mut quote: Option<(char, usize)> = None;
    let mut before = ' ';
    let mut colons = 0;
    let mut colon_twice = None;
    for (at, letter) in line.chars().enumerate() {
        match (quote, letter) {
            (Some((open, _)), letter) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if matches!(before, ' ' | '[' | '{') => quote = Some((letter, at)),
            (None, '#') if before == ' ' => break,
            (None, '{' | '[') => {
                open.push(at);
                colons = 0;
            }
            (None, '}' | ']') => {
                open.pop();
                colons = 0;
            }
            (None, ',') => colons = 0,
            (None, ' ') if before == ':' && !open.is_empty() => {
                colons += 1;
                if colons == 2 {
                    colon_twice = Some(at - 1);
                }
            }
            (None, _) => {}
        }
        before = letter;
    }
    match (quote, colon_twice, open.last()) {
        (Some((_, at)), _, _) => Some((at, "dấu ngoặc kép chưa đóng")),
        (_, Some(at), _) => Some((at, "chữ có dấu hai chấm phải đặt trong ngoặc kép")),
        (_, _, Some(&at)) => Some((at, "dấu { hoặc [ chưa đóng")),
        _ => None,
    }
}
