//! Requests that no page of ours makes, over every door where a stranger may write.

use super::chance::Chance;
use super::files::{File, Seeds};

/// As it goes over the wire.
pub struct Request {
    pub what: &'static str,
    pub bytes: Vec<u8>,
    /// Nothing more comes, though more was promised.
    pub cut: bool,
    /// The wire itself is broken: a bare refusal is enough.
    pub wire: bool,
}

/// What requests are made from.
pub struct World {
    pub seeds: Seeds,
    pub api_key: String,
    /// A report that is there.
    pub code: String,
}

const SERVICES: [&str; 6] = [
    "report.street-light",
    "report.litter",
    "report.public-order",
    "land.transfer",
    "khong-co",
    "report.street-light%00",
];

/// Names of fields that some form reads.
const NAMES: [&str; 24] = [
    "what",
    "_key",
    "_go",
    "_kind",
    "_drop",
    "_public",
    "_nameless",
    "problem",
    "extent",
    "road",
    "where.lat",
    "where.lon",
    "where.words",
    "where.area",
    "phone",
    "photos",
    "key",
    "words",
    "version",
    "step",
    "row",
    "outcome",
    "score",
    "reason",
];

/// One request of a number: the same each time.
pub fn request(world: &World, number: u64) -> Request {
    let mut chance = Chance::of(number);
    let c = &mut chance;
    match number % 20 {
        0..4 => upload(world, c, "/report", "what"),
        4 | 5 => {
            let path = format!("/report/{}", c.one(&SERVICES));
            upload(world, c, &path, "what")
        }
        6 | 7 => upload(world, c, "/open311/v2/requests.json", "description"),
        8 => open311_form(world, c),
        9 => words(world, c, "POST", "report", "/report"),
        10 => {
            let path = format!("/report/check/{}", key(c));
            words(world, c, "POST", "check", &path)
        }
        11 => {
            let what = *c.one(&[
                "comment", "answer", "withdraw", "rate", "reopen", "error", "khong-co",
            ]);
            let path = format!("/track/{}/{what}", code(world, c));
            match c.yes(2) {
                true => upload(world, c, &path, "words"),
                false => words(world, c, "POST", "track", &path),
            }
        }
        12 => {
            let path = format!("/open/reports/{}/flag", code(world, c));
            words(world, c, "POST", "flag", &path)
        }
        13 | 14 => apply(world, c),
        15..18 => asked(world, c),
        18 => method(world, c),
        _ => broken_wire(world, c),
    }
}

fn code(world: &World, c: &mut Chance) -> String {
    match c.below(5) {
        0..3 => world.code.clone(),
        3 => "H92-khong-co".to_owned(),
        _ => path_piece(c),
    }
}

fn key(c: &mut Chance) -> String {
    match c.below(4) {
        0 => "A".repeat(27),
        1 => "b".repeat(5000),
        2 => path_piece(c),
        _ => format!("{:027}", c.next()),
    }
}

fn path_piece(c: &mut Chance) -> String {
    let pieces = [
        "%00",
        "..%2f..%2fetc",
        "%ff%fe",
        "a%20b",
        "%F0%9F%92%A9",
        "%252e",
        "'%3bDROP",
        "%0d%0aX:1",
        "-",
        "%c3%28",
        "%EF%BF%BF",
        "{}",
        "%7B%7D",
    ];
    (*c.one(&pieces)).to_owned()
}

/// A value that somebody typed with ill will.
fn value(c: &mut Chance) -> Vec<u8> {
    match c.below(20) {
        0 => Vec::new(),
        1 => b"\0".to_vec(),
        2 => b"Den\0 duong\0".to_vec(),
        3 => b"\xff\xfe\xfd".to_vec(),
        4 => b"\xc3\x28\xed\xa0\x80".to_vec(),
        5 => "đ".repeat(c.below(6000)).into_bytes(),
        6 => "a".repeat(200_000).into_bytes(),
        7 => "\u{202e}\u{0301}\u{feff}đèn\u{200d}"
            .repeat(30)
            .into_bytes(),
        8 => b"NaN".to_vec(),
        9 => b"1e309".to_vec(),
        10 => b"-0".to_vec(),
        11 => b"99999999999999999999999999".to_vec(),
        12 => b"<script>alert(1)</script>".to_vec(),
        13 => b"'; DROP TABLE cases; --".to_vec(),
        14 => b"{{7*7}}${7*7}".to_vec(),
        15 => b"[[[[[[[[{\"a\":1}]]]]]]]]".to_vec(),
        16 => "Đèn đường trước số 12 không sáng".as_bytes().to_vec(),
        17 => b"10.034".to_vec(),
        18 => b"yes".to_vec(),
        _ => {
            let length = c.below(60);
            c.bytes(length)
        }
    }
}

fn name(c: &mut Chance) -> Vec<u8> {
    match c.below(8) {
        0 => value(c).into_iter().take(200).collect(),
        1 => b"attribute[spot]".to_vec(),
        2 => b"attribute[".to_vec(),
        _ => c.one(&NAMES).as_bytes().to_vec(),
    }
}

