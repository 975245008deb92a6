//! Signatures put on and judged: by us, and by poppler where it is installed. Then the files of somebody who means
//! harm: none of them is ever valid.

use std::process::Command;

use papers::signature::Chain;
use papers::signature::check::{Trust, Unjudged, Verdict, check};
use papers::signature::issue::Authority;
use papers::signature::key::{Key, KeyProblem, open};
use papers::signature::put::{Words, prepare};
use rules::Moment;

fn now() -> Moment {
    "2026-03-02T02:30:00Z".parse().expect("a moment")
}

/// One page that says something, with a classic table of its objects.
fn pdf() -> Vec<u8> {
    let content = "BT /F1 24 Tf 72 700 Td (Giay chung nhan) Tj ET";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R
           /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        "<< /Title (Giay chung nhan) >>".to_owned(),
    ];
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", n + 1).bytes());
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        file.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    file.extend(
        format!("trailer\n<< /Size {size} /Root 1 0 R /Info 6 0 R /ID [<0A0B> <0C0D>] >>\nstartxref\n{table}\n%%EOF\n").bytes(),
    );
    file
}

fn authority(seed: u8) -> Authority {
    Authority::found("CA minh hoạ, không có giá trị pháp lý", [seed; 32], now()).expect("founded")
}

fn trusting(authority: &Authority) -> Trust {
    Trust::of([authority.certificate()])
}

fn signed(pdf: &[u8], key: &Key, chain: &Chain, name: &str) -> Vec<u8> {
    let words = Words {
        name: name.to_owned(),
        reason: "TUQ. Giám đốc Sở: Quyết định 12/QĐ-SNNMT".to_owned(),
        place: "Cần Thơ".to_owned(),
        at: now(),
    };
    let prepared = prepare(pdf, chain, &words).expect("prepared");
    let signature = key.sign(prepared.hash()).expect("signed");
    prepared.finish(&signature).expect("finished")
}

fn signer(authority: &Authority, name: &str, seed: u8) -> (Key, Chain) {
    authority
        .issue(name, Some("Thành phố Cần Thơ"), [seed; 32], now(), 365)
        .expect("issued")
}

fn verdicts(pdf: &[u8], trust: &Trust) -> Vec<Verdict> {
    let found = check(pdf, trust).expect("judged");
    found.into_iter().map(|one| one.verdict).collect()
}

/// Director, then seal.
fn twice(authority: &Authority) -> Vec<u8> {
    let (director, chain) = signer(authority, "Giám đốc Nguyễn Văn An", 1);
    let once = signed(&pdf(), &director, &chain, "Giám đốc Nguyễn Văn An");
    let (seal, chain) = signer(
        authority,
        "Chi nhánh Văn phòng Đăng ký đất đai Ninh Kiều",
        2,
    );
    signed(&once, &seal, &chain, "Chi nhánh Ninh Kiều")
}

/// What poppler says; `None` where it is not installed, which is said once and plainly.
fn pdfsig(pdf: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("signed.pdf");
    std::fs::write(&path, pdf).expect("written");
    match Command::new("pdfsig").arg("-nocert").arg(&path).output() {
        Ok(output) => Some(String::from_utf8_lossy(&output.stdout).into_owned()),
        Err(_) => {
            eprintln!("pdfsig of poppler is not installed: its verdict was NOT asked");
            None
        }
    }
}

#[test]
fn a_signature_is_valid_and_says_whose_it_is() {
    let authority = authority(9);
    let (key, chain) = signer(&authority, "Giám đốc Nguyễn Văn An", 1);
    let plain = pdf();
    let file = signed(&plain, &key, &chain, "Giám đốc Nguyễn Văn An");
    assert!(file.starts_with(&plain), "the paper's own bytes stay");
    let found = check(&file, &trusting(&authority)).expect("judged");
    let [one] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(one.verdict, Verdict::Valid);
    let told = one.signer.clone().expect("a signer");
    assert_eq!(told.name, "Giám đốc Nguyễn Văn An");
    assert_eq!(told.organisation.as_deref(), Some("Thành phố Cần Thơ"));
    assert!(told.issuer.contains("không có giá trị pháp lý"));
    assert_eq!(one.at, Some(now()));
    assert_eq!(
        one.reason.as_deref(),
        Some("TUQ. Giám đốc Sở: Quyết định 12/QĐ-SNNMT")
    );
    assert_eq!(
        check(&plain, &trusting(&authority)),
        Ok(Vec::new()),
        "not signed"
    );
    if let Some(says) = pdfsig(&file) {
        assert!(says.contains("Signature is Valid"), "{says}");
        assert!(says.contains("Total document signed"), "{says}");
        assert!(says.contains("ETSI.CAdES.detached"), "{says}");
    }
}

