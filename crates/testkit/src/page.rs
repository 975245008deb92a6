//! A page as a person meets it: its words, its links, its forms, its tables. Owned and plain.

use std::fmt;

use scraper::{ElementRef, Html, Node, Selector};

use crate::form::{self, Form};

#[derive(Debug, Clone, Default)]
pub struct Page {
    pub status: u16,
    /// Path and query it stands at, after all redirects.
    pub path: String,
    pub content_type: String,
    /// As it came; empty where it is no text.
    pub html: String,
    pub bytes: Vec<u8>,
    /// What can be read, without what is hidden; every run of spaces is one space.
    pub text: String,
    pub heading: String,
    pub links: Vec<Link>,
    pub forms: Vec<Form>,
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone)]
pub struct Link {
    pub words: String,
    pub href: String,
}

/// A row of a table in its body.
#[derive(Debug, Clone)]
pub struct Row {
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone)]
pub struct Cell {
    /// The words at the head of its column.
    pub column: String,
    pub words: String,
    pub link: Option<String>,
}

impl Row {
    /// The cell under the column whose head contains these words.
    ///
    /// # Panics
    /// Where there is none.
    pub fn cell(&self, column: &str) -> &Cell {
        let found = self.cells.iter().find(|cell| cell.column.contains(column));
        found.unwrap_or_else(|| {
            let heads: Vec<_> = self.cells.iter().map(|cell| &cell.column).collect();
            panic!("no column “{column}”; there are {heads:?}")
        })
    }
}

impl Page {
    pub(crate) fn read(status: u16, path: String, content_type: String, bytes: Vec<u8>) -> Self {
        let plain = Page {
            status,
            path,
            content_type,
            ..Page::default()
        };
        if !plain.content_type.starts_with("text/html") {
            let html = String::from_utf8(bytes.clone()).unwrap_or_default();
            return Page {
                text: squeeze(&html),
                html,
                bytes,
                ..plain
            };
        }
        let html = String::from_utf8(bytes).expect("a page is UTF-8");
        let tree = Html::parse_document(&html);
        let root = tree.root_element();
        Page {
            text: words(root),
            heading: first(root, "h1").map(words).unwrap_or_default(),
            links: links(root),
            forms: form::forms(root),
            rows: rows(root),
            html,
            ..plain
        }
    }

    pub fn says(&self, wanted: &str) -> bool {
        self.text.contains(&squeeze(wanted))
    }

    /// The row of a table that contains these words.
    ///
    /// # Panics
    /// Where there is none.
    pub fn row(&self, wanted: &str) -> &Row {
        let wanted = squeeze(wanted);
        let has = |row: &&Row| row.cells.iter().any(|cell| cell.words.contains(&wanted));
        self.rows
            .iter()
            .find(has)
            .unwrap_or_else(|| panic!("no row “{wanted}”:\n{self}"))
    }

    /// The address of the link with these words.
    ///
    /// # Panics
    /// Where there is none.
    pub fn link(&self, wanted: &str) -> String {
        let wanted = squeeze(wanted);
        let exact = self.links.iter().find(|link| link.words == wanted);
        let near = || self.links.iter().find(|link| link.words.contains(&wanted));
        match exact.or_else(near) {
            Some(link) => link.href.clone(),
            None => {
                let all: Vec<_> = self.links.iter().map(|link| &link.words).collect();
                panic!("no link “{wanted}” among {all:?}:\n{self}")
            }
        }
    }
}

/// What a failed test prints.
impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "── {} {} “{}”", self.status, self.path, self.heading)?;
        writeln!(f, "{}", self.text)?;
        for form in &self.forms {
            writeln!(f, "{form}")?;
        }
        Ok(())
    }
}

/// One space for every run of spaces, hard ones included.
pub(crate) fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(crate) fn first<'a>(root: ElementRef<'a>, selector: &str) -> Option<ElementRef<'a>> {
    root.select(&select(selector)).next()
}

pub(crate) fn select(selector: &str) -> Selector {
    Selector::parse(selector).expect("a selector of ours")
}

/// What a person reads in this element.
pub(crate) fn words(element: ElementRef<'_>) -> String {
    let mut text = String::new();
    gather(element, &mut text);
    squeeze(&text)
}

fn gather(element: ElementRef<'_>, text: &mut String) {
    const UNREAD: &[&str] = &["script", "style", "template", "head", "option"];
    const INLINE: &[&str] = &[
        "a", "b", "span", "em", "strong", "code", "i", "small", "abbr", "time",
    ];
    let name = element.value().name();
    if UNREAD.contains(&name) || element.attr("hidden").is_some() {
        return;
    }
    let apart = !INLINE.contains(&name);
    if apart {
        text.push(' ');
    }
    for child in element.children() {
        match child.value() {
            Node::Text(part) => text.push_str(part),
            Node::Element(_) => {
                if let Some(child) = ElementRef::wrap(child) {
                    gather(child, text);
                }
            }
            _ => {}
        }
    }
    if apart {
        text.push(' ');
    }
}

fn links(root: ElementRef<'_>) -> Vec<Link> {
    let link = |a: ElementRef<'_>| Link {
        words: Some(words(a))
            .filter(|words| !words.is_empty())
            .unwrap_or_else(|| a.attr("aria-label").unwrap_or_default().to_owned()),
        href: a.attr("href").unwrap_or_default().to_owned(),
    };
    root.select(&select("a[href]")).map(link).collect()
}

fn rows(root: ElementRef<'_>) -> Vec<Row> {
    let (head, body, cell, link) = (
        select("thead th"),
        select("tbody tr"),
        select("td, th"),
        select("a[href]"),
    );
    let mut rows = Vec::new();
    for table in root.select(&select("table")) {
        let heads: Vec<String> = table.select(&head).map(words).collect();
        for row in table.select(&body) {
            let cells = row.select(&cell).enumerate().map(|(i, cell)| Cell {
                column: heads.get(i).cloned().unwrap_or_default(),
                words: words(cell),
                link: cell
                    .select(&link)
                    .next()
                    .and_then(|a| a.attr("href"))
                    .map(str::to_owned),
            });
            rows.push(Row {
                cells: cells.collect(),
            });
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(html: &str) -> Page {
        Page::read(
            200,
            "/x".into(),
            "text/html; charset=utf-8".into(),
            html.as_bytes().to_vec(),
        )
    }

    #[test]
    fn a_page_says_what_can_be_read() {
        let page = page(
            "<title>x</title><h1>Đã\u{a0}<b>gửi</b></h1><p>mã</p><p hidden>kín</p><script>s</script>",
        );
        assert_eq!(page.text, "Đã gửi mã");
        assert!(page.says("Đã  gửi") && !page.says("kín"));
    }

    #[test]
    fn a_cell_is_found_by_row_and_column() {
        let page = page(
            "<table><thead><tr><th>Đơn vị<th>Trễ</thead><tbody><tr><th>Ninh Kiều<td><a href='/c'>3</a></table>",
        );
        let cell = page.row("Ninh Kiều").cell("Trễ");
        assert_eq!(
            (cell.words.as_str(), cell.link.as_deref()),
            ("3", Some("/c"))
        );
    }
}
