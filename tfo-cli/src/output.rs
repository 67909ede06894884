//! What goes to stdout (data) and to stderr (talk), in the format that the user asked for.
//!
//! Human formats are clean: no byte of telemetry acts on the terminal. Formats for programs keep every character,
//! as escapes where it would be invisible; CSV, which has no escapes, is cleaned only on a terminal.

pub(crate) mod style;
pub(crate) mod table;

use std::io::{self, IsTerminal as _, Write};

use clap::ValueEnum;
use serde::Serialize;
use tfo_sdk::Timestamp;
use tfo_sdk::api::{Page, Scan};
use tfo_sdk::yaml::to_yaml;

use self::style::{ColorChoice, Paint, Style};
use crate::text;

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Columns for people
    Table,
    /// More columns, and nothing cut
    Wide,
    /// One JSON document, as the API answers
    Json,
    /// One JSON record a line
    Jsonl,
    /// One YAML document
    Yaml,
    /// Comma-separated values with a header
    Csv,
}

/// What `-o` may say: a form of any answer, or one that only some commands know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people: columns, or lines
    #[default]
    #[value(alias = "text")]
    Table,
    /// More columns, and nothing cut
    Wide,
    /// One JSON document, as the API answers
    Json,
    /// One JSON record a line
    Jsonl,
    /// YAML
    Yaml,
    /// Comma-separated values with a header
    Csv,
    /// Resources: KIND/NAME, a line each
    Name,
    /// Plans: for a comment on a pull request
    Markdown,
    /// Plans and findings: annotations of GitHub Actions
    Github,
    /// Plans: a unified diff of YAML
    YamlDiff,
}

impl Output {
    /// The form that every command knows, where it is one.
    pub(crate) fn format(self) -> Option<Format> {
        Some(match self {
            Self::Table => Format::Table,
            Self::Wide => Format::Wide,
            Self::Json => Format::Json,
            Self::Jsonl => Format::Jsonl,
            Self::Yaml => Format::Yaml,
            Self::Csv => Format::Csv,
            Self::Name | Self::Markdown | Self::Github | Self::YamlDiff => return None,
        })
    }
}

/// How tables and lines look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    /// Columns of the terminal; `None` where nothing is cut.
    pub(crate) width: Option<usize>,
    /// Whether more is shown.
    pub(crate) wide: bool,
    /// Colours.
    pub(crate) paint: Paint,
    /// The present, by which a short time says what it leaves out.
    pub(crate) now: Timestamp,
}

/// A field of a CSV row of `T`: its name and its value.
pub(crate) type CsvField<T> = (&'static str, fn(&T) -> String);

/// A record that can be listed in every format.
pub(crate) trait Listed: Serialize + Sized + 'static {
    /// Fields of a row of CSV, named as in JSON.
    const CSV: &'static [CsvField<Self>];

    /// The lines for people.
    fn table(items: &[Self], look: &Look) -> String;
}

/// Where all output goes.
pub(crate) struct Printer {
    format: Format,
    look: Look,
    /// Columns for drawings, which need a width even where nothing is cut.
    canvas: usize,
    is_terminal: bool,
    talk: Paint,
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
}

/// Columns for drawings where nobody says how many there are.
const CANVAS: usize = 100;

impl Printer {
    /// A printer to stdout and stderr.
    pub(crate) fn new(format: Format, color: ColorChoice) -> Self {
        let variable = |name: &str| std::env::var(name).ok();
        let is_terminal = io::stdout().is_terminal();
        let columns = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
        let canvas = columns.or_else(|| variable("COLUMNS")?.parse().ok()).unwrap_or(CANVAS);
        let wide = format == Format::Wide;
        Self {
            format,
            look: Look {
                width: if wide || !is_terminal { None } else { columns },
                wide,
                paint: Paint::choose(color, is_terminal, variable),
                now: crate::bench::now(),
            },
            canvas,
            is_terminal,
            talk: Paint::choose(color, io::stderr().is_terminal(), variable),
            out: Box::new(io::BufWriter::new(io::stdout())),
            err: Box::new(io::stderr()),
        }
    }

