//! A letter as it arrives (RFC 5322, MIME): who wrote, what, what it answers, what came along. Hostile until read: its size is bounded before
//! it is looked at, HTML becomes text, and what a program sent by itself is told apart, so that two programs never answer each other.

use mail_parser::{Address, Message, MessageParser, MimeHeaders};

/// Bytes of a letter with everything in it.
pub const MOST_BYTES: usize = 25 * 1024 * 1024;
/// Characters of its words that are kept.
const MOST_WORDS: usize = 8_000;
/// Files that are looked at.
const MOST_FILES: usize = 10;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// Its Message-ID without brackets; empty where it has none.
    pub id: String,
    /// Lower case.
    pub from: String,
    pub subject: String,
    /// What the sender wrote, without what they quoted.
    pub words: String,
    /// Name and bytes of what came along.
    pub files: Vec<(String, Vec<u8>)>,
    /// Message-IDs that it answers, the nearest first.
    pub refers: Vec<String>,
    /// A program sent it, and must not be answered.
    pub automatic: Option<Automatic>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Automatic {
    /// `Auto-Submitted`, `Precedence`, `X-Autoreply`: out of office and the like.
    Reply,
    /// A mailing list.
    List,
    /// It could not be delivered.
    Bounce,
    /// From one of our own addresses.
    Ourselves,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    #[error("larger than {MOST_BYTES} bytes")]
    TooLarge,
    #[error("this is no letter")]
    NoLetter,
    #[error("nobody signs as its sender")]
    NoSender,
}

/// Reads a letter. `own`: addresses from which the city itself writes.
///
/// # Errors
/// [`Unread`] says why not.
pub fn read(bytes: &[u8], own: &[String]) -> Result<Arrived, Unread> {
    if bytes.len() > MOST_BYTES {
        return Err(Unread::TooLarge);
    }
    let letter = MessageParser::default()
        .parse(bytes)
        .ok_or(Unread::NoLetter)?;
    let automatic = automatic(&letter);
    let from = letter.from().and_then(first).unwrap_or_default();
    if !from.contains('@') {
        // A bounce may be nobody's.
        return match automatic {
            Some(kind) => Ok(nothing(kind)),
            None => Err(Unread::NoSender),
        };
    }
    let ourselves = own.iter().any(|own| own.eq_ignore_ascii_case(&from));
    let words = letter.body_text(0).unwrap_or_default();
    Ok(Arrived {
        id: letter.message_id().unwrap_or_default().trim().to_owned(),
        from,
        subject: line(letter.subject().unwrap_or_default()),
        words: own_words(&words),
        files: files(&letter),
        refers: refers(&letter),
        automatic: automatic.or(ourselves.then_some(Automatic::Ourselves)),
    })
}

fn nothing(kind: Automatic) -> Arrived {
    Arrived {
        id: String::new(),
        from: String::new(),
        subject: String::new(),
        words: String::new(),
        files: Vec::new(),
        refers: Vec::new(),
        automatic: Some(kind),
    }
}

fn first(address: &Address<'_>) -> Option<String> {
    let address = address.first()?.address()?;
    let address: String = address
        .chars()
        .filter(|c| !c.is_control() && !c.is_whitespace())
        .take(254)
        .collect();
    Some(address.to_lowercase())
}

fn automatic(letter: &Message<'_>) -> Option<Automatic> {
    let raw = |name: &str| {
        letter
            .header_raw(name)
            .map(|value| value.trim().to_lowercase())
    };
    let is = |name: &str, wanted: &[&str]| {
        raw(name).is_some_and(|value| wanted.iter().any(|one| value.starts_with(one)))
    };
    let report = letter.content_type().is_some_and(|kind| {
        kind.subtype()
            .is_some_and(|sub| sub.eq_ignore_ascii_case("report"))
    });
    let nobody = raw("Return-Path").is_some_and(|path| path.trim() == "<>");
    let postmaster = letter
        .from()
        .and_then(first)
        .is_some_and(|from| from.starts_with("mailer-daemon@") || from.starts_with("postmaster@"));
    if report || nobody || postmaster {
        return Some(Automatic::Bounce);
    }
    if raw("List-Id").is_some()
        || raw("List-Unsubscribe").is_some()
        || is("Precedence", &["list", "bulk", "junk"])
    {
        return Some(Automatic::List);
    }
    let submitted = raw("Auto-Submitted").is_some_and(|value| !value.starts_with("no"));
    let reply = raw("X-Autoreply").is_some() || raw("X-Autorespond").is_some();
    let asked_not = is("X-Auto-Response-Suppress", &["all", "oof", "autoreply"]);
    (submitted || reply || asked_not).then_some(Automatic::Reply)
}