#[test]
fn the_seal_comes_second_and_both_hold() {
    let authority = authority(9);
    let file = twice(&authority);
    assert_eq!(
        verdicts(&file, &trusting(&authority)),
        [Verdict::Valid, Verdict::Valid]
    );
    if let Some(says) = pdfsig(&file) {
        assert_eq!(says.matches("Signature is Valid").count(), 2, "{says}");
    }
    let stranger = Authority::found("Người lạ", [3; 32], now()).expect("founded");
    assert_eq!(
        verdicts(&file, &trusting(&stranger)),
        [Verdict::UnknownIssuer; 2]
    );
    assert_eq!(verdicts(&file, &Trust::of([])), [Verdict::UnknownIssuer; 2]);
}

/// Readers of the screen say the title, archives ask for the identifier: the last trailer has both.
#[test]
fn a_signed_paper_is_still_called_what_it_was() {
    let file = twice(&authority(1));
    let document = lopdf::Document::load_mem(&file).expect("a paper");
    let info = document
        .trailer
        .get(b"Info")
        .and_then(|info| info.as_reference());
    let info = document.get_object(info.expect("a title")).expect("there");
    let title = info
        .as_dict()
        .and_then(|info| info.get(b"Title"))
        .and_then(|title| title.as_str());
    assert_eq!(title.expect("a title"), b"Giay chung nhan");
    let both = document
        .trailer
        .get(b"ID")
        .and_then(|id| id.as_array())
        .expect("an identifier");
    assert_eq!(both[0].as_str().expect("bytes"), [0x0A, 0x0B]);
    assert_eq!(both[1].as_str().expect("bytes").len(), 16);
    let last = file
        .windows(7)
        .rposition(|window| window == b"trailer")
        .expect("a trailer");
    let last = String::from_utf8_lossy(&file[last..]);
    assert!(
        last.contains("/Info 6 0 R") && last.contains("/ID [<0A0B>"),
        "{last}"
    );
}

#[test]
fn a_certificate_out_of_its_time_is_no_certificate() {
    let authority = authority(9);
    let before: Moment = "2020-01-01T00:00:00Z".parse().expect("a moment");
    let issued = authority.issue("Hết hạn", None, [5; 32], before, 365);
    let (key, chain) = issued.expect("issued");
    let file = signed(&pdf(), &key, &chain, "Hết hạn");
    assert_eq!(verdicts(&file, &trusting(&authority)), [Verdict::OutOfTime]);
}

/// An authority of the same name, but not the same key.
#[test]
fn who_bears_a_trusted_name_is_not_trusted_for_it() {
    let (real, false_one) = (authority(9), authority(10));
    let (key, chain) = signer(&false_one, "Giám đốc", 1);
    let file = signed(&pdf(), &key, &chain, "Giám đốc");
    assert_eq!(verdicts(&file, &trusting(&real)), [Verdict::UnknownIssuer]);
}

fn replaced(file: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = file.windows(from.len()).position(|part| part == from);
    let at = at.unwrap_or_else(|| panic!("{:?} is there", String::from_utf8_lossy(from)));
    [&file[..at], to, &file[at + from.len()..]].concat()
}

