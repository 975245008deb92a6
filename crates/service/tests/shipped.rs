//! The services and frames that are shipped with the software: read, written, checked.

use std::fs;
use std::path::{Path, PathBuf};

fn files(below: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../services")
        .join(below);
    let mut files: Vec<PathBuf> = fs::read_dir(&root)
        .expect("the shipped services")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("readable");
            (path, text)
        })
        .collect()
}

fn services() -> Vec<(PathBuf, String)> {
    files(".")
}

fn frames() -> Vec<(PathBuf, String)> {
    files("frames")
}

#[test]
fn every_service_and_frame_reads() {
    let mut wrong = String::new();
    for (path, text) in services() {
        for problem in service::read(&text).problems {
            wrong += &format!("{}: {problem:?}\n", path.display());
        }
    }
    for (path, text) in frames() {
        for problem in service::read_frame(&text).1 {
            wrong += &format!("{}: {problem:?}\n", path.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_canonical_form_means_the_same_and_stays() {
    for (path, text) in services() {
        let once = service::format(&text).expect("well formed");
        assert_eq!(
            service::format(&once).expect("well formed"),
            once,
            "{}",
            path.display()
        );
        assert_eq!(
            service::read(&once).definition,
            service::read(&text).definition,
            "{}",
            path.display()
        );
        let remarks = |text: &str| text.matches('#').count();
        assert_eq!(remarks(&once), remarks(&text), "{}", path.display());
    }
    for (path, text) in frames() {
        let once = service::format(&text).expect("well formed");
        assert_eq!(service::format(&once).expect("well formed"), once);
        assert_eq!(
            service::read_frame(&once).0,
            service::read_frame(&text).0,
            "{}",
            path.display()
        );
    }
}

#[test]
fn every_service_passes_the_gate() {
    let all: service::Frames = frames()
        .iter()
        .map(|(_, text)| service::read_frame(text).0)
        .collect();
    let world = service::World::default();
    let mut wrong = String::new();
    for (path, text) in services() {
        let problems: Vec<_> = service::check_file(&text, &all, &world)
            .into_iter()
            .filter(|problem| problem.severity == service::Severity::Error)
            .collect();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        wrong += &service::render(&name, &problems);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// All shipped services are checked within a second, even in an unoptimised build.
#[test]
fn checking_is_fast() {
    let all: service::Frames = frames()
        .iter()
        .map(|(_, text)| service::read_frame(text).0)
        .collect();
    let (world, services) = (service::World::default(), services());
    let before = std::time::Instant::now();
    let problems: usize = services
        .iter()
        .map(|(_, text)| service::check_file(text, &all, &world).len())
        .sum();
    let took = before.elapsed();
    println!(
        "{} services, {problems} sentences, {took:?}",
        services.len()
    );
    assert!(took.as_secs_f64() < 1.0, "{took:?}");
}

#[test]
fn what_is_shipped_is_in_canonical_form() {
    for (path, text) in services().into_iter().chain(frames()) {
        let canonical = service::format(&text).expect("well formed");
        let first = canonical.lines().zip(text.lines()).find(|(a, b)| a != b);
        assert_eq!(first, None, "{}: run fmt", path.display());
    }
}
