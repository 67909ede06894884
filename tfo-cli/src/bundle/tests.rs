//! Bundles from folders that the tests write.

use std::fs;
use std::path::PathBuf;

use tfo_sdk::yaml::{Format, render_all};

use super::*;

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let path = std::env::temp_dir().join(format!("tfo-bundle-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        for (file, text) in files {
            let file = path.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, file: &str) -> String {
        self.0.join(file).to_string_lossy().into_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// An environment of a test.
struct Fixed(&'static str);

impl Surroundings for Fixed {
    fn variable(&self, name: &str) -> Option<String> {
        match name {
            "SECRET" => Some("hunter2".to_owned()),
            "STAGE" => Some("production".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        }
    }

    fn stdin(&self) -> std::io::Result<Vec<u8>> {
        Ok(self.0.as_bytes().to_vec())
    }
}

fn read(paths: &[String]) -> Result<Bundle, Faults> {
    let input = Input { paths: paths.to_vec(), ..Input::default() };
    load(
        &input,
        &Fixed("{\"apiVersion\": \"tfo/v1\", \"kind\": \"Region\", \"metadata\": {\"name\": \"eu\"}}"),
    )
}

fn names(bundle: &Bundle) -> Vec<&str> {
    bundle.entries.iter().filter_map(Entry::name).collect()
}

/// What is wrong, with the folder's own name left out.
fn wrong(folder: &Folder, paths: &[&str]) -> String {
    let paths: Vec<String> = paths.iter().map(|path| folder.path(path)).collect();
    let faults = read(&paths).unwrap_err();
    render_all(&faults.diagnostics, Format::Full, &faults.sources, 25).replace(&folder.path(""), "")
}

fn region(name: &str) -> String {
    format!("apiVersion: tfo/v1\nkind: Region\nmetadata: {{name: {name}}}\n")
}

#[test]
fn folders_are_read_through_and_what_is_no_document_is_skipped() {
    let folder = Folder::new(
        "walk",
        &[
            ("b/second.yml", &region("b")),
            ("a.yaml", &format!("{0}---\n{1}", region("a1"), region("a2"))),
            (
                "c.json",
                r#"{"items": [{"kind": "Region", "metadata": {"name": "c1"}}, {"kind": "Region", "metadata": {"name": "c2"}}]}"#,
            ),
            (".hidden.yaml", "::: no yaml"),
            ("tfo.schema.json", "{}"),
            (".git/config.yaml", "::: no yaml"),
            ("README.md", "# no document"),
        ],
    );
    #[cfg(unix)]
    std::os::unix::fs::symlink(&folder.0, folder.0.join("b/around")).unwrap();
    let bundle = read(&[folder.path("")]).unwrap();
    assert_eq!(names(&bundle), ["a1", "a2", "b", "c1", "c2"]);
    assert_eq!((bundle.files, bundle.is_partial), (3, false));
    let place = bundle.entries[4].place();
    assert!(place.file.ends_with("c.json") && (place.line, place.column) == (1, 60), "{place:?}");
    // A file that is named twice is read once, whatever it was named by.
    let bundle = read(&[folder.path("b/*.yml"), folder.path("b/second.yml"), "-".into()]).unwrap();
    assert_eq!(names(&bundle), ["b", "eu"]);
    assert!(bundle.is_partial);
}

#[cfg(unix)]
#[test]
fn a_name_need_not_be_text() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = Folder::new("bytes", &[("a.yaml", &region("a"))]);
    let name = |bytes: &[u8]| folder.0.join(std::ffi::OsStr::from_bytes(bytes));
    // Two names that look the same where they are shown.
    for (bytes, text) in [(&b"b\xff.yaml"[..], region("b")), (b"b\xfe.yaml", region("c"))] {
        fs::write(name(bytes), text).unwrap();
    }
    assert_eq!(names(&read(&[folder.path("")]).unwrap()), ["a", "c", "b"]);
    fs::write(name(b"\xff.yaml"), "kind: Region\nkind: Region\n").unwrap();
    let told = wrong(&folder, &[""]);
    assert!(told.starts_with("\u{fffd}.yaml:2:1: error[duplicate-key]"), "{told}");
}

#[test]
fn what_is_not_there_is_said() {
    let folder = Folder::new("missing", &[]);
    let faults = read(&[folder.path("nowhere.yaml"), folder.path("*.yaml")]).unwrap_err();
    assert!(faults.is_missing);
    assert_eq!(faults.diagnostics.len(), 2);
    assert!(read(&[folder.path("")]).unwrap().entries.is_empty());
}

#[test]
fn files_that_are_no_resources_are_an_error_unless_they_are_left_out() {
    let values = "replicas: 3\nimage: {tag: latest}\n";
    let folder = Folder::new("helm", &[("chart/values.yaml", values), ("eu.yaml", &region("eu"))]);
    insta::assert_snapshot!(wrong(&folder, &[""]));
    fs::write(folder.path("tfo.yaml"), "include: ['**', '!chart/**']\n").unwrap();
    assert_eq!(names(&read(&[folder.path("")]).unwrap()), ["eu"]);
}

const SETTINGS: &str = "\
set: shop
scope: eu/acme/shop
defaults:
  tenant: eu/acme/shop/${env:STAGE}
  labels: {team: checkout, tier: '1'}
vars:
  series: 5000
  stage: ${env:STAGE}
patches:
  - kind: Quota
    name: ingest
    patch:
      metadata: {labels: {tier: null}}
      spec: {activeSeries: '${var:series}', ingestBytesPerDay: null}
";

const QUOTA: &str = "\
apiVersion: tfo/v1
kind: Quota
metadata:
  name: ingest
  labels: {team: cart}
  annotations: {note: 'in ${var:stage}, $${not:this} and ${that}'}
spec:
  ingestBytesPerDay: 1GiB
";

#[test]
fn overlays_add_and_patch_and_variables_keep_their_types() {
    let folder = Folder::new("overlay", &[("tfo.yaml", SETTINGS), ("quota.yaml", QUOTA)]);
    let bundle = read(&[folder.path("")]).unwrap();
    assert_eq!(bundle.set.as_ref().unwrap().as_str(), "shop");
    assert_eq!(bundle.default_scope.as_ref().unwrap().to_string(), "eu/acme/shop/production");
    insta::assert_snapshot!(serde_json::to_string_pretty(&bundle.entries[0].value).unwrap());
    // The file itself names its folder, and a pattern that has it among others does too.
    for paths in [vec!["tfo.yaml"], vec!["quota.yaml", "tfo.yaml"], vec!["*.yaml"]] {
        let paths: Vec<String> = paths.into_iter().map(|path| folder.path(path)).collect();
        let again = read(&paths).unwrap();
        assert_eq!((again.entries.len(), again.is_partial), (1, false), "{paths:?}");
        assert_eq!(again.entries[0].value, bundle.entries[0].value, "{paths:?}");
    }
    let entry = &bundle.entries[0];
    let place = |pointer: &str| {
        let found = entry.diagnostic(pointer, Diagnostic::error("", ""));
        format!("{}:{}", found.file.unwrap().replace(&folder.path(""), ""), found.span.unwrap().line)
    };
    assert_eq!(place("/spec/activeSeries"), "tfo.yaml:14");
    assert_eq!(place("/metadata/labels/team"), "quota.yaml:5");
}

#[test]
fn the_default_place_of_a_folder_is_for_that_folder() {
    let quota = "apiVersion: tfo/v1\nkind: Quota\nmetadata: {name: q}\nspec: {}\n";
    let tenant = "apiVersion: tfo/v1\nkind: Tenant\nmetadata: {name: t}\nspec: {}\n";
    let role = "apiVersion: tfo/v1\nkind: Role\nmetadata: {name: r}\nspec: {permissions: []}\n";
    let folder = Folder::new(
        "defaults",
        &[
            ("a/tfo.yaml", "defaults: {tenant: eu/acme/shop/a}\n"),
            ("a/all.yaml", &format!("{quota}---\n{tenant}---\n{}", region("eu"))),
            ("b/tfo.yaml", "defaults: {workspace: eu/acme/shop}\n"),
            ("b/quota.yaml", quota),
            ("c/quota.yaml", quota),
            ("d/tfo.yaml", "defaults: {region: eu}\n"),
            ("d/role.yaml", role),
        ],
    );
    let load_with = |names: &[&str], scope: Option<&str>| {
        let paths = names.iter().map(|name| folder.path(name)).collect();
        let scope = scope.map(|scope| scope.parse().unwrap());
        let bundle = load(&Input { paths, scope, ..Input::default() }, &Fixed("")).unwrap();
        let place = |entry: &Entry| {
            let metadata = entry.value["metadata"].as_object().unwrap().iter();
            let mut said = metadata.filter(|(key, _)| *key != "name");
            said.next().map_or("-".to_owned(), |(key, value)| format!("{key} {}", value.as_str().unwrap()))
        };
        let places: Vec<_> = bundle.entries.iter().map(place).collect();
        (places.join(", "), bundle.default_scope.map(|scope| scope.to_string()))
    };
    let in_a = "tenant eu/acme/shop/a, workspace eu/acme/shop, -";
    assert_eq!(load_with(&["a"], None), (in_a.to_owned(), Some("eu/acme/shop/a".to_owned())));
    assert_eq!(
        load_with(&["a", "b", "c/quota.yaml"], None),
        (format!("{in_a}, workspace eu/acme/shop, -"), None)
    );
    assert_eq!(load_with(&["a", "c"], None), (format!("{in_a}, -"), None));
    // The flag is for all of them.
    assert_eq!(load_with(&["a", "c"], Some("eu/acme/shop")).0, "-, -, -, -");
    // What cannot be said in a document is taken for no other place beside other folders.
    assert_eq!(load_with(&["d"], None), ("-".to_owned(), Some("eu".to_owned())));
    insta::assert_snapshot!(wrong(&folder, &["d", "c"]), @r"
    d/role.yaml:3:1: error[missing-scope] metadata: the default place of its folder, eu, cannot be said in it
      |
    3 | metadata: {name: r}
      | ^^^^^^^^
      = help: say in its metadata where it stands, or apply its folder without the others
    ");
}

#[test]
fn a_mistake_in_an_overlay_points_into_the_overlay() {
    let settings = SETTINGS.replace("5000", "many").replace("name: ingest", "name: ingst");
    let folder = Folder::new("unused", &[("tfo.yaml", &settings), ("quota.yaml", QUOTA)]);
    insta::assert_snapshot!(wrong(&folder, &[""]));
    let settings = "sett: shop\nscope: EU\ndefaults: {tenant: eu/acme}\nvars: {list: [1]}\n";
    let folder = Folder::new("settings", &[("tfo.yaml", settings), ("quota.yaml", QUOTA)]);
    insta::assert_snapshot!(wrong(&folder, &[""]));
    let settings = SETTINGS.replace("5000", "many");
    let folder = Folder::new("patched", &[("tfo.yaml", &settings), ("quota.yaml", QUOTA)]);
    let bundle = read(&[folder.path("")]).unwrap();
    let finding =
        bundle.entries[0].diagnostic("/spec/activeSeries", Diagnostic::error("invalid-type", "no number"));
    let text = render_all(&[finding], Format::Full, &bundle.sources, 25).replace(&folder.path(""), "");
    insta::assert_snapshot!(text);
}

#[test]
fn what_cannot_be_filled_in_is_said_with_its_place() {
    let text = "\
apiVersion: tfo/v1
kind: User
metadata:
  name: ada
  labels: {a: '${env:NOWHERE}', b: '${var:stag}', c: '${file:nowhere.txt}', d: '${evn:X}'}
spec: {email: ada@example.com}
";
    let folder = Folder::new("unset", &[("ada.yaml", text)]);
    insta::assert_snapshot!(wrong(&folder, &["ada.yaml"]));
}

#[test]
fn a_reference_beside_another_is_a_part_of_a_text() {
    let text = |name: &str| {
        format!("apiVersion: tfo/v1\nkind: Region\nmetadata: {{name: eu}}\nspec: {{displayName: '{name}'}}\n")
    };
    let settings = "vars: {count: 5}\n";
    let folder =
        Folder::new("beside", &[("tfo.yaml", settings), ("eu.yaml", &text("${env:NOWHERE}${var:count}"))]);
    let told = wrong(&folder, &[""]);
    assert!(told.contains("error[unset-variable]"), "{told}");
    for (written, value) in [
        ("${env:EMPTY}${var:count}", "5".into()),
        ("${var:count}", Value::from(5)),
        ("$${a}${var:count}", "${a}5".into()),
    ] {
        fs::write(folder.path("eu.yaml"), text(written)).unwrap();
        assert_eq!(
            read(&[folder.path("")]).unwrap().entries[0].value["spec"]["displayName"],
            value,
            "{written}"
        );
    }
}

#[test]
fn files_are_named_from_where_they_are_asked_for_and_lose_their_last_line_break() {
    let text =
        "apiVersion: tfo/v1\nkind: Region\nmetadata: {name: eu}\nspec: {description: '${file:about.txt}'}\n";
    let folder = Folder::new("file", &[("sub/eu.yaml", text), ("sub/about.txt", "two\nlines\n")]);
    let bundle = read(&[folder.path("")]).unwrap();
    assert_eq!(bundle.entries[0].value["spec"]["description"], "two\nlines");
}

#[test]
fn secrets_are_sent_and_never_shown() {
    let key = |name: &str, secret: &str| {
        format!(
            "apiVersion: tfo/v1\nkind: ApiKey\nmetadata: {{name: {name}, tenant: a/b/c/d}}\nspec:\n  secret: {secret}\n"
        )
    };
    let text = format!("{}---\n{}", key("by-name", "${env:SECRET}"), key("written", "hunter3"));
    let folder = Folder::new("secret", &[("keys.yaml", &text)]);
    let bundle = read(&[folder.path("")]).unwrap();
    assert_eq!(bundle.entries[0].value["spec"]["secret"], "hunter2");
    assert_eq!(bundle.entries[0].value_without_secrets()["spec"]["secret"], "${env:SECRET}");
    assert_eq!(bundle.entries[1].value_without_secrets()["spec"]["secret"], "<set>");
    let finding = bundle.entries[1].diagnostic("/spec/secret", Diagnostic::error("invalid-value", "wrong"));
    let shown = render_all(&[finding], Format::Full, &bundle.sources, 25);
    assert!(!shown.contains("hunter") && shown.contains("  secret: •••••••"), "{shown}");
    // A carriage return alone ends a line too.
    let folder =
        Folder::new("secret-lines", &[("keys.yaml", &format!("# a\r# b\n{}", key("written", "hunter3")))]);
    let bundle = read(&[folder.path("")]).unwrap();
    let finding =
        bundle.entries[0].diagnostic("/spec/secret", Diagnostic::warning("literal-secret", "there"));
    let shown = render_all(&[finding], Format::Full, &bundle.sources, 25);
    assert!(!shown.contains("hunter") && shown.contains("  secret: •••••••\n"), "{shown}");
}

#[test]
fn a_secret_in_the_wrong_place_is_not_shown() {
    let document = |kind: &str, rest: &str| {
        format!("apiVersion: tfo/v1\nkind: {kind}\nmetadata: {{name: ci, tenant: a/b/c/d}}\n{rest}")
    };
    for (text, shown) in [
        (document("apikey", "spec:\n  secret: ${env:SECRET}\n"), "/spec/secret ${env:SECRET}"),
        (document("apikey", "spec:\n  description: '${env:SECRET}'\n"), "/spec/description ${env:SECRET}"),
        (document("apikey", "spec:\n  secret: hunter2\n"), "/spec/secret <set>"),
        (document("ApiKey", "secret: ${env:SECRET}\nspec: {}\n"), "/secret ${env:SECRET}"),
        (document("ApiKey", "secret: hunter2\nspec: {}\n"), "/secret <set>"),
        (document("ApiKey", "spec: {description: '${env:STAGE}'}\n"), "/spec/description production"),
        // As a label it is none.
        (
            document("ApiKey", "spec: {}\n").replace("{name", "{labels: {secret: hunter}, name"),
            "/metadata/labels/secret hunter",
        ),
    ] {
        let folder = Folder::new("misplaced", &[("key.yaml", &text)]);
        let bundle = read(&[folder.path("")]).unwrap();
        let (pointer, shown) = shown.split_once(' ').unwrap();
        assert_eq!(bundle.entries[0].value_without_secrets().pointer(pointer).unwrap(), shown, "{text}");
        let finding = bundle.entries[0].diagnostic(pointer, Diagnostic::error("unknown-field", "wrong"));
        let told = render_all(&[finding], Format::Full, &bundle.sources, 25);
        assert!(!told.contains("hunter2"), "{told}");
    }
}

#[test]
fn a_secret_in_a_file_that_cannot_be_read_is_not_shown() {
    for spec in [
        "spec:\n\tsecret: hunter2\n",
        "spec:\n  secret: hunter2\n  secret: hunter2\n",
        "spec:\n  secret:\n  hunter2\n",
        "spec:\n  'secret' : |\n    a\n\n    hunter2: \t%\n    hunter2: b\n - c\n",
        "spec: {\"secret\": \"hunter2\", secret: hunter2}\n",
        "é: [{Secret: 'hunter2\n",
    ] {
        let text = format!("apiVersion: tfo/v1\nkind: ApiKey\nmetadata: {{name: ci}}\n{spec}");
        let folder = Folder::new("unread", &[("key.yaml", &text)]);
        let told = wrong(&folder, &[""]);
        assert!(told.contains("key.yaml:") && !told.contains("hunter2"), "{told}");
    }
    let folder =
        Folder::new("unset-secret", &[("key.yaml", "kind: ApiKey\nspec:\n  secret: ${env:NOWHERE}\n")]);
    let told = wrong(&folder, &[""]);
    assert!(told.contains("3 |   secret: ${env:NOWHERE}\n"), "{told}");
}

#[test]
fn a_bundle_within_a_bundle_is_not_left_out_in_silence() {
    let folder = Folder::new(
        "nested",
        &[("tfo.yaml", "set: a\n"), ("sub/tfo.yaml", "set: b\n"), ("eu.yaml", &region("eu"))],
    );
    insta::assert_snapshot!(wrong(&folder, &[""]));
    fs::write(folder.path("tfo.yaml"), "set: a\ninclude: ['*.yaml']\n").unwrap();
    assert_eq!(read(&[folder.path("")]).unwrap().set.unwrap().as_str(), "a");
}

#[test]
fn the_same_input_gives_the_same_errors_in_the_same_order() {
    let files: Vec<(String, String)> = (0..20)
        .map(|at| {
            let broken: String = (0..10).map(|at| format!("a{at}: {{b: 1, b: 2}}\n")).collect();
            (format!("{at:02}.yaml"), broken)
        })
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = Folder::new("many", &files);
    let first = read(&[folder.path("")]).unwrap_err().diagnostics;
    assert_eq!(first.len(), 200);
    assert_eq!(read(&[folder.path("")]).unwrap_err().diagnostics, first);
    let mut backwards: Vec<String> = files.iter().map(|(name, _)| folder.path(name)).collect();
    backwards.reverse();
    assert_eq!(read(&backwards).unwrap_err().diagnostics, first);
}
