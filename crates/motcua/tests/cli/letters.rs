//! The pipe of a mail server: exit codes are what it goes by.

use std::io::Write;
use std::process::{Command, Stdio};

use super::Desk;

fn pipe(desk: &Desk, letter: &[u8]) -> (String, i32) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_motcua"))
        .args(["mail-in", "--city", "small"])
        .current_dir(desk.path(""))
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("motcua starts");
    let mut inside = child.stdin.take().expect("a pipe");
    // Who refuses a letter by its first bytes closes the pipe.
    drop(inside.write_all(letter));
    drop(inside);
    let output = child.wait_with_output().expect("it ends");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    (said, output.status.code().expect("an exit code"))
}

#[test]
fn a_mail_server_learns_what_became_of_a_letter() {
    let desk = Desk::new();
    let letter = b"From: Lan <lan@example.vn>\r\nMessage-ID: <1@example.vn>\r\nSubject: den\r\n\r\nDen duong khong sang";
    // No city yet: the letter stays in the server's queue.
    assert_eq!(pipe(&desk, letter).1, 75);
    super::requests::load(
        &desk,
        "id,open,unit,type\nr1,2026-01-05 08:01,Works,Light\n",
    );
    for (letter, code) in [(&b"khong phai thu"[..], 65), (b"", 65)] {
        assert_eq!(pipe(&desk, letter).1, code);
    }
    let loud = b"From: may@example.vn\r\nAuto-Submitted: auto-replied\r\nMessage-ID: <2@x>\r\n\r\nOut of office";
    let (said, code) = pipe(&desk, loud);
    assert_eq!((said.trim(), code), ("refused automatic", 0));
}
