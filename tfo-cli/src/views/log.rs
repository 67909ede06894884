//! Log records: a line each, as a log reads.

use tfo_sdk::api::LogRecord;
use tfo_sdk::value::AnyValue;

use super::{json, optional, pairs, time, time_of_day};
use crate::output::style::Style;
use crate::output::{CsvField, Listed, Look};
use crate::text;

/// Below so many columns the date is left out.
const COLUMNS_FOR_DATE: usize = 100;

/// The service column grows with the names up to this.
const SERVICE_WIDTH: std::ops::RangeInclusive<usize> = 6..=20;

impl Listed for LogRecord {
    const CSV: &'static [CsvField<Self>] = &[
        ("timestamp", |log| log.timestamp.to_string()),
        ("observedTimestamp", |log| optional(log.observed_timestamp)),
        ("severityNumber", |log| optional(log.severity_number)),
        ("severityText", |log| optional(log.severity_text.as_ref())),
        ("serviceName", |log| optional(log.service_name.as_ref())),
        ("body", |log| optional(log.body.as_ref())),
        ("eventName", |log| optional(log.event_name.as_ref())),
        ("traceId", |log| optional(log.trace_id)),
        ("spanId", |log| optional(log.span_id)),
        ("attributes", |log| json(&log.attributes)),
        ("resourceAttributes", |log| {
            log.origin.resource.as_ref().map(|resource| json(&resource.attributes)).unwrap_or_default()
        }),
        ("scopeName", |log| optional(log.origin.scope.as_ref().and_then(|scope| scope.name.as_ref()))),
        ("id", |log| log.id.to_string()),
    ];

    fn table(items: &[Self], look: &Look) -> String {
        LogLines::default().lines(items, look)
    }
}

/// Writes lines of logs; remembers the width of the service column from one batch to the next.
#[derive(Debug, Default)]
pub(crate) struct LogLines {
    service_width: usize,
}

impl LogLines {
    /// A line a record, each ending in a line break.
    pub(crate) fn lines(&mut self, logs: &[LogRecord], look: &Look) -> String {
        let widest = logs
            .iter()
            .filter_map(|log| log.service_name.as_deref())
            .map(|name| text::width(&text::row(name)));
        let widest = widest.max().unwrap_or(0).clamp(*SERVICE_WIDTH.start(), *SERVICE_WIDTH.end());
        self.service_width = self.service_width.max(widest);
        logs.iter().map(|log| self.line(log, look)).collect()
    }

    fn line(&self, log: &LogRecord, look: &Look) -> String {
        let short = look.width.is_some_and(|width| width < COLUMNS_FOR_DATE);
        let when = if short { time_of_day(log.timestamp) } else { time(log.timestamp) };
        let (severity, severity_style) = severity(log);
        let service = text::row(log.service_name.as_deref().unwrap_or("-"));
        let service = text::cut(&service, self.service_width);
        let padding = " ".repeat(self.service_width - text::width(&service));
        let used = text::width(&when) + 1 + 5 + 1 + self.service_width + 1;

        let message = message(log);
        let message = match look.width {
            Some(width) => text::cut(&message, width.saturating_sub(used)).into_owned(),
            None => message,
        };
        let paint = look.paint;
        let mut line = format!(
            "{} {} {}{padding} {}",
            paint.apply(Style::Dim, &when),
            paint.apply(severity_style, &format!("{severity:5}")),
            paint.apply(Style::service(log.service_name.as_deref().unwrap_or_default()), &service),
            paint.apply(message_style(severity_style), &message),
        );
        if look.wide {
            for pair in details(log) {
                line.push(' ');
                line.push_str(&paint.apply(Style::Dim, &text::row(&pair)));
            }
        }
        line.truncate(line.trim_end_matches(' ').len());
        line.push('\n');
        line
    }
}

/// The body; for an event without one, its name.
fn message(log: &LogRecord) -> String {
    let body = match &log.body {
        Some(AnyValue::Empty) | None => String::new(),
        Some(body) => body.to_string(),
    };
    let message =
        if body.is_empty() { log.event_name.as_deref().unwrap_or_default() } else { body.trim_end() };
    text::row(message).into_owned()
}

/// What only the wide form shows.
fn details(log: &LogRecord) -> Vec<String> {
    let mut details = vec![format!("id={}", log.id)];
    details.extend(log.trace_id.map(|id| format!("trace_id={id}")));
    details.extend(log.span_id.map(|id| format!("span_id={id}")));
    details.extend(log.event_name.as_ref().map(|name| format!("event_name={name}")));
    details.extend(pairs(&log.attributes));
    details
}

/// The severity in one word: that of its number, else the sender's own, cut to five columns.
fn severity(log: &LogRecord) -> (String, Style) {
    let (word, style) = match log.severity_number.unwrap_or(0) {
        1..=4 => ("TRACE", Style::Dim),
        5..=8 => ("DEBUG", Style::Dim),
        9..=12 => ("INFO", Style::Good),
        13..=16 => ("WARN", Style::Warning),
        17..=20 => ("ERROR", Style::Error),
        21..=24 => ("FATAL", Style::Error),
        _ => (log.severity_text.as_deref().unwrap_or("-"), Style::Normal),
    };
    let word = text::row(word);
    let word = text::cut(&word, 5).into_owned();
    let padding = 5 - text::width(&word);
    (word + &" ".repeat(padding), style)
}