/// Percent-encoded, sometimes wrongly.
fn encoded(bytes: &[u8], c: &mut Chance) -> String {
    let wrong = c.yes(12);
    let one = |b: &u8| match b {
        b if b.is_ascii_alphanumeric() => char::from(*b).to_string(),
        b => format!("%{b:02X}"),
    };
    let mut all: String = bytes.iter().map(one).collect();
    if wrong {
        let ends = ["%", "%z", "%u0041", "&&&=", ";=&", "+%+"];
        let end: &&str = c.one(&ends);
        all.push_str(end);
    }
    all
}

fn pairs(c: &mut Chance, fixed: &[(&str, &str)]) -> String {
    let mut all: Vec<String> = fixed
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value.as_bytes(), c)))
        .collect();
    for _ in 0..c.below(12) {
        let (name, value) = (name(c), value(c));
        let (name, value) = (encoded(&name, c), encoded(&value, c));
        all.push(format!("{name}={value}"));
    }
    if c.yes(40) {
        // Very many of very little.
        all.push("a&".repeat(50_000));
    }
    all.join("&")
}

fn http(
    what: &'static str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Request {
    let mut bytes = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n")
        .into_bytes();
    for (name, value) in headers {
        bytes.extend(format!("{name}: {value}\r\n").into_bytes());
    }
    if !body.is_empty() || method != "GET" {
        bytes.extend(format!("content-length: {}\r\n", body.len()).into_bytes());
    }
    bytes.extend(b"\r\n");
    bytes.extend(body);
    Request {
        what,
        bytes,
        cut: false,
        wire: false,
    }
}

const FORMS: [&str; 7] = [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/json",
    "text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "",
];

fn words(world: &World, c: &mut Chance, method: &str, what: &'static str, path: &str) -> Request {
    let key = key(c);
    let body = pairs(
        c,
        &[("_key", &key), ("reason", "other"), ("key", &world.code)],
    );
    let kind = match c.below(5) {
        0 => *c.one(&FORMS),
        _ => FORMS[0],
    };
    http(
        what,
        method,
        path,
        &[("content-type", kind)],
        body.as_bytes(),
    )
}

fn open311_form(world: &World, c: &mut Chance) -> Request {
    let known = c.yes(2);
    let mut fixed = vec![
        ("service_code", *c.one(&SERVICES)),
        ("lat", "10.03"),
        ("long", "105.78"),
    ];
    if known {
        fixed.push(("api_key", &world.api_key));
        fixed.push(("description", "Rác"));
        fixed.push(("attribute[spot]", "street"));
        fixed.push(("attribute[hazardous]", "false"));
    }
    let body = pairs(c, &fixed);
    let path = *c.one(&[
        "/open311/v2/requests.json",
        "/open311/v2/requests.xml",
        "/open311/v2/requests",
        "/open311/v2/servicerequestupdates.json",
        "/open311/test/v2/requests.json",
    ]);
    http(
        "open311",
        "POST",
        path,
        &[("content-type", FORMS[0])],
        body.as_bytes(),
    )
}

/// A form with files, sound in its frame or not.
fn upload(world: &World, c: &mut Chance, path: &str, words: &str) -> Request {
    let boundary = "----ranh-gioi-1022";
    let mut body = Vec::new();
    let mut field = |name: &[u8], file: Option<&File>, value: &[u8]| {
        body.extend(
            format!("--{boundary}\r\ncontent-disposition: form-data; name=\"").into_bytes(),
        );
        body.extend(name);
        body.extend(b"\"");
        if let Some(file) = file {
            body.extend(b"; filename=\"");
            body.extend(&file.name);
            body.extend(format!("\"\r\ncontent-type: {}", file.kind).into_bytes());
        }
        body.extend(b"\r\n\r\n");
        body.extend(value);
        body.extend(b"\r\n");
    };
    let form_key = key(c);
    field(b"_key", None, form_key.as_bytes());
    field(words.as_bytes(), None, "Đèn đường hỏng".as_bytes());
    for (name, value) in [
        ("api_key", world.api_key.as_str()),
        ("service_code", "report.litter"),
        ("lat", "10.0341"),
        ("long", "105.7876"),
        ("attribute[spot]", "street"),
        ("attribute[hazardous]", "false"),
    ] {
        if path.starts_with("/open311") {
            field(name.as_bytes(), None, value.as_bytes());
        }
    }
    for _ in 0..c.below(4) {
        let (name, value) = (name(c), value(c));
        field(&name, None, &value);
    }
    for _ in 0..=c.below(3) {
        let file = match c.yes(150) {
            true => world.seeds.large(c),
            false => world.seeds.file(c),
        };
        let name: &[u8] = match c.below(10) {
            0 => b"media",
            1 => b"documents/certificate",
            2 => b"\xff\xff",
            _ => b"photos",
        };
        field(name, Some(&file), &file.bytes);
    }
    if c.yes(60) {
        for _ in 0..5000 {
            field(b"a", None, b"");
        }
    }
    let mut kind = format!("multipart/form-data; boundary={boundary}");
    let mut cut = false;
    match c.below(12) {
        0 => kind = "multipart/form-data; boundary=anders".to_owned(),
        1 => kind = "multipart/form-data".to_owned(),
        2 => {
            let at = c.below(body.len());
            body.truncate(at);
        }
        3 => cut = true,
        4 => kind = format!("multipart/form-data; boundary=\"{}\"", "x".repeat(300)),
        _ => body.extend(format!("--{boundary}--\r\n").into_bytes()),
    }
    let promised = body.len() + if cut { 1000 } else { 0 };
    let mut bytes = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: {kind}\r\ncontent-length: {promised}\r\n\r\n"
    )
    .into_bytes();
    bytes.extend(body);
    Request {
        what: "upload",
        bytes,
        cut,
        // What was promised and never came is refused by the wire or by the form.
        wire: cut,
    }
}