/// An incremental update that replaces an object.
fn updated(file: &[u8], number: u32, object: &str) -> Vec<u8> {
    let mut file = file.to_vec();
    let text = String::from_utf8_lossy(&file).into_owned();
    let before = text
        .rsplit("startxref\n")
        .next()
        .and_then(|rest| rest.lines().next());
    let before = before.expect("a table").to_owned();
    let size = text.rsplit("/Size ").next().map(|rest| {
        rest.chars()
            .take_while(char::is_ascii_digit)
            .collect::<String>()
    });
    let size = size.expect("a size");
    let place = file.len();
    file.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    let table = file.len();
    file.extend(format!("xref\n{number} 1\n{place:010} 00000 n \n").bytes());
    file.extend(
        format!(
            "trailer\n<< /Size {size} /Root 1 0 R /Prev {before} >>\nstartxref\n{table}\n%%EOF\n"
        )
        .bytes(),
    );
    file
}

#[test]
fn nothing_hostile_is_ever_valid() {
    let authority = authority(9);
    let trust = trusting(&authority);
    let (key, chain) = signer(&authority, "Giám đốc", 1);
    let once = signed(&pdf(), &key, &chain, "Giám đốc");
    let both = twice(&authority);
    let range_at = |file: &[u8]| {
        let text = String::from_utf8_lossy(file).into_owned();
        let from = text.find("/ByteRange").expect("a range");
        let range = &text[from..from + text[from..].find(']').expect("its end") + 1];
        range.as_bytes().to_vec()
    };
    let range = range_at(&once);
    let padded = |text: &str| {
        let mut text = text.to_owned();
        while text.len() + 1 < range.len() {
            text.push(' ');
        }
        text.push(']');
        text.into_bytes()
    };
    let numbers: Vec<usize> = String::from_utf8_lossy(&range)
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|n| n.parse().ok())
        .collect();
    let evil = "<< /Length 40 >>\nstream\nBT /F1 24 Tf 72 700 Td (Nguoi khac) Tj ET \nendstream";
    let mut flipped = Vec::new();
    // One bit of every part of the file in turn, but for the signature's own room: what stands there is not signed
    // by itself, and changing it changes nothing of the paper.
    let room = numbers[1]..numbers[2];
    for at in (0..once.len()).step_by(7).filter(|at| !room.contains(at)) {
        let mut file = once.clone();
        file[at] ^= 1;
        flipped.push((format!("bit at {at}"), file));
    }
    let mut hostile = vec![
        (
            "one byte of the page".to_owned(),
            replaced(&once, b"Giay chung nhan", b"Giay chung nhat"),
        ),
        (
            "the page replaced afterwards".to_owned(),
            updated(&once, 4, evil),
        ),
        (
            "the page replaced after the seal".to_owned(),
            updated(&both, 4, evil),
        ),
        (
            "a byte behind the end".to_owned(),
            [&once[..], b"\n"].concat(),
        ),
        (
            "another paper behind the end".to_owned(),
            [&once[..], &pdf()[..]].concat(),
        ),
        (
            "a range that leaves the page out".to_owned(),
            replaced(
                &once,
                &range,
                &padded(&format!("/ByteRange [0 10 {} {}", numbers[2], numbers[3])),
            ),
        ),
        (
            "a range beyond the file".to_owned(),
            replaced(
                &once,
                &range,
                &padded(&format!(
                    "/ByteRange [0 {} {} 99999999",
                    numbers[1], numbers[2]
                )),
            ),
        ),
        (
            "a range from the middle".to_owned(),
            replaced(
                &once,
                &range,
                &padded(&format!(
                    "/ByteRange [9 {} {} {}",
                    numbers[1] - 9,
                    numbers[2],
                    numbers[3]
                )),
            ),
        ),
        (
            "parts that overlap".to_owned(),
            replaced(
                &once,
                &range,
                &padded(&format!("/ByteRange [0 {} 10 {}", numbers[2], numbers[3])),
            ),
        ),
        (
            "no number in the range".to_owned(),
            replaced(&once, &range, &padded("/ByteRange [0 /A /B 1")),
        ),
        ("cut short".to_owned(), once[..once.len() - 40].to_vec()),
        (
            "cut in the middle".to_owned(),
            once[..once.len() / 2].to_vec(),
        ),
        ("a head and nothing".to_owned(), b"%PDF-1.7\n".to_vec()),
        ("nothing".to_owned(), Vec::new()),
        ("no PDF at all".to_owned(), b"<html>Valid</html>".to_vec()),
    ];
    hostile.append(&mut flipped);
    for (what, file) in &hostile {
        let found = check(file, &trust);
        let valid = found
            .iter()
            .flatten()
            .any(|one| one.verdict == Verdict::Valid);
        assert!(!valid, "{what}: {found:?}");
    }
    assert_eq!(check(b"<html>", &trust), Err(Unjudged::NoPdf));
    assert_eq!(verdicts(&hostile[1].1, &trust), [Verdict::Extended]);
    assert_eq!(verdicts(&hostile[2].1, &trust), [Verdict::Extended; 2]);
    assert_eq!(verdicts(&hostile[0].1, &trust), [Verdict::Altered]);
    if let Some(says) = pdfsig(&hostile[0].1) {
        assert!(!says.contains("Signature is Valid"), "{says}");
    }
}

