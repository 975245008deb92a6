//! Which keys each part of the file has, in their canonical order, and how each is laid out.
//!
//! The one list that reading (unknown keys), formatting (order, lines) and the JSON Schema (a test
//! compares) share.

/// One part of the file: what it is called to a person, its keys in canonical order.
#[derive(Debug)]
pub struct Shape {
    pub what: &'static str,
    pub keys: &'static [(&'static str, Layout)],
    /// With any of these keys the part stands on several lines; without, on one.
    pub tall_with: &'static [&'static str],
}

/// How the value of a key is written.
#[derive(Debug, Clone, Copy)]
pub enum Layout {
    /// A word, a list of words or a map of words: one line, order as written.
    Word,
    /// A text people read; `key.en` may stand beside it.
    Text,
    /// A map of texts (`options`); `key.en` may stand beside it.
    Texts,
    /// A part on one line.
    Line(&'static Shape),
    /// A part on several lines.
    Block(&'static Shape),
    /// A map on one line whose values may be such parts (`outcomes`).
    LineNamed(&'static Shape),
    /// A list with one part a line.
    Items(&'static Shape),
    /// A map with one part a line.
    Named(&'static Shape),
    /// A list with one row (itself a list) a line.
    Rows,
    /// A list of steps and blocks.
    Steps,
    /// A list of lists of steps.
    Branches,
}
use Layout::{Block, Branches, Items, Line, LineNamed, Named, Rows, Steps, Text, Texts, Word};

pub static SERVICE: Shape = Shape {
    what: "dịch vụ",
    tall_with: &["service"],
    keys: &[
        ("service", Word),
        ("name", Text),
        ("kind", Word),
        ("frame", Word),
        ("field", Text),
        ("group", Text),
        ("effective", Word),
        ("agency", Word),
        ("owner", Line(&OWNER)),
        ("demonstration", Word),
        ("summary", Text),
        ("national-code", Word),
        ("keywords", Word),
        ("life-events", Word),
        ("legal-basis", Items(&LEGAL_BASIS)),
        ("applicants", Line(&APPLICANTS)),
        ("parts", Items(&LINKED_PART)),
        ("form", Items(&PAGE)),
        ("duplicates", Line(&DUPLICATES)),
        ("documents", Items(&DOCUMENT)),
        ("fees", Items(&FEE)),
        ("tables", Named(&TABLE)),
        ("roles", Named(&ROLE)),
        ("process", Block(&PROCESS)),
        ("papers", Named(&PAPER)),
        ("access", Block(&ACCESS)),
        ("tests", Items(&TEST)),
    ],
};
pub static OWNER: Shape = line(
    "hệ thống quyết định",
    &[("system", Word), ("name", Text), ("site", Word)],
);
pub static LINKED_PART: Shape = line(
    "phần",
    &[
        ("code", Word),
        ("name", Text),
        ("service", Word),
        ("after", Word),
        ("within", Word),
    ],
);
pub static LEGAL_BASIS: Shape = line("căn cứ", &[("document", Word), ("says", Word)]);
pub static APPLICANTS: Shape = line(
    "người nộp",
    &[("who", Word), ("identity", Word), ("channels", Word)],
);
pub static PAGE: Shape = Shape {
    what: "trang",
    tall_with: &["page", "fields", "repeat"],
    keys: &[
        ("page", Text),
        ("help", Text),
        ("show-when", Word),
        ("repeat", Line(&REPEAT)),
        ("fields", Items(&FIELD)),
        ("check", Items(&PAGE_CHECK)),
        ("duplicates", Line(&DUPLICATES)),
    ],
};
pub static REPEAT: Shape = line(
    "nhóm lặp",
    &[
        ("code", Word),
        ("label", Text),
        ("min", Word),
        ("max", Word),
    ],
);
pub static PAGE_CHECK: Shape = line("phép kiểm tra", &[("must", Word), ("else", Text)]);
pub static DUPLICATES: Shape = line(
    "phép tìm trùng",
    &[("within", Word), ("and", Word), ("offer", Word)],
);
pub static FIELD: Shape = line(
    "ô",
    &[
        ("code", Word),
        ("label", Text),
        ("help", Text),
        ("type", Word),
        ("options", Texts),
        ("from", Word),
        ("account", Word),
        ("value", Word),
        ("show-when", Word),
        ("required", Word),
        ("required-when", Word),
        ("read-only", Word),
        ("pattern", Word),
        ("min", Word),
        ("max", Word),
        ("mask", Word),
        ("public", Word),
        ("purpose", Text),
        ("keep", Word),
    ],
);
pub static DOCUMENT: Shape = line(
    "giấy tờ",
    &[
        ("code", Word),
        ("label", Text),
        ("help", Text),
        ("required", Word),
        ("required-when", Word),
        ("accept", Word),
        ("max", Word),
        ("originals", Word),
        ("copies", Word),
        ("national-code", Word),
        ("result-of", Word),
    ],
);
pub static FEE: Shape = line(
    "khoản phí",
    &[
        ("code", Word),
        ("label", Text),
        ("amount", Word),
        ("cap", Word),
        ("due", Word),
        ("when", Word),
        ("exempt", Word),
    ],
);
pub static TABLE: Shape = Shape {
    what: "bảng",
    tall_with: &["hit", "columns", "rows"],
    keys: &[("hit", Word), ("columns", Word), ("rows", Rows)],
};
pub static ROLE: Shape = Shape {
    what: "vai trò",
    tall_with: &["authority", "delegations", "acting"],
    keys: &[
        ("name", Text),
        ("at", Word),
        ("post", Word),
        ("pick", Word),
        ("outside", Word),
        ("authority", Word),
        ("delegations", Items(&DELEGATION)),
        ("acting", Line(&ACTING)),
    ],
};
pub static DELEGATION: Shape = line(
    "ủy quyền ký",
    &[
        ("to", Word),
        ("when", Word),
        ("basis", Word),
        ("prefix", Word),
        ("from", Word),
        ("until", Word),
    ],
);
pub static ACTING: Shape = line("người ký thay", &[("post", Word), ("prefix", Word)]);
pub static PROCESS: Shape = Shape {
    what: "quy trình",
    tall_with: &["steps", "limit"],
    keys: &[
        ("limit", Word),
        ("clock", Line(&CLOCK)),
        ("steps", Steps),
        ("before-late", Line(&BEFORE_LATE)),
        ("when-late", Line(&WHEN_LATE)),
        ("after", Line(&AFTER)),
    ],
};
pub static CLOCK: Shape = line(
    "đồng hồ",
    &[
        ("starts", Word),
        ("cutoff", Word),
        ("same-day", Word),
        ("stopped-in", Word),
        ("supplement", Word),
        ("max-supplements", Word),
        ("supplement-through", Word),
        ("max-extensions", Word),
    ],
);
pub static STEP: Shape = line(
    "bước",
    &[
        ("code", Word),
        ("name", Text),
        ("by", Word),
        ("within", Word),
        ("wait-at-most", Word),
        ("at-most", Word),
        ("when", Word),
        ("outside-limit", Word),
        ("signs", Word),
        ("makes", Word),
        ("writes", Word),
        ("evidence", Word),
        ("reports", Word),
        ("consult", Line(&CONSULT)),
        ("outcomes", LineNamed(&OUTCOME)),
    ],
);
pub static CONSULT: Shape = line("việc lấy ý kiến", &[("if-silent", Word)]);
pub static OUTCOME: Shape = line(
    "kết quả",
    &[
        ("to", Word),
        ("label", Text),
        ("at-most", Word),
        ("reason", Word),
    ],
);
pub static PARALLEL: Shape = Shape {
    what: "khối song song",
    tall_with: &["parallel"],
    keys: &[
        ("parallel", Word),
        ("name", Text),
        ("wait-for", Word),
        ("branches", Branches),
    ],
};
pub static EACH: Shape = Shape {
    what: "khối lặp theo dòng",
    tall_with: &["each"],
    keys: &[
        ("each", Word),
        ("code", Word),
        ("name", Text),
        ("steps", Steps),
    ],
};
pub static BEFORE_LATE: Shape = line(
    "việc trước khi trễ",
    &[("by", Word), ("tell", Word), ("prepare", Word)],
);
pub static WHEN_LATE: Shape = line(
    "việc khi trễ",
    &[
        ("makes", Word),
        ("signed-by", Word),
        ("tell", Word),
        ("new-date", Word),
    ],
);
pub static AFTER: Shape = line(
    "việc sau khi xong",
    &[
        ("survey", Word),
        ("reopen-within", Word),
        ("reopen-at-most", Word),
    ],
);
pub static PAPER: Shape = line(
    "văn bản",
    &[
        ("name", Text),
        ("template", Word),
        ("signed-by", Word),
        ("keep", Word),
        ("national-code", Word),
    ],
);
pub static ACCESS: Shape = Shape {
    what: "quyền xem",
    tall_with: &["see", "hide"],
    keys: &[("see", Word), ("hide", Word), ("publish", Word)],
};
pub static TEST: Shape = line(
    "phép thử",
    &[
        ("name", Word),
        ("given", Word),
        ("walk", Word),
        ("expect", Word),
    ],
);
pub static FRAME: Shape = Shape {
    what: "khung",
    tall_with: &["frame"],
    keys: &[
        ("frame", Word),
        ("name", Text),
        ("legal-basis", Items(&LEGAL_BASIS)),
        ("clock", Line(&CLOCK)),
        ("before-late", Line(&BEFORE_LATE)),
        ("when-late", Line(&WHEN_LATE)),
        ("after", Line(&AFTER)),
        ("receipt", Word),
        ("any-time", Word),
        ("papers", Named(&PAPER)),
        ("privacy", Named(&PRIVACY)),
    ],
};
pub static PRIVACY: Shape = line(
    "quy định dữ liệu cá nhân",
    &[("purpose", Text), ("mask", Word), ("keep", Word)],
);

const fn line(what: &'static str, keys: &'static [(&'static str, Layout)]) -> Shape {
    Shape {
        what,
        keys,
        tall_with: &[],
    }
}

impl Shape {
    pub fn layout(&self, key: &str) -> Option<Layout> {
        self.keys
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, layout)| *layout)
    }

    /// The base and language of `label.en`, where `label` is a text of this part.
    pub fn translation<'k>(&self, key: &'k str) -> Option<(&'k str, &'k str)> {
        let (base, language) = key.split_once('.')?;
        let text = matches!(self.layout(base), Some(Text | Texts));
        let plausible = (2..=3).contains(&language.len())
            && language.bytes().all(|letter| letter.is_ascii_lowercase());
        (text && plausible && language != "vi").then_some((base, language))
    }
}
