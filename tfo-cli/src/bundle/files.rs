//! Which files there are behind what was named on the command line.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use tfo_sdk::yaml::Diagnostic;

use super::{SETTINGS_FILE, shown};

/// Files of one run.
const MAX_FILES: usize = 100_000;
/// Folders within each other.
const MAX_DEPTH: usize = 64;

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    /// Where it is; stdin has no path.
    pub(super) path: Option<PathBuf>,
    /// As messages name it.
    pub(super) name: String,
    /// As patterns see it: from the folder that was named, parts divided by `/`.
    pub(super) relative: String,
}

impl File {
    fn at(path: PathBuf, root: &Path) -> Self {
        let relative = path.strip_prefix(root).unwrap_or(&path);
        let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        Self { name: shown(&path), relative: parts.join("/"), path: Some(path) }
    }

    /// The folder that it stands in; that of the process for stdin.
    pub(super) fn folder(&self) -> PathBuf {
        self.path.as_deref().and_then(Path::parent).map(Path::to_path_buf).unwrap_or_default()
    }

    /// Whether it is a `tfo.yaml`.
    pub(super) fn is_settings(&self) -> bool {
        self.path.as_deref().and_then(Path::file_name).is_some_and(|name| name == SETTINGS_FILE)
    }
}

/// The files of one folder that was named, with its `tfo.yaml`; or those that were named one by one.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) settings: Option<File>,
    pub(super) files: Vec<File>,
}

/// What there is.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) groups: Vec<Group>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Whether something that was named is not there.
    pub(super) is_missing: bool,
    /// Whether files were named, and not folders only.
    pub(super) is_partial: bool,
}

/// Finds the files behind these paths, in an order that is always the same, each once.
pub(super) fn find(paths: &[String]) -> Found {
    let mut walk = Walk::default();
    // Folders first: a file that is also named by itself, as `*.yaml` does, belongs to its folder all the same.
    let is_folder = |named: &&String| {
        let path = Path::new(named.as_str());
        path.is_dir() || path.file_name().is_some_and(|name| name == SETTINGS_FILE)
    };
    let (folders, files): (Vec<&String>, Vec<&String>) = paths.iter().partition(is_folder);
    for named in folders.into_iter().chain(files) {
        walk.name(named);
    }
    let mut found = walk.found;
    if !walk.loose.is_empty() {
        found.groups.push(Group { settings: None, files: walk.loose });
    }
    found
}

/// Reads a file, at most so many bytes.
pub(crate) fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[derive(Default)]
struct Walk {
    found: Found,
    /// Files that were named one by one.
    loose: Vec<File>,
    /// Files by their real place: a link to one that is read already adds nothing.
    seen: BTreeSet<PathBuf>,
    count: usize,
}

impl Walk {
    fn name(&mut self, named: &str) {
        if named == "-" {
            self.found.is_partial = true;
            self.loose.push(File { path: None, name: "<stdin>".into(), relative: "<stdin>".into() });
            return;
        }
        let path = PathBuf::from(named);
        match fs::metadata(&path) {
            Ok(is) if is.is_dir() => self.folder(&path),
            Ok(_) if path.file_name().is_some_and(|name| name == SETTINGS_FILE) => {
                // Its folder is meant: alone it says nothing.
                self.folder(
                    path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new(".")),
                );
            }
            Ok(_) => self.loose(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound && named.contains(['*', '?']) => {
                self.pattern(named);
            }
            Err(error) => {
                self.found.is_missing |= error.kind() == io::ErrorKind::NotFound;
                let message = match error.kind() {
                    io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
                    _ => format!("cannot be read: {error}"),
                };
                self.refuse(&path, Diagnostic::error("unreadable", message));
            }
        }
    }

    fn refuse(&mut self, path: &Path, diagnostic: Diagnostic) {
        self.found.diagnostics.push(diagnostic.of(shown(path)));
    }

