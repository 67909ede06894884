//! What the tree of dependencies may look like, over `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// Licences that need nothing of us but to be named; MPL-2.0 also that changed files of theirs stay open, and none is.
const LICENCES: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Zlib",
];

/// Crates of which there is exactly one version: two would mean two sets of types, or two of something large.
const SINGLE: [&str; 10] = [
    "arrow",
    "datafusion",
    "hyper",
    "libsqlite3-sys",
    "parquet",
    "prost",
    "rustls",
    "sqlx",
    "tokio",
    "tonic",
];

/// Crates that must not come in: TLS is rustls with ring.
const BANNED: [&str; 6] = ["aws-lc-rs", "aws-lc-sys", "bzip2-sys", "lzma-sys", "native-tls", "openssl-sys"];

/// Which crate of ours may use which, in production code.
const ARROWS: [(&str, &[&str]); 6] = [
    ("tfo-cli", &["tfo-daemon (optional)", "tfo-sdk"]),
    ("tfo-daemon", &["tfo-query", "tfo-sdk", "tfo-store"]),
    ("tfo-query", &["tfo-sdk", "tfo-store"]),
    ("tfo-sdk", &[]),
    ("tfo-store", &["tfo-sdk"]),
    ("tfo-tests", &["tfo-sdk"]),
];

/// A file of the repository.
fn file(path: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join(path)
}

/// Everything that is built here: what other platforms would need does not count.
fn metadata() -> Metadata {
    metadata_of("Cargo.toml")
}

fn metadata_of(manifest: &str) -> Metadata {
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    MetadataCommand::new()
        .manifest_path(file(manifest))
        .other_options(["--locked", "--offline", "--filter-platform", &target].map(ToOwned::to_owned))
        .exec()
        .unwrap()
}

fn packages(metadata: &Metadata) -> Vec<&Package> {
    let resolve = metadata.resolve.as_ref().unwrap();
    resolve.nodes.iter().map(|node| &metadata[&node.id]).collect()
}

/// Whether an SPDX expression leaves us a licence of the list. Slashes are the old way to write OR.
fn is_allowed(expression: &str) -> bool {
    let bare = |text: &str| text.trim_matches(|c: char| "() ".contains(c)).to_owned();
    let flat = expression.replace('/', " OR ");
    // Within parentheses only OR occurs in what we use, so that AND binds last.
    flat.split(" AND ")
        .all(|part| bare(part).split(" OR ").any(|licence| LICENCES.contains(&bare(licence).as_str())))
}