fn refers(letter: &Message<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for name in ["In-Reply-To", "References"] {
        let Some(raw) = letter.header_raw(name) else {
            continue;
        };
        let ids = raw
            .split('<')
            .skip(1)
            .filter_map(|rest| rest.split_once('>'));
        // References go from old to new.
        let mut ids: Vec<String> = ids.map(|(id, _)| id.trim().to_owned()).collect();
        ids.reverse();
        found.extend(ids.into_iter().take(50));
    }
    found.dedup();
    found
}

fn files(letter: &Message<'_>) -> Vec<(String, Vec<u8>)> {
    let named = |n: usize, name: Option<&str>| match name {
        Some(name) => line(name),
        None => format!("{}", n + 1),
    };
    letter
        .attachments()
        .enumerate()
        .filter(|(_, part)| !part.is_message() && !part.contents().is_empty())
        .take(MOST_FILES)
        .map(|(n, part)| (named(n, part.attachment_name()), part.contents().to_vec()))
        .collect()
}

/// One line of a stranger, bounded.
fn line(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).take(300).collect();
    text.trim().to_owned()
}

/// Below these a mail program repeats what was written before.
const QUOTED: [&str; 6] = [
    "-----original message",
    "----- original message",
    "-----thư gốc",
    "---------- forwarded message",
    "________________________________",
    "-- ",
];

