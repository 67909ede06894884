//! The configuration as text: what stands and why (`tfo-daemon config print`), and the page of the documentation.

use std::fmt::Write as _;

use super::source::{Effective, variable};
use super::{Config, ConfigErrors, Environment, FLAGS, Overrides};

/// Nothing is set.
struct Unset;

impl Environment for Unset {
    fn get(&self, _name: &str) -> Option<String> {
        None
    }
}

impl Config {
    /// The settings that stand for these flags and this environment, as a file with the place that each comes from.
    /// Read as a file it gives the same configuration.
    ///
    /// # Errors
    /// Every mistake in them.
    pub fn print(overrides: &Overrides, environment: &dyn Environment) -> Result<String, ConfigErrors> {
        let (_, settings) = Self::effective(overrides, environment)?;
        Ok(as_file(&settings, |setting, line| match &setting.value {
            Some(_) => format!("{line}  # {}\n", setting.origin.to_string().replace(char::is_control, " ")),
            None => format!("# {line}  # default: {}\n", setting.default),
        }))
    }

    /// The defaults as a file to start from, with what each setting does.
    pub fn print_defaults() -> String {
        let settings = defaults();
        as_file(&settings, |setting, line| {
            let mut text = format!("# {}\n", setting.about);
            match &setting.value {
                Some(_) if !setting.is_worked_out => text.push_str(&format!("{line}\n")),
                // What depends on the machine is worked out there.
                _ => text.push_str(&format!("# {line}  # {}\n", setting.default)),
            }
            text
        })
    }

    /// The page of the documentation that tells of every setting.
    pub fn documentation() -> String {
        let mut page = PAGE.to_owned();
        let mut section = None;
        for setting in defaults() {
            let (name, _) = setting.key.split_once('.').unwrap_or(("", setting.key));
            if section.as_deref() != Some(name) {
                let title = if name.is_empty() { "At the top".to_owned() } else { format!("`[{name}]`") };
                // Writing to a string cannot fail.
                let _ = write!(
                    page,
                    "\n## {title}\n\n| setting | default | values | what it does |\n|---|---|---|---|\n"
                );
                section = Some(name.to_owned());
            }
            let flag = FLAGS.iter().find(|(key, _)| *key == setting.key);
            let flag = flag.map_or_else(String::new, |(_, flag)| format!("<br>`{flag}`"));
            let default = match setting.value {
                Some(value) if !setting.is_worked_out => format!("`{}`", value.trim_matches('"')),
                _ => setting.default,
            };
            let _ = writeln!(
                page,
                "| `{}`<br>`{}`{flag} | {default} | {} | {} |",
                setting.key,
                variable(setting.key),
                setting.expected,
                setting.about
            );
        }
        page
    }
}

const PAGE: &str = "\
# Configuration

Every setting has a name in the file (TOML, `--config FILE` or `TFO_CONFIG`), a variable, and some a flag. A flag wins \
over the variable, that over the file, that over the default. `tfo up` and `tfo-daemon` take the same.

- `tfo-daemon config check [--config FILE]` tells every mistake at once with file, line and column, and exits with 2.
- `tfo-daemon config print [--config FILE]` tells what stands and where it comes from, as a file that can be read again.
- `tfo-daemon config print --defaults` writes a file to start from.

Sizes are written `64MiB`, `1GiB` or as a number of bytes, durations `30s`, `5m`, `1h30m`. There is no file unless one \
is named:

```toml
[listen]
http = \"127.0.0.1:3200\"

[store]
retention_days = 7
```

Only loopback addresses can be listened on: there are no keys yet. Port 0 takes any free port; `DATA_DIR/daemon.json` \
says which:

```json
{\"pid\": 4242, \"http\": \"127.0.0.1:3100\", \"otlpGrpc\": \"127.0.0.1:4317\", \"otlpHttp\": \"127.0.0.1:4318\"}
```

This page is made from the code; `TFO_TEST_UPDATE=1 cargo test -p tfo-daemon --test it documents` makes it again.
";

fn defaults() -> Vec<Effective> {
    // Without flags, variables and a file there is nothing to be wrong.
    Config::effective(&Overrides::default(), &Unset).map(|(_, settings)| settings).unwrap_or_default()
}

/// The settings as a file, section by section; `line` writes each from its `key = value`.
fn as_file(settings: &[Effective], line: impl Fn(&Effective, &str) -> String) -> String {
    let mut file = String::new();
    let mut section = "";
    for setting in settings {
        let (name, key) = setting.key.split_once('.').unwrap_or(("", setting.key));
        if name != section {
            let _ = write!(file, "\n[{name}]\n");
            section = name;
        }
        let assigned = match &setting.value {
            Some(value) => format!("{key} = {value}"),
            None => format!("{key} ="),
        };
        file.push_str(&line(setting, &assigned));
    }
    file
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn read_back(text: &str) -> Config {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let overrides = Overrides { config: Some(file.path().to_owned()), ..Overrides::default() };
        Config::load_from(&overrides, &Unset).unwrap()
    }

    #[test]
    fn what_is_printed_reads_back_and_tells_its_origin() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(
            b"[store]\n  retention_days = 7\nreserve_bytes = \"2GiB\"\n[query]\ndeadline = \"90s\"\n",
        )
        .unwrap();
        let overrides = Overrides {
            config: Some(file.path().to_owned()),
            listen: Some("localhost:0".into()),
            ..Overrides::default()
        };
        let environment = [("HOME", "/home/\"me\""), ("TFO_LOG_LEVEL", "info,tfo_store=debug")];
        let printed = Config::print(&overrides, &environment).unwrap();
        let place = file.path().display();
        for line in [
            r#"data_dir = "/home/\"me\"/.local/share/tfo"  # default"#.to_owned(),
            "http = \"127.0.0.1:0\"  # --listen".to_owned(),
            format!("retention_days = 7  # {place}:2:20"),
            "level = \"info,tfo_store=debug\"  # TFO_LOG_LEVEL".to_owned(),
            "deadline = \"90s\"".to_owned(),
        ] {
            assert!(printed.contains(&line), "{line} in\n{printed}");
        }
        assert_eq!(read_back(&printed), Config::load_from(&overrides, &environment).unwrap());
    }

    #[test]
    fn the_defaults_are_a_file_to_start_from() {
        let file = Config::print_defaults();
        assert_eq!(read_back(&file), Config::load_from(&Overrides::default(), &Unset).unwrap());
        assert!(file.contains("# reserve_bytes =  # 5 % of the disk"), "{file}");
        assert!(
            file.contains("\n[store]\n# Days after which telemetry is deleted.\nretention_days = 30\n"),
            "{file}"
        );
    }
}
