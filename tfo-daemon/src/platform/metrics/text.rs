//! The text format of Prometheus, version 0.0.4.

use std::fmt::Write as _;

use tfo_store::figures::BOUNDS;

use super::{Family, Kind, Sample, Value};

/// The page; families without samples are left out.
pub(crate) fn text(families: &[Family]) -> String {
    let mut page = String::new();
    for family in families.iter().filter(|family| !family.samples.is_empty()) {
        // Writing to a string cannot fail.
        let _ = write_family(&mut page, family);
    }
    page
}

fn write_family(page: &mut String, family: &Family) -> std::fmt::Result {
    let kind = match family.kind {
        Kind::Counter => "counter",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
    };
    let name = family.name;
    writeln!(page, "# HELP {name} {}\n# TYPE {name} {kind}", family.help)?;
    for Sample { labels, value } in &family.samples {
        let labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let labels = labels.join(",");
        match value {
            Value::Number(number) => writeln!(page, "{name}{} {number}", braced(&labels, ""))?,
            Value::Durations(durations) => {
                let mut count = 0;
                let bounds = BOUNDS.iter().map(ToString::to_string).chain(["+Inf".to_owned()]);
                for (bound, more) in bounds.zip(&durations.counts) {
                    count += more;
                    let labels = braced(&labels, &format!("le=\"{bound}\""));
                    writeln!(page, "{name}_bucket{labels} {count}")?;
                }
                let labels = braced(&labels, "");
                writeln!(
                    page,
                    "{name}_sum{labels} {}\n{name}_count{labels} {count}",
                    durations.sum.as_secs_f64()
                )?;
            }
        }
    }
    Ok(())
}

fn braced(labels: &str, more: &str) -> String {
    match (labels, more) {
        ("", "") => String::new(),
        (labels, "") => format!("{{{labels}}}"),
        ("", more) => format!("{{{more}}}"),
        (labels, more) => format!("{{{labels},{more}}}"),
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tfo_store::figures::Histogram;

    use super::*;

    #[test]
    fn the_text_is_prometheus() {
        let durations = Histogram::default();
        durations.observe(Duration::from_millis(20));
        durations.observe(Duration::from_secs(100));
        let families = [
            Family::new(Kind::Counter, "a_total", "As.").with(&[("b", "c\"\\\n")], 3.0),
            Family::new(Kind::Gauge, "nothing", "Left out."),
            Family::durations("d_seconds", "Ds.", durations.read()),
        ];
        let text = text(&families);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[..3], ["# HELP a_total As.", "# TYPE a_total counter", r#"a_total{b="c\"\\\n"} 3"#]);
        for line in [
            r#"d_seconds_bucket{le="0.01"} 0"#,
            r#"d_seconds_bucket{le="0.025"} 1"#,
            r#"d_seconds_bucket{le="60"} 1"#,
            r#"d_seconds_bucket{le="+Inf"} 2"#,
            "d_seconds_sum 100.02",
            "d_seconds_count 2",
        ] {
            assert!(lines.contains(&line), "{line} in {text}");
        }
        assert!(!text.contains("nothing"));
    }
}
