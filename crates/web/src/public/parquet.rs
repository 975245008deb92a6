//! A table as Apache Parquet, for whoever computes with the city's open data: one group of rows, values plain, absent
//! values marked, nothing compressed (the answer is, on its way). Writing this little of the format takes less than
//! building a library for all of it (docs/decisions).

/// Values of a column; `None`: not known.
pub enum Values {
    Text(Vec<Option<String>>),
    Whole(Vec<Option<i64>>),
    Real(Vec<Option<f64>>),
    /// Microseconds since 1970, UTC.
    Moment(Vec<Option<i64>>),
}

pub struct Column {
    pub name: &'static str,
    pub values: Values,
}

const MAGIC: &[u8] = b"PAR1";
// Types, encodings and marks as `parquet.thrift` numbers them.
const INT64: i64 = 2;
const DOUBLE: i64 = 5;
const BYTE_ARRAY: i64 = 6;
const OPTIONAL: i64 = 1;
const PLAIN: i64 = 0;
const RLE: i64 = 3;
const UTF8: i64 = 0;
const TIMESTAMP_MICROS: i64 = 10;

impl Values {
    fn kind(&self) -> i64 {
        match self {
            Values::Text(_) => BYTE_ARRAY,
            Values::Whole(_) | Values::Moment(_) => INT64,
            Values::Real(_) => DOUBLE,
        }
    }

    fn meaning(&self) -> Option<i64> {
        match self {
            Values::Text(_) => Some(UTF8),
            Values::Moment(_) => Some(TIMESTAMP_MICROS),
            Values::Whole(_) | Values::Real(_) => None,
        }
    }

    /// Which values are there, and those that are, one after the other.
    fn plain(&self) -> (Vec<bool>, Vec<u8>) {
        let mut bytes = Vec::new();
        let there = match self {
            Values::Text(all) => all
                .iter()
                .map(|one| {
                    if let Some(text) = one {
                        bytes.extend(u32::try_from(text.len()).unwrap_or(0).to_le_bytes());
                        bytes.extend(text.bytes());
                    }
                    one.is_some()
                })
                .collect(),
            Values::Whole(all) | Values::Moment(all) => all
                .iter()
                .map(|one| {
                    bytes.extend(one.iter().flat_map(|n| n.to_le_bytes()));
                    one.is_some()
                })
                .collect(),
            Values::Real(all) => all
                .iter()
                .map(|one| {
                    bytes.extend(one.iter().flat_map(|n| n.to_le_bytes()));
                    one.is_some()
                })
                .collect(),
        };
        (there, bytes)
    }
}

/// All columns hold the same number of values.
pub fn file(columns: &[Column]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    let mut chunks = Vec::new();
    let mut rows = 0;
    for column in columns {
        let (there, values) = column.values.plain();
        rows = there.len() as i64;
        let levels = runs(&there);
        let body = [
            u32::try_from(levels.len())
                .unwrap_or(0)
                .to_le_bytes()
                .as_slice(),
            &levels,
            &values,
        ]
        .concat();
        let head = Struct::default()
            .int(1, 0)
            .int(2, body.len() as i64)
            .int(3, body.len() as i64)
            .inner(
                5,
                Struct::default()
                    .int(1, rows)
                    .int(2, PLAIN)
                    .int(3, RLE)
                    .int(4, RLE),
            )
            .end();
        let (at, size) = (out.len() as i64, (head.len() + body.len()) as i64);
        out.extend(head);
        out.extend(body);
        let meta = Struct::default()
            .int(1, column.values.kind())
            .list(2, INT, &[zigzag(PLAIN), zigzag(RLE)])
            .list(3, BINARY, &[text(column.name)])
            .int(4, 0)
            .long(5, rows)
            .long(6, size)
            .long(7, size)
            .long(9, at);
        chunks.push(Struct::default().long(2, at).inner(3, meta).end());
    }
    let mut schema = vec![
        Struct::default()
            .text(4, "schema")
            .int(5, columns.len() as i64)
            .end(),
    ];
    for column in columns {
        let element = Struct::default()
            .int(1, column.values.kind())
            .int(3, OPTIONAL)
            .text(4, column.name);
        schema.push(match column.values.meaning() {
            Some(meaning) => element.int(6, meaning).end(),
            None => element.end(),
        });
    }
    let whole = out.len() as i64 - MAGIC.len() as i64;
    let group = Struct::default()
        .list(1, STRUCT, &chunks)
        .long(2, whole)
        .long(3, rows)
        .end();
    let foot = Struct::default()
        .int(1, 1)
        .list(2, STRUCT, &schema)
        .long(3, rows)
        .list(4, STRUCT, &[group])
        .text(6, "motcua")
        .end();
    let length = u32::try_from(foot.len()).unwrap_or(0);
    out.extend(foot);
    out.extend(length.to_le_bytes());
    out.extend(MAGIC);
    out
}

