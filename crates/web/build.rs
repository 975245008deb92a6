//! Embeds the built assets of `dist/`. Where nobody ran Node, the plain stylesheet alone is embedded:
//! system font, no script; every page still works.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let dist = here.join("dist");
    // Made here so that cargo can watch it: a watched path that is missing means rebuilding each time.
    fs::create_dir_all(&dist)?;
    println!("cargo::rerun-if-changed=dist");
    println!("cargo::rerun-if-changed=assets/src/city.css");

    let mut code = String::from("static FILES: &[Asset] = &[\n");
    match fs::read_to_string(dist.join("manifest.json")) {
        Ok(manifest) => {
            let pairs = manifest.lines().filter_map(pair);
            for (name, file) in pairs {
                entry(&mut code, name, file, &dist.join(file), &dist);
            }
        }
        Err(_) => {
            let plain = here.join("assets/src/city.css");
            let hash = fnv(&fs::read(&plain)?);
            entry(
                &mut code,
                "city.css",
                &format!("city-{hash:016x}.css"),
                &plain,
                &dist,
            );
        }
    }
    code.push_str("];\n");
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    fs::write(out.join("assets.rs"), code)
}

/// One line of the manifest that `build.mjs` writes: ` "city.css": "city-2KPPV5NP.css",`.
fn pair(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split('"').skip(1).step_by(2);
    Some((words.next()?, words.next()?))
}

fn entry(code: &mut String, name: &str, file: &str, path: &Path, dist: &Path) {
    let copy = |ending: &str| {
        let copy = dist.join(format!("{file}.{ending}"));
        if copy.exists() {
            format!("Some(include_bytes!({copy:?}))")
        } else {
            "None".to_owned()
        }
    };
    // Writing to a String cannot fail.
    writeln!(
        code,
        "Asset {{ name: {name:?}, file: {file:?}, plain: include_bytes!({path:?}), brotli: {}, gzip: {} }},",
        copy("br"),
        copy("gz"),
    )
    .expect("a string takes what is written");
}

fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