fn message_style(severity: Style) -> Style {
    if severity == Style::Dim { Style::Dim } else { Style::Normal }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Format;
    use crate::output::style::Paint;
    use crate::output::tests::printer;

    fn logs() -> Vec<LogRecord> {
        let json = r#"[
          {"id":"1.0","timestamp":"2026-11-25T09:16:23.123456789Z","severityNumber":17,"severityText":"ERROR",
           "serviceName":"checkout","body":"payment declined\ncode=51","traceId":"4bf92f3577b34da6a3ce929d0e0e4736",
           "spanId":"00f067aa0ba902b7","attributes":{"order":8842,"reason":"no funds","n":null}},
          {"id":"1.1","timestamp":"2026-11-25T09:16:24Z","severityNumber":6,"serviceName":"日本",
           "body":{"k":[1,2.0]},"attributes":{}},
          {"id":"1.2","timestamp":"2026-11-25T09:16:25Z","severityText":"notice\u001b[2J","eventName":"user.login",
           "attributes":{"\u202ekey":"\u001b]0;x\u0007"}}]"#;
        serde_json::from_str(json).unwrap()
    }

    fn look(width: Option<usize>, wide: bool) -> Look {
        Look { width, wide, paint: Paint::Plain, now: tfo_sdk::Timestamp::MIN }
    }

    #[test]
    fn a_log_reads_as_a_line() {
        insta::assert_snapshot!(LogRecord::table(&logs(), &look(None, false)), @r#"
        2026-11-25T09:16:23.123Z ERROR checkout payment declined⏎code=51
        2026-11-25T09:16:24.000Z DEBUG 日本     {"k":[1,2.0]}
        2026-11-25T09:16:25.000Z noti… -        user.login
        "#);
    }

    #[test]
    fn a_terminal_cuts_the_line_and_a_narrow_one_the_date() {
        insta::assert_snapshot!(LogRecord::table(&logs(), &look(Some(46), false)), @r#"
        09:16:23.123 ERROR checkout payment declined⏎…
        09:16:24.000 DEBUG 日本     {"k":[1,2.0]}
        09:16:25.000 noti… -        user.login
        "#);
    }

    #[test]
    fn the_wide_form_shows_ids_and_attributes() {
        insta::assert_snapshot!(LogRecord::table(&logs(), &look(None, true)), @r#"
        2026-11-25T09:16:23.123Z ERROR checkout payment declined⏎code=51 id=1.0 trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span_id=00f067aa0ba902b7 order=8842 reason="no funds" n=
        2026-11-25T09:16:24.000Z DEBUG 日本     {"k":[1,2.0]} id=1.1
        2026-11-25T09:16:25.000Z noti… -        user.login id=1.2 event_name=user.login \u{202e}key=␛]0;x␇
        "#);
    }

    #[test]
    fn colours_say_what_the_words_say() {
        let lines = LogRecord::table(
            &logs()[..1],
            &Look { width: None, wide: false, paint: Paint::Sixteen, now: tfo_sdk::Timestamp::MIN },
        );
        insta::assert_snapshot!(lines.replace('\u{1b}', "^"), @"^[2m2026-11-25T09:16:23.123Z^[0m ^[1;31mERROR^[0m ^[32mcheckout^[0m payment declined⏎code=51");
    }

    #[test]
    fn csv_has_a_header_and_quotes_what_needs_it() {
        let (mut printer, out, _) = printer(Format::Csv, None);
        printer.csv_header::<LogRecord>().unwrap();
        printer.csv_rows(&logs()[..1]).unwrap();
        insta::assert_snapshot!(out.text(), @r#"
        timestamp,observedTimestamp,severityNumber,severityText,serviceName,body,eventName,traceId,spanId,attributes,resourceAttributes,scopeName,id
        2026-11-25T09:16:23.123456789Z,,17,ERROR,checkout,"payment declined
        code=51",,4bf92f3577b34da6a3ce929d0e0e4736,00f067aa0ba902b7,"{""order"":8842,""reason"":""no funds"",""n"":null}",,,1.0
        "#);
    }

    #[test]
    fn yaml_and_json_keep_types_and_show_no_control_character() {
        let print = |format| {
            let (mut printer, out, _) = printer(format, None);
            printer.document(&logs()[2]).unwrap();
            assert!(!out.text().contains(['\u{1b}', '\u{202e}', '\u{7}']), "{}", out.text());
            out.text()
        };
        insta::assert_snapshot!(print(Format::Json), @r#"
        {
          "id": "1.2",
          "timestamp": "2026-11-25T09:16:25Z",
          "severityText": "notice\u001b[2J",
          "eventName": "user.login",
          "attributes": {
            "\u202ekey": "\u001b]0;x\u0007"
          }
        }
        "#);
        insta::assert_snapshot!(print(Format::Yaml), @r#"
        id: "1.2"
        timestamp: "2026-11-25T09:16:25Z"
        severityText: "notice\e[2J"
        eventName: user.login
        attributes:
          "\u202Ekey": "\e]0;x\a"
        "#);
    }
}