/// How often each answer follows itself.
fn runs(there: &[bool]) -> Vec<u8> {
    let mut out = Vec::new();
    for run in there.chunk_by(|a, b| a == b) {
        out.extend(varint((run.len() as u64) << 1));
        out.push(u8::from(run[0]));
    }
    out
}

// Types of Thrift's compact protocol.
const INT: u8 = 5;
const LONG: u8 = 6;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// A structure being written; fields in the order of their numbers.
#[derive(Default)]
struct Struct {
    bytes: Vec<u8>,
    last: u8,
}

impl Struct {
    fn field(mut self, number: u8, kind: u8, value: &[u8]) -> Self {
        self.bytes.push(((number - self.last) << 4) | kind);
        self.bytes.extend(value);
        self.last = number;
        self
    }

    fn int(self, number: u8, value: i64) -> Self {
        self.field(number, INT, &zigzag(value))
    }

    fn long(self, number: u8, value: i64) -> Self {
        self.field(number, LONG, &zigzag(value))
    }

    fn text(self, number: u8, words: &str) -> Self {
        self.field(number, BINARY, &text(words))
    }

    fn inner(self, number: u8, inner: Struct) -> Self {
        self.field(number, STRUCT, &inner.end())
    }

    fn list(self, number: u8, kind: u8, items: &[Vec<u8>]) -> Self {
        let mut value = match u8::try_from(items.len()) {
            Ok(few) if few < 15 => vec![(few << 4) | kind],
            _ => {
                let mut head = vec![0xf0 | kind];
                head.extend(varint(items.len() as u64));
                head
            }
        };
        value.extend(items.iter().flatten());
        self.field(number, LIST, &value)
    }

    fn end(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }
}

fn varint(mut n: u64) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let part = n.to_le_bytes()[0] & 0x7f;
        n >>= 7;
        if n == 0 {
            out.push(part);
            return out;
        }
        out.push(part | 0x80);
    }
}

fn zigzag(n: i64) -> Vec<u8> {
    varint(((n << 1) ^ (n >> 63)).cast_unsigned())
}

fn text(words: &str) -> Vec<u8> {
    let mut out = varint(words.len() as u64);
    out.extend(words.bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_thrift_writes_them() {
        for (n, bytes) in [
            (0, vec![0]),
            (-1, vec![1]),
            (1, vec![2]),
            (150, vec![0xac, 2]),
        ] {
            assert_eq!(zigzag(n), bytes, "{n}");
        }
        assert_eq!(runs(&[true, true, false, true]), [4, 1, 2, 0, 2, 1]);
    }

    #[test]
    fn a_file_begins_and_ends_as_readers_expect() {
        let column = Column {
            name: "code",
            values: Values::Text(vec![Some("đèn".into()), None]),
        };
        let made = file(&[column]);
        assert!(made.starts_with(MAGIC) && made.ends_with(MAGIC));
        let foot = made.len() - 8;
        let length = u32::from_le_bytes(made[foot..foot + 4].try_into().expect("four bytes"));
        assert!((length as usize) < foot);
        // For another program to read: `LOOK=/tmp/x.parquet cargo test -p web parquet`.
        if let Ok(path) = std::env::var("LOOK") {
            std::fs::write(path, many()).expect("written");
        }
    }

    fn many() -> Vec<u8> {
        let n = 40i64;
        let names = [
            "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p",
        ];
        let mut columns: Vec<Column> = names
            .iter()
            .map(|name| Column {
                name,
                values: Values::Whole((0..n).map(|i| (i % 3 != 0).then_some(i - 20)).collect()),
            })
            .collect();
        let words = (0..n).map(|i| (i % 2 == 0).then(|| format!("Phường {i}")));
        columns.push(Column {
            name: "text",
            values: Values::Text(words.collect()),
        });
        columns.push(Column {
            name: "real",
            values: Values::Real((0..n).map(|i| Some(i as f64 / 4.0)).collect()),
        });
        columns.push(Column {
            name: "moment",
            values: Values::Moment((0..n).map(|i| Some(1_700_000_000_000_000 + i)).collect()),
        });
        file(&columns)
    }
}
