//! How is it kept? Fences and tidiness, as tests and as a command. Ships nothing.

use std::path::Path;
use std::process::ExitCode;

mod fences;
mod tidy;

fn main() -> anyhow::Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."));
    let mut findings = fences::broken()?;
    findings.extend(tidy::findings(root)?);
    for finding in &findings {
        println!("{finding}");
    }
    println!("{} finding(s)", findings.len());
    Ok(if findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