/// The signature of one paper laid into the room of another.
#[test]
fn a_signature_is_good_for_its_own_paper_only() {
    let authority = authority(9);
    let trust = trusting(&authority);
    let (key, chain) = signer(&authority, "Giám đốc", 1);
    let first = signed(&pdf(), &key, &chain, "Giám đốc");
    let other = replaced(&pdf(), b"Giay chung nhan", b"Giay phep khac.");
    let second = signed(&other, &key, &chain, "Giám đốc");
    let room = |file: &[u8]| {
        let at = file
            .windows(11)
            .position(|part| part == b"/Contents <")
            .expect("a room");
        let end = file[at..]
            .iter()
            .position(|byte| *byte == b'>')
            .expect("its end");
        (at + 11, at + end)
    };
    let ((from, to), (second_from, second_to)) = (room(&first), room(&second));
    assert_eq!(to - from, second_to - second_from);
    let mut forged = second.clone();
    forged[second_from..second_to].copy_from_slice(&first[from..to]);
    assert_eq!(verdicts(&forged, &trust), [Verdict::Altered]);
}

fn openssl(folder: &std::path::Path, arguments: &[&str]) -> bool {
    let run = Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .output();
    run.is_ok_and(|output| output.status.success())
}

#[test]
fn key_files_of_both_kinds_are_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    if !openssl(here, &["version"]) {
        eprintln!("openssl is not installed: key files were NOT tried");
        return;
    }
    for (kind, new) in [
        ("rsa", &["-newkey", "rsa:2048"][..]),
        (
            "ec",
            &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"][..],
        ),
    ] {
        let request = [
            &[
                "req",
                "-x509",
                "-nodes",
                "-days",
                "3650",
                "-subj",
                "/CN=Con dau thu/C=VN",
                "-keyout",
                "k.pem",
                "-out",
                "c.pem",
            ][..],
            new,
        ]
        .concat();
        assert!(openssl(here, &request), "{kind}");
        for (how, more) in [("new", &[][..]), ("old", &["-legacy"][..])] {
            let export = [
                &[
                    "pkcs12",
                    "-export",
                    "-inkey",
                    "k.pem",
                    "-in",
                    "c.pem",
                    "-out",
                    "s.p12",
                    "-passout",
                    "pass:Mật khẩu 1",
                ][..],
                more,
            ]
            .concat();
            assert!(openssl(here, &export), "{kind} {how}");
            let file = std::fs::read(here.join("s.p12")).expect("a file");
            let (key, chain) =
                open(&file, "Mật khẩu 1").unwrap_or_else(|no| panic!("{kind} {how}: {no}"));
            let paper = signed(&pdf(), &key, &chain, "Con dấu");
            let trust = Trust::of([chain[0].as_slice()]);
            let verdict = check(&paper, &trust).expect("judged")[0].verdict;
            assert_ne!(verdict, Verdict::Altered, "{kind} {how}");
            if let Some(says) = pdfsig(&paper) {
                assert!(says.contains("Signature is Valid"), "{kind} {how}: {says}");
            }
            assert!(
                matches!(open(&file, "sai"), Err(KeyProblem::WrongPassphrase)),
                "{kind} {how}"
            );
        }
    }
    assert!(matches!(open(b"nothing", ""), Err(KeyProblem::NoPkcs12)));
}