    /// The folder of a `tfo.yaml` that was named: alone it says nothing.
    fn folder_of(&mut self, settings: &Path) {
        self.folder(settings.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new(".")));
    }

    fn loose(&mut self, path: PathBuf) {
        if self.is_new(&path) {
            self.found.is_partial = true;
            let root = path.parent().map(Path::to_path_buf).unwrap_or_default();
            self.loose.push(File::at(path, &root));
        }
    }

    /// A pattern that the shell has left alone, because it was in quotes.
    fn pattern(&mut self, named: &str) {
        let is_fixed = |part: &&str| !part.contains(['*', '?']);
        let fixed: Vec<&str> = named.split('/').take_while(is_fixed).collect();
        let root = match fixed.join("/") {
            root if root.is_empty() && named.starts_with('/') => "/".to_owned(),
            root if root.is_empty() => ".".to_owned(),
            root => root,
        };
        let root = PathBuf::from(root);
        let mut files = Vec::new();
        self.walk(&root, &root, &mut Vec::new(), &mut files);
        let rest = named.split('/').skip(fixed.len()).collect::<Vec<_>>().join("/");
        files.retain(|file| matches(&rest, &file.relative));
        if files.is_empty() {
            self.found.is_missing = true;
            self.refuse(Path::new(named), Diagnostic::error("unreadable", "no file is named like this"));
        }
        let (settings, files): (Vec<File>, Vec<File>) = files.into_iter().partition(File::is_settings);
        for path in settings.into_iter().filter_map(|file| file.path) {
            self.folder_of(&path);
        }
        for path in files.into_iter().filter_map(|file| file.path) {
            self.loose(path);
        }
    }

    fn folder(&mut self, root: &Path) {
        let mut files = Vec::new();
        self.walk(root, root, &mut Vec::new(), &mut files);
        files.retain(|file| file.path.as_deref().is_some_and(|path| self.is_new(path)));
        let settings = files.iter().position(|file| file.relative == SETTINGS_FILE);
        let settings = settings.map(|at| files.remove(at));
        if settings.is_none() && files.is_empty() {
            self.found.groups.push(Group::default());
            return;
        }
        self.found.groups.push(Group { settings, files });
    }

    fn is_new(&mut self, path: &Path) -> bool {
        self.seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf()))
    }

    /// Goes through a folder in the order of names. `around` are the real places of the folders around it.
    fn walk(&mut self, folder: &Path, root: &Path, around: &mut Vec<PathBuf>, files: &mut Vec<File>) {
        let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
        if around.contains(&real) {
            // A link to a folder around it: all of it is read already.
            return;
        }
        if around.len() == MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} folders stand in each other");
            return self.refuse(folder, Diagnostic::error("too-deep", message));
        }
        let listed = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut children = match listed {
            Ok(children) => children,
            Err(error) => {
                let message = format!("cannot be read: {error}");
                return self.refuse(folder, Diagnostic::error("unreadable", message));
            }
        };
        children.sort_by_key(fs::DirEntry::file_name);
        around.push(real);
        for child in children {
            let path = child.path();
            if child.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            // What a link leads to; one that leads nowhere is an error only where it looks like one of ours.
            match fs::metadata(&path) {
                Ok(is) if is.is_dir() => self.walk(&path, root, around, files),
                Ok(is) if is.is_file() && is_document(&path) => {
                    self.count += 1;
                    if self.count > MAX_FILES {
                        let message = format!("more than {MAX_FILES} files");
                        self.refuse(folder, Diagnostic::error("too-many-files", message));
                        break;
                    }
                    files.push(File::at(path, root));
                }
                Ok(_) => {}
                Err(error) if is_document(&path) => {
                    let message = format!("cannot be read: {error}");
                    self.refuse(&path, Diagnostic::error("unreadable", message));
                }
                Err(_) => {}
            }
        }
        around.pop();
    }
}

/// Whether a file of a folder is one of ours. The schema that `tfo schema` prints for editors stands beside them.
fn is_document(path: &Path) -> bool {
    if path.to_string_lossy().ends_with(".schema.json") {
        return false;
    }
    path.extension().is_some_and(|extension| ["yaml", "yml", "json"].iter().any(|known| extension == *known))
}

/// Whether a path is as a pattern says: `*` and `?` stand for anything within a name, `**` for any folders.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> = pattern.trim_start_matches("./").split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    // Whether the rest of the pattern matches the rest of the path, from the ends to the start.
    let mut rest = vec![false; path.len() + 1];
    rest[path.len()] = true;
    for part in pattern.iter().rev() {
        let before = rest.clone();
        if *part == "**" {
            for at in (0..path.len()).rev() {
                rest[at] = before[at] || rest[at + 1];
            }
        } else {
            rest[path.len()] = false;
            for at in 0..path.len() {
                rest[at] = before[at + 1] && name_matches(part, path[at]);
            }
        }
    }
    rest[0]
}

fn name_matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let mut rest = vec![false; name.len() + 1];
    rest[name.len()] = true;
    for part in pattern.iter().rev() {
        let before = rest.clone();
        if *part == '*' {
            for at in (0..name.len()).rev() {
                rest[at] = before[at] || rest[at + 1];
            }
        } else {
            rest[name.len()] = false;
            for at in 0..name.len() {
                rest[at] = before[at + 1] && (*part == '?' || *part == name[at]);
            }
        }
    }
    rest[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_names_and_folders() {
        for (pattern, path, is_match) in [
            ("*.yaml", "a.yaml", true),
            ("*.yaml", "sub/a.yaml", false),
            ("**/*.yaml", "a.yaml", true),
            ("**/*.yaml", "a/b/c.yaml", true),
            ("sub/**", "sub/a/b.yaml", true),
            ("sub/**", "other/a.yaml", false),
            ("?.yml", "a.yml", true),
            ("a*b*c.json", "a1b2c.json", true),
            ("**/charts/**", "x/charts/y/values.yaml", true),
            ("./a.yaml", "a.yaml", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, path), is_match, "{pattern} {path}");
        }
    }
}