    /// The format asked for.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// How tables and lines look.
    pub(crate) fn look(&self) -> Look {
        self.look
    }

    /// Whether somebody looks at it, and nobody reads it on.
    pub(crate) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// How many columns a drawing has.
    pub(crate) fn canvas(&self) -> usize {
        self.canvas
    }

    /// A page of records in the format asked for.
    pub(crate) fn list<T: Listed>(&mut self, page: &Page<T>) -> anyhow::Result<()> {
        match self.format {
            Format::Table | Format::Wide => {
                let lines = T::table(&page.items, &self.look);
                self.write(&lines)?;
            }
            Format::Json | Format::Yaml => self.document(page)?,
            Format::Jsonl => self.json_lines(&page.items)?,
            Format::Csv => {
                self.csv_header::<T>()?;
                self.csv_rows(&page.items)?;
            }
        }
        self.incomplete(&page.scan);
        Ok(self.flush()?)
    }

    /// One value as JSON or YAML.
    pub(crate) fn document(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        if self.format == Format::Yaml {
            return Ok(self.write(&to_yaml(value)?)?);
        }
        let json = serde_json::to_string_pretty(value)?;
        self.write(&text::json(&json))?;
        Ok(self.write("\n")?)
    }

    /// A line of JSON a record.
    pub(crate) fn json_lines<T: Serialize>(&mut self, items: &[T]) -> anyhow::Result<()> {
        for item in items {
            let json = serde_json::to_string(item)?;
            self.write(&text::json(&json))?;
            self.write("\n")?;
        }
        Ok(())
    }

    /// The names of the fields of CSV.
    pub(crate) fn csv_header<T: Listed>(&mut self) -> anyhow::Result<()> {
        self.csv(&[T::CSV.iter().map(|(name, _)| (*name).to_owned()).collect()])
    }

    /// A row of CSV a record.
    pub(crate) fn csv_rows<T: Listed>(&mut self, items: &[T]) -> anyhow::Result<()> {
        let rows: Vec<Vec<String>> =
            items.iter().map(|item| T::CSV.iter().map(|(_, field)| field(item)).collect()).collect();
        self.csv(&rows)
    }

    /// CSV of these fields, with their names.
    pub(crate) fn csv_of<T>(&mut self, fields: &[CsvField<T>], items: &[T]) -> anyhow::Result<()> {
        let header = fields.iter().map(|(name, _)| (*name).to_owned()).collect();
        let rows = items.iter().map(|item| fields.iter().map(|(_, field)| field(item)).collect());
        self.csv(&std::iter::once(header).chain(rows).collect::<Vec<_>>())
    }

    /// Rows of CSV.
    pub(crate) fn csv(&mut self, rows: &[Vec<String>]) -> anyhow::Result<()> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in rows {
            match self.is_terminal {
                true => writer.write_record(row.iter().map(|field| text::row(field).into_owned()))?,
                false => writer.write_record(row)?,
            }
        }
        let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
        Ok(self.out.write_all(&bytes)?)
    }

    /// Text to stdout; must be clean.
    pub(crate) fn write(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }

    /// Hands over what was written.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// A line to stderr. That nobody hears it is no error.
    pub(crate) fn say(&mut self, message: &str) {
        let _ = writeln!(self.err, "{}", text::lines(message));
    }

    /// Text to stderr, which must be clean. That nobody hears it is no error.
    pub(crate) fn talk(&mut self, clean: &str) {
        let _ = self.err.write_all(clean.as_bytes());
    }

    /// A hint to stderr: what to do next.
    pub(crate) fn hint(&mut self, message: &str) {
        let hint = self.talk.apply(Style::Info, "hint:");
        let _ = writeln!(self.err, "{hint} {}", text::lines(message));
    }

    /// A warning to stderr.
    pub(crate) fn warn(&mut self, message: &str) {
        let warning = self.talk.apply(Style::Warning, "warning:");
        let _ = writeln!(self.err, "{warning} {}", text::lines(message));
    }

    /// Warns when an answer is not whole, and says how to go on.
    pub(crate) fn incomplete(&mut self, scan: &Scan) {
        if scan.complete {
            return;
        }
        let reason = scan.incomplete_because.as_deref().unwrap_or("a limit was reached");
        let reach = match (scan.searched_since, scan.searched_until) {
            (Some(since), _) => {
                format!(
                    "; it looks back to {since}: --until {since} goes on, a narrower filter or --since is done sooner"
                )
            }
            (None, Some(until)) => {
                format!(
                    "; it looks up to {until}: --since {until} goes on, a narrower filter or --until is done sooner"
                )
            }
            (None, None) => String::new(),
        };
        self.warn(&format!("the answer is not complete: {reason}{reach}"));
    }
}