fn apply(world: &World, c: &mut Chance) -> Request {
    let service = *c.one(&[
        "land.transfer",
        "birth.registration",
        "khong-co",
        "report.litter",
    ]);
    let path = match c.below(5) {
        0 => format!("/apply/{service}"),
        1 => format!("/apply/{service}/{}", key(c)),
        2 => format!("/apply/{service}/{}/1", key(c)),
        3 => format!("/apply/{service}/{}/check", key(c)),
        _ => format!("/apply/{service}/{}/{}", key(c), path_piece(c)),
    };
    match c.yes(2) {
        true => upload(world, c, &path, "buyers.name"),
        false => words(world, c, "POST", "apply", &path),
    }
}

/// Addresses with a question that no link asks.
fn asked(world: &World, c: &mut Chance) -> Request {
    let code = code(world, c);
    let paths = [
        "/track".to_owned(),
        format!("/track/{code}"),
        "/report".to_owned(),
        "/open/reports".to_owned(),
        "/open/reports.atom".to_owned(),
        "/open/reports.geojson".to_owned(),
        "/open/map".to_owned(),
        "/open/data.csv".to_owned(),
        format!("/open/reports/{code}"),
        format!("/open/reports/{code}/photos/{code}"),
        "/open311/v2/requests.json".to_owned(),
        "/open311/v2/services.xml".to_owned(),
        "/open311/v2/servicerequestupdates.json".to_owned(),
        "/services".to_owned(),
        "/verify".to_owned(),
        "/language/vi".to_owned(),
        format!("/report/sent/{code}"),
        format!("/draft/{}/{code}", key(c)),
        format!("/cases/{code}/files/{code}"),
        format!("/cases/{code}/originals/{code}"),
    ];
    let names = [
        "code",
        "key",
        "q",
        "service",
        "area",
        "unit",
        "which",
        "at",
        "km",
        "after",
        "draft",
        "said",
        "period",
        "from",
        "to",
        "start_date",
        "end_date",
        "status",
        "page",
        "page_size",
        "service_request_id",
        "lat",
        "long",
        "back",
    ];
    let mut query = Vec::new();
    for _ in 0..c.below(6) {
        let value: Vec<u8> = value(c).into_iter().take(3000).collect();
        let (name, value) = (*c.one(&names), encoded(&value, c));
        query.push(format!("{name}={value}"));
    }
    let path = c.one(&paths).clone();
    http(
        "asked",
        "GET",
        &format!("{path}?{}", query.join("&")),
        &[],
        b"",
    )
}

fn method(world: &World, c: &mut Chance) -> Request {
    let methods = [
        "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "PROPFIND", "LAMBADA",
    ];
    let method = *c.one(&methods);
    let path = *c.one(&[
        "/report",
        "/track",
        "/open/reports",
        "/open311/v2/requests.json",
        "/apply/land.transfer",
        "/",
    ]);
    words(world, c, method, "method", path)
}

/// What is no HTTP any more.
fn broken_wire(world: &World, c: &mut Chance) -> Request {
    let head = "POST /report HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n";
    let bytes: Vec<u8> = match c.below(9) {
        0 => {
            format!("{head}content-length: 10\r\ncontent-length: 20\r\n\r\n0123456789").into_bytes()
        }
        1 => format!("{head}transfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n").into_bytes(),
        2 => {
            format!("{head}transfer-encoding: chunked\r\n\r\nffffffffffffffff\r\nabc").into_bytes()
        }
        3 => format!("{head}content-length: -1\r\n\r\n").into_bytes(),
        4 => format!(
            "GET /{} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
            "a".repeat(70_000)
        )
        .into_bytes(),
        5 => format!(
            "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx: {}\r\n\r\n",
            "b".repeat(500_000)
        )
        .into_bytes(),
        6 => b"GET /\0\xff HTTP/1.1\r\nhost: \0\r\n\r\n".to_vec(),
        7 => c.bytes(300),
        _ => {
            let mut bytes = upload(world, c, "/report", "what").bytes;
            let at = c.below(bytes.len());
            bytes.truncate(at);
            bytes
        }
    };
    Request {
        what: "wire",
        bytes,
        cut: true,
        wire: true,
    }
}