/// What the sender wrote themselves: quoted lines and what stands below a mail program's mark fall away, empty lines become one.
pub fn own_words(text: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    for (n, one) in lines.iter().enumerate() {
        let low = one.to_lowercase();
        let below = lines.get(n + 1).copied().unwrap_or_default();
        let wrote = |line: &str| {
            line.trim_end().ends_with("wrote:") || line.trim_end().ends_with("đã viết:")
        };
        let begins = low.starts_with("on ") || low.starts_with("vào ");
        if QUOTED.iter().any(|mark| low.starts_with(mark))
            || (begins && (wrote(&low) || wrote(&below.to_lowercase())))
        {
            break;
        }
        if low.trim_start().starts_with('>') {
            continue;
        }
        let empty = one.trim().is_empty();
        if !(empty && kept.last().is_none_or(|last| last.trim().is_empty())) {
            kept.push(one.trim_end());
        }
    }
    let words: String = kept
        .join("\n")
        .chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .take(MOST_WORDS)
        .collect();
    words.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(head: &str, body: &str) -> Vec<u8> {
        format!("From: Lan <Lan@Example.vn>\r\nTo: phananh@example.vn\r\nMessage-ID: <1@example.vn>\r\n{head}\r\n{body}").into_bytes()
    }

    const PLAIN: &str = "Content-Type: text/plain; charset=utf-8\r\n";

    fn read_one(bytes: &[u8]) -> Arrived {
        read(bytes, &["khong-tra-loi@example.vn".to_owned()]).expect("a letter")
    }

    #[test]
    fn words_files_and_what_is_answered_are_read() {
        let body = "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nĐèn đường không sáng\r\n\r\n> câu cũ\r\n--b\r\nContent-Type: image/png; name=\"den.png\"\r\nContent-Disposition: attachment; filename=\"den.png\"\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n";
        let head = "Subject: =?utf-8?B?xJDDqG4gxJHGsOG7nW5n?=\r\nIn-Reply-To: <a.b@city>\r\nReferences: <old@city> <a.b@city>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n";
        let read = read_one(&letter(head, body));
        assert_eq!(
            (read.from.as_str(), read.id.as_str()),
            ("lan@example.vn", "1@example.vn")
        );
        assert_eq!(
            (read.subject.as_str(), read.words.as_str()),
            ("Đèn đường", "Đèn đường không sáng")
        );
        assert_eq!(read.refers, ["a.b@city", "old@city"]);
        assert_eq!(read.files.len(), 1);
        assert_eq!(read.files[0].0, "den.png");
        assert!(read.files[0].1.starts_with(b"\x89PNG"));
        assert_eq!(read.automatic, None);
    }

    #[test]
    fn html_becomes_text_and_its_scripts_fall_away() {
        let head = "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n";
        let body = "<html><head><style>p{}</style><script>alert(1)</script></head><body><p>Rác đổ trộm &amp; hôi</p><p>ở hẻm 51</p></body></html>";
        let words = read_one(&letter(head, body)).words;
        assert!(
            words.contains("Rác đổ trộm & hôi") && words.contains("ở hẻm 51"),
            "{words}"
        );
        assert!(!words.contains("alert") && !words.contains('<'), "{words}");
    }

    #[test]
    fn programs_are_told_apart_and_never_answered() {
        for (head, kind) in [
            ("Auto-Submitted: auto-replied\r\n", Some(Automatic::Reply)),
            ("Auto-Submitted: no\r\n", None),
            ("X-Autoreply: yes\r\n", Some(Automatic::Reply)),
            ("Precedence: bulk\r\n", Some(Automatic::List)),
            ("List-Id: <tin.example.vn>\r\n", Some(Automatic::List)),
            ("Return-Path: <>\r\n", Some(Automatic::Bounce)),
            (
                "Content-Type: multipart/report; boundary=x\r\n",
                Some(Automatic::Bounce),
            ),
            (PLAIN, None),
        ] {
            assert_eq!(
                read_one(&letter(head, "Xin chào")).automatic,
                kind,
                "{head}"
            );
        }
        let ours = b"From: khong-tra-loi@example.vn\r\n\r\nThu cua ta";
        assert_eq!(read_one(ours).automatic, Some(Automatic::Ourselves));
        let bounce = b"From: MAILER-DAEMON@example.vn\r\n\r\nkhong toi noi";
        assert_eq!(read_one(bounce).automatic, Some(Automatic::Bounce));
    }

    #[test]
    fn hostile_letters_are_refused_or_read_without_harm() {
        assert_eq!(
            read(&vec![b'a'; MOST_BYTES + 1], &[]),
            Err(Unread::TooLarge)
        );
        for bytes in [&b""[..], b"\r\n\r\n", b"khong phai thu"] {
            assert!(
                matches!(read(bytes, &[]), Err(Unread::NoLetter | Unread::NoSender)),
                "{bytes:?}"
            );
        }
        // A charset that lies, a body that is not there, a subject of a hundred thousand signs, parts within parts.
        let lies = read_one(&letter(
            "Content-Type: text/plain; charset=utf-16\r\n",
            "\u{fffd}\u{1}abc",
        ));
        assert!(!lies.words.contains('\u{1}'));
        assert_eq!(read_one(&letter(PLAIN, "")).words, "");
        let long = format!("Subject: {}\r\n", "dài ".repeat(30_000));
        assert!(read_one(&letter(&long, "x")).subject.chars().count() <= 300);
        let many = read_one(&letter(PLAIN, &"chữ ".repeat(100_000)));
        assert!(many.words.chars().count() <= MOST_WORDS);
        let mut nested = String::new();
        for n in 0..2_000 {
            nested.push_str(&format!(
                "Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"
            ));
        }
        nested.push_str("Content-Type: text/plain\r\n\r\nsâu");
        let deep = read_one(&letter(
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n",
            &format!("--b\r\n{nested}"),
        ));
        assert!(deep.words.chars().count() <= MOST_WORDS);
    }

    #[test]
    fn what_was_quoted_is_not_said_again() {
        for (text, words) in [
            (
                "Số 12 hẻm 51\n\nVào 09:30 2/3/2026, Một Cửa đã viết:\n> Ở đâu?",
                "Số 12 hẻm 51",
            ),
            (
                "Here.\nOn Mon, 2 Mar 2026, City\n<a@b> wrote:\n> where?",
                "Here.",
            ),
            ("Vào hẻm 51 thì thấy", "Vào hẻm 51 thì thấy"),
            ("a\n\n\n\nb\n-- \nLan", "a\n\nb"),
            ("> chỉ trích lại", ""),
        ] {
            assert_eq!(own_words(text), words, "{text}");
        }
    }
}