#[test]
fn every_licence_is_on_the_list() {
    let metadata = metadata();
    let refused: Vec<String> = packages(&metadata)
        .iter()
        .filter(|package| !package.license.as_deref().is_some_and(is_allowed))
        .map(|package| format!("{} {}: {:?}", package.name, package.version, package.license))
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn a_licence_expression_is_read_as_it_is_meant() {
    assert!(is_allowed("MIT OR GPL-3.0"));
    assert!(is_allowed("Unlicense/MIT"));
    assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0"));
    assert!(!is_allowed("MIT AND GPL-3.0"));
    assert!(!is_allowed("GPL-3.0"));
}

#[test]
fn there_is_one_version_of_what_must_not_be_doubled() {
    let metadata = metadata();
    let mut versions: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for package in packages(&metadata) {
        versions.entry(package.name.as_str()).or_default().insert(package.version.to_string());
    }
    for name in SINGLE {
        let found = versions.get(name).cloned().unwrap_or_default();
        assert_eq!(found.len(), 1, "{name}: {found:?}");
    }
}

#[test]
fn no_second_tls_and_no_unused_c_library_comes_in() {
    let metadata = metadata();
    let names = packages(&metadata).into_iter().map(|package| package.name.as_str());
    let found: Vec<&str> = names.filter(|name| BANNED.contains(name)).collect();
    assert!(found.is_empty(), "{found:?}");
}

/// A file that no other names is never compiled, and its tests never fail.
#[test]
fn every_source_file_is_part_of_its_crate() {
    let roots = ["tfo-cli/src", "tfo-daemon/src", "tfo-query/src", "tfo-sdk/src", "tfo-store/src"];
    let tests = ["tfo-daemon/tests/it", "tfo-query/tests/it", "tfo-sdk/tests/it", "tfo-store/tests/it"];
    let roots = roots.into_iter().chain(tests).chain(["tests/it", "tests/src"]);
    let files: Vec<PathBuf> = roots.flat_map(|root| sources(&file(root))).collect();
    assert!(files.len() > 300, "{}", files.len());
    let named = |file: &Path| {
        let stem = file.file_stem()?.to_str()?;
        let folder = file.parent()?;
        if matches!(stem, "main" | "lib") {
            return Some(());
        }
        // a/b.rs is named in a.rs, a/mod.rs, or the root of the crate; a/mod.rs beside a; or by its path beside it.
        let (stem, beside) =
            if stem == "mod" { (folder.file_name()?.to_str()?, folder.parent()?) } else { (stem, folder) };
        let parents = ["mod.rs", "main.rs", "lib.rs"].map(|name| beside.join(name));
        let parents = parents.into_iter().chain([beside.with_extension("rs")]);
        let siblings = std::fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
        let line = format!("mod {stem};");
        let path = format!("#[path = \"{stem}.rs\"]");
        let contains = |path: PathBuf, text: &str| {
            std::fs::read_to_string(path).is_ok_and(|source| source.contains(text))
        };
        let is_named = parents.into_iter().any(|parent| contains(parent, &line))
            || siblings.into_iter().any(|sibling| contains(sibling, &path));
        is_named.then_some(())
    };
    let lost: Vec<&PathBuf> = files.iter().filter(|file| named(file).is_none()).collect();
    assert!(lost.is_empty(), "no module of these: {lost:#?}");
}

#[test]
fn our_crates_use_each_other_as_the_design_says() {
    let metadata = metadata();
    let ours: BTreeSet<&str> =
        metadata.workspace_packages().iter().map(|package| package.name.as_str()).collect();
    let mut arrows: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for package in metadata.workspace_packages() {
        let own = arrows.entry(package.name.as_str()).or_default();
        for dependency in &package.dependencies {
            if dependency.kind == DependencyKind::Normal && ours.contains(dependency.name.as_str()) {
                own.push(format!(
                    "{}{}",
                    dependency.name,
                    if dependency.optional { " (optional)" } else { "" }
                ));
            }
        }
        own.sort();
    }
    let expected: BTreeMap<&str, Vec<String>> =
        ARROWS.iter().map(|(from, to)| (*from, to.iter().map(|name| (*name).to_owned()).collect())).collect();
    assert_eq!(arrows, expected);
}

#[test]
fn only_the_query_crate_knows_datafusion_and_only_the_daemon_serves() {
    let metadata = metadata();
    let users = |name: &str| -> Vec<String> {
        let uses = |package: &&Package| {
            package.dependencies.iter().any(|d| d.name == name && d.kind == DependencyKind::Normal)
        };
        metadata
            .workspace_packages()
            .into_iter()
            .filter(uses)
            .map(|package| package.name.to_string())
            .collect()
    };
    assert_eq!(users("datafusion"), ["tfo-query"]);
    assert_eq!(users("axum"), ["tfo-daemon"]);
    assert_eq!(users("parquet"), ["tfo-store"]);
    assert_eq!(users("sqlx"), ["tfo-daemon"]);
}

/// Beginnings of texts that are statements for the metadata database.
const STATEMENTS: [&str; 8] = [
    "\"select ",
    "\"insert into ",
    "\"update ",
    "\"delete from ",
    "\"create table ",
    "\"alter table ",
    "\"drop table ",
    "sqlx::",
];

/// Files of Rust below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn sql_of_the_metadata_database_stands_in_platform_db_and_in_files_named_repo() {
    let root = file("tfo-daemon/src");
    let sources = sources(&root);
    assert!(sources.iter().any(|path| path.ends_with("platform/db/mod.rs")));
    let mut found = Vec::new();
    for path in sources {
        if path.starts_with(root.join("platform/db")) || path.ends_with("repo.rs") {
            continue;
        }
        for (number, line) in (1..).zip(std::fs::read_to_string(&path).unwrap().lines()) {
            let is_code = !line.trim_start().starts_with("//");
            if is_code && STATEMENTS.iter().any(|statement| line.contains(statement)) {
                found.push(format!("{}:{number}: {}", path.display(), line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_crate_of_ours_keeps_the_lints_of_the_workspace() {
    let metadata = metadata();
    for package in metadata.workspace_packages() {
        let manifest = std::fs::read_to_string(&package.manifest_path).unwrap();
        let lints = manifest.split("[lints]").nth(1).unwrap_or_default();
        assert!(lints.trim_start().starts_with("workspace = true"), "{}", package.name);
    }
}

/// Versions by name, as a lock file has them.
fn locked(path: &str) -> BTreeMap<String, BTreeSet<String>> {
    let text = std::fs::read_to_string(file(path)).unwrap();
    let value = |line: Option<&str>, key: &str| -> Option<String> {
        Some(line?.strip_prefix(key)?.trim_matches('"').to_owned())
    };
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in text.split("[[package]]\n").skip(1) {
        let mut lines = package.lines();
        let name = value(lines.next(), "name = ").unwrap();
        versions.entry(name).or_default().insert(value(lines.next(), "version = ").unwrap());
    }
    versions
}

#[test]
fn fuzz_targets_are_built_of_what_the_product_is_built_of() {
    let product = locked("Cargo.lock");
    let differ: Vec<_> = locked("fuzz/Cargo.lock")
        .into_iter()
        .filter(|(name, versions)| product.get(name).is_some_and(|known| !versions.is_subset(known)))
        .collect();
    assert!(differ.is_empty(), "fuzz/run --lock takes over the product's versions: {differ:#?}");
    // Fails when a dependency was added that fuzz/Cargo.lock does not have: fuzz/run --lock.
    let metadata = metadata_of("fuzz/Cargo.toml");
    let refused: Vec<_> = packages(&metadata)
        .iter()
        // libFuzzer itself; it never comes into what is shipped.
        .filter(|package| package.name.as_str() != "libfuzzer-sys" && package.name.as_str() != "tfo-fuzz")
        .filter(|package| !package.license.as_deref().is_some_and(is_allowed))
        .map(|package| format!("{} {}", package.name, package.version))
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}