#[cfg(test)]
pub(crate) mod tests {
    //! A printer whose output a test can read.

    use std::sync::{Arc, Mutex};

    use super::*;

    /// What was printed, on either stream.
    #[derive(Clone, Default)]
    pub(crate) struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Paper {
        /// All of it.
        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A printer without colours: `width` columns on a terminal, or a pipe. Gives stdout and stderr.
    pub(crate) fn printer(format: Format, width: Option<usize>) -> (Printer, Paper, Paper) {
        let (out, err) = (Paper::default(), Paper::default());
        let printer = Printer {
            format,
            look: Look { width, wide: format == Format::Wide, paint: Paint::Plain, now: Timestamp::MIN },
            canvas: width.unwrap_or(CANVAS),
            is_terminal: width.is_some(),
            talk: Paint::Plain,
            out: Box::new(out.clone()),
            err: Box::new(err.clone()),
        };
        (printer, out, err)
    }

    #[derive(Serialize)]
    struct Note {
        text: &'static str,
        count: u64,
    }

    impl Listed for Note {
        const CSV: &'static [CsvField<Self>] =
            &[("text", |note| note.text.to_owned()), ("count", |note| note.count.to_string())];

        fn table(items: &[Self], _look: &Look) -> String {
            items.iter().map(|note| format!("{} {}\n", text::row(note.text), note.count)).collect()
        }
    }

    /// What a list of two notes is in this format: stdout.
    fn listed(format: Format, width: Option<usize>) -> String {
        let (mut printer, out, err) = printer(format, width);
        let items = vec![Note { text: "a \u{1b}[2J\u{202e}", count: 1 }, Note { text: "no", count: 2 }];
        let scan = Scan { complete: false, incomplete_because: Some("why".into()), ..Default::default() };
        printer.list(&Page { items, next_page_token: Some("t".into()), scan }).unwrap();
        assert_eq!(err.text(), "warning: the answer is not complete: why\n");
        out.text()
    }

    #[test]
    fn a_list_is_one_document_or_a_line_a_record() {
        insta::assert_snapshot!(listed(Format::Table, None), @r"
        a ␛[2J\u{202e} 1
        no 2
        ");
        insta::assert_snapshot!(listed(Format::Json, None), @r#"
        {
          "items": [
            {
              "text": "a \u001b[2J\u202e",
              "count": 1
            },
            {
              "text": "no",
              "count": 2
            }
          ],
          "nextPageToken": "t",
          "scan": {
            "filesConsidered": 0,
            "files": 0,
            "rows": 0,
            "bytes": 0,
            "complete": false,
            "incompleteBecause": "why"
          }
        }
        "#);
        insta::assert_snapshot!(listed(Format::Jsonl, None), @r#"
        {"text":"a \u001b[2J\u202e","count":1}
        {"text":"no","count":2}
        "#);
        insta::assert_snapshot!(listed(Format::Yaml, None), @r#"
        items:
        - text: "a \e[2J\u202E"
          count: 1
        - text: "no"
          count: 2
        nextPageToken: t
        scan:
          filesConsidered: 0
          files: 0
          rows: 0
          bytes: 0
          complete: false
          incompleteBecause: why
        "#);
    }

    #[test]
    fn csv_keeps_every_byte_in_a_pipe_and_none_that_acts_on_a_terminal() {
        assert_eq!(listed(Format::Csv, None), "text,count\na \u{1b}[2J\u{202e},1\nno,2\n");
        assert_eq!(listed(Format::Csv, Some(80)), "text,count\na ␛[2J\\u{202e},1\nno,2\n");
    }
}
