//! Embeds the faces under `fonts/` (Tinos, brought by `tools/assets`). Where nobody ran Node the folder is
//! empty and papers are set in the typesetter's own serif: other widths, every letter there.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let fonts = here.join("fonts");
    // Made here so that cargo can watch it: a watched path that is missing means rebuilding each time.
    fs::create_dir_all(&fonts)?;
    println!("cargo::rerun-if-changed=fonts");
    let mut faces = Vec::new();
    for entry in fs::read_dir(&fonts)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "ttf") {
            faces.push(path);
        }
    }
    faces.sort();
    let mut code = String::from("static FACES: &[&[u8]] = &[\n");
    for face in &faces {
        // Writing to a String cannot fail.
        writeln!(code, "include_bytes!({face:?}),").expect("a string takes what is written");
    }
    code.push_str("];\n");
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    fs::write(out.join("faces.rs"), code)
}
