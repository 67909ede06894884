//! Contexts: daemons by name, with the place that one works in. They stand in one file of the user's configuration.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tfo_sdk::resource::Scope;
use tfo_sdk::yaml::{self, Source, load};

/// Name of the file.
const FILE: &str = "contexts.yaml";

/// A daemon, and a place in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Context {
    /// Its URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    /// Where resources are looked for, and where documents stand that do not say so: any place of the tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<Scope>,
    /// The same, where it is a tenant; it wins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tenant: Option<Scope>,
}

impl Context {
    /// Where one works.
    pub(crate) fn place(&self) -> Option<&Scope> {
        self.tenant.as_ref().or(self.scope.as_ref())
    }
}

/// All contexts, and the one in use.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Contexts {
    /// The one that is used when none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) current: Option<String>,
    /// By name.
    #[serde(default)]
    pub(crate) contexts: BTreeMap<String, Context>,
}

impl Contexts {
    /// Those of a folder; none where there is no file.
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(FILE);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => anyhow::bail!("{}: {error}", path.display()),
        };
        let source = Source::new(path.display().to_string(), bytes);
        let read = load(&source).and_then(|documents| match documents.first() {
            Some(document) => document.read(""),
            None => Ok(Self::default()),
        });
        read.map_err(|found| {
            let text = yaml::render_all(&found, yaml::Format::Full, std::slice::from_ref(&source), 5);
            anyhow::anyhow!("the contexts cannot be read\n{}", text.trim_end())
        })
    }

    /// Puts them into the file of a folder. A run that is cut off leaves the old file.
    pub(crate) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        std::fs::create_dir_all(folder)?;
        let path = folder.join(FILE);
        let fresh = folder.join(format!("{FILE}.{}.new", std::process::id()));
        std::fs::write(&fresh, yaml::to_yaml(self)?)?;
        std::fs::rename(&fresh, &path)?;
        Ok(())
    }

    /// A context by its name, or the one in use.
    pub(crate) fn choose(&self, named: Option<&str>) -> anyhow::Result<Option<&Context>> {
        let Some(name) = named.or(self.current.as_deref()) else { return Ok(None) };
        match self.contexts.get(name) {
            Some(context) => Ok(Some(context)),
            None => {
                let known: Vec<&str> = self.contexts.keys().map(String::as_str).collect();
                let meant = yaml::nearest(name, known.iter().copied());
                let help = match (meant, known.as_slice()) {
                    (Some(meant), _) => format!("did you mean {meant:?}?"),
                    (None, []) => "there are none yet; `tfo context set NAME --url URL` makes one".to_owned(),
                    (None, known) => format!("there are {}", known.join(", ")),
                };
                anyhow::bail!("there is no context {name:?}; {help}")
            }
        }
    }
}

/// The folder of the user's configuration: `TFO_CONFIG_DIR`, else what the platform says.
pub(crate) fn folder(variable: impl Fn(&str) -> Option<String>) -> PathBuf {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = variable("TFO_CONFIG_DIR") {
        return folder;
    }
    let configuration = if cfg!(windows) {
        variable("APPDATA")
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        let absolute = variable("XDG_CONFIG_HOME").filter(|path| path.is_absolute());
        absolute.or_else(|| variable("HOME").map(|home| home.join(".config")))
    };
    configuration.map_or_else(|| PathBuf::from("tfo-config"), |folder| folder.join("tfo"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_are_kept_and_found_by_name() {
        let folder = std::env::temp_dir().join(format!("tfo-contexts-{}", std::process::id()));
        assert_eq!(Contexts::read(&folder).unwrap(), Contexts::default());
        let context = Context {
            url: Some("http://h:1".into()),
            scope: None,
            tenant: Some("eu/acme/shop/production".parse().unwrap()),
        };
        let contexts = Contexts {
            current: Some("prod".into()),
            contexts: BTreeMap::from([("prod".to_owned(), context.clone())]),
        };
        contexts.write(&folder).unwrap();
        let read = Contexts::read(&folder).unwrap();
        assert_eq!(read, contexts);
        assert_eq!(read.choose(None).unwrap(), Some(&context));
        let error = read.choose(Some("prood")).unwrap_err().to_string();
        assert_eq!(error, "there is no context \"prood\"; did you mean \"prod\"?");
        std::fs::write(folder.join(FILE), "curent: x\n").unwrap();
        assert!(Contexts::read(&folder).unwrap_err().to_string().contains("did you mean `current`?"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
