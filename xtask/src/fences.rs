//! Holds the table of who may import whom against the manifests. Knows nothing of what is inside.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, MetadataCommand};

/// Crate → ours that it may name. One row of the table in ARCHITECTURE.md each.
const OURS: &[(&str, &[&str])] = &[
    ("service", &[]),
    ("rules", &["service"]),
    ("facts", &[]),
    ("store", &["rules", "service", "facts"]),
    ("papers", &["rules", "service"]),
    ("links", &["rules"]),
    ("actions", &["store", "rules", "service"]),
    (
        "web",
        &[
            "actions", "store", "facts", "papers", "links", "rules", "service",
        ],
    ),
    (
        "motcua",
        &[
            "web", "actions", "store", "facts", "papers", "links", "rules", "service",
        ],
    ),
    (
        "testkit",
        &[
            "motcua", "web", "actions", "store", "facts", "papers", "links", "rules", "service",
        ],
    ),
    ("xtask", &[]),
];

/// What from outside belongs to one room only.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("axum", &["web", "motcua", "testkit"]),
    ("maud", &["web"]),
    ("rusqlite", &["store"]),
    // Tests make databases of their own; asking them anything stays with `store`.
    ("tokio-postgres", &["store", "testkit"]),
    ("deadpool-postgres", &["store"]),
    ("object_store", &["store"]),
    (
        "tokio",
        &["store", "links", "actions", "web", "motcua", "testkit"],
    ),
    ("getrandom", &["motcua", "testkit"]),
];

/// Sentences, one per broken fence. Test dependencies are free: they never ship.
pub fn broken() -> Result<Vec<String>> {
    let metadata = MetadataCommand::new()
        .no_deps()
        .exec()
        .context("cargo metadata")?;
    let ours: BTreeMap<&str, BTreeSet<&str>> = OURS
        .iter()
        .map(|(name, may)| (*name, may.iter().copied().collect()))
        .collect();
    let mut broken = Vec::new();
    for package in metadata.workspace_packages() {
        let name = package.name.as_str();
        let Some(may) = ours.get(name) else {
            broken.push(format!("{name}: not in the table of rooms"));
            continue;
        };
        for dependency in &package.dependencies {
            if dependency.kind != DependencyKind::Normal {
                continue;
            }
            let wanted = dependency.name.as_str();
            if ours.contains_key(wanted) && !may.contains(wanted) {
                broken.push(format!(
                    "{name} imports {wanted}: the house does not allow it"
                ));
            }
            for (outside, rooms) in OUTSIDE {
                if wanted == *outside && !rooms.contains(&name) {
                    broken.push(format!(
                        "{name} imports {wanted}: that belongs to {rooms:?}"
                    ));
                }
            }
        }
    }
    Ok(broken)
}

#[test]
fn the_fences_hold() {
    assert_eq!(broken().expect("cargo metadata"), Vec::<String>::new());
}
