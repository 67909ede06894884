//! Waterfalls of small traces, as they are drawn.

use std::fmt::Write as _;

use super::*;

const LOOK: Look = Look { width: None, wide: false, paint: Paint::Plain, now: tfo_sdk::Timestamp::MIN };

/// A span in a line: depth, id, parent, service, name, start and end in ms, then its critical path and more JSON.
struct Line<'a>(u32, u8, Option<u8>, &'a str, &'a str, u32, u32, &'a [(u32, u32)], &'a str);

fn time(ms: u32) -> String {
    format!("2026-11-25T09:16:{:02}.{:03}Z", 20 + ms / 1000, ms % 1000)
}

fn trace(duration_ms: u32, lines: &[Line<'_>]) -> Trace {
    let mut spans = String::new();
    let mut shares: Vec<(&str, u32)> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Line(depth, id, parent, service, name, start, end, path, more) = line;
        let parent =
            parent.map(|id| format!(r#""parentSpanId":"00000000000000{id:02x}","#)).unwrap_or_default();
        let waited = path.iter().map(|(from, to)| to - from).sum::<u32>();
        match shares.iter_mut().find(|(known, _)| known == service) {
            Some((_, share)) => *share += waited,
            None => shares.push((service, waited)),
        }
        let path: Vec<String> = path
            .iter()
            .map(|(from, to)| format!(r#"{{"start":"{}","end":"{}"}}"#, time(*from), time(*to)))
            .collect();
        let _ = write!(
            spans,
            r#"{}{{"depth":{depth},"id":"1.{index}","timestamp":"{}","endTimestamp":"{}","durationNs":{},
            "traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00000000000000{id:02x}",{parent}
            "serviceName":{},"name":{},"attributes":{{}},"criticalPath":[{}]{more}}}"#,
            if index == 0 { "" } else { "," },
            time(*start),
            time(*end),
            i64::from(end - start) * 1_000_000,
            serde_json::Value::from(*service),
            serde_json::Value::from(*name),
            path.join(",")
        );
    }
    let count = |needle: &str| spans.matches(needle).count();
    shares.sort_by_key(|(name, waited)| (std::cmp::Reverse(*waited), *name));
    let share = |(name, waited): &(&str, u32)| {
        format!(r#"{{"serviceName":{},"durationNs":{waited}000000}}"#, serde_json::Value::from(*name))
    };
    let shares: Vec<String> = shares.iter().filter(|(_, waited)| *waited > 0).map(share).collect();
    let json = format!(
        r#"{{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","timestamp":"{}","durationNs":{},"spanCount":{},
        "errorCount":{},"services":["cart","gateway"],"missingParents":{},"criticalPath":[{}],"spans":[{spans}],
        "scan":{{"files":0,"rows":0,"bytes":0,"complete":true}}}}"#,
        time(0),
        i64::from(duration_ms) * 1_000_000,
        lines.len(),
        count("\"ERROR\""),
        count("parentMissing"),
        shares.join(","),
    );
    serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}\n{json}"))
}

fn checkout() -> Trace {
    trace(
        412,
        &[
            Line(0, 1, None, "gateway", "POST /checkout", 0, 412, &[(0, 20), (400, 412)], ""),
            Line(1, 2, Some(1), "checkout", "place", 20, 400, &[(20, 40), (160, 200), (290, 400)], ""),
            Line(2, 3, Some(2), "cart", "GET /cart", 40, 160, &[(40, 45)], ""),
            Line(
                3,
                4,
                Some(3),
                "cart",
                "redis GET",
                45,
                160,
                &[(45, 160)],
                r#","kind":"CLIENT","statusCode":"ERROR","statusMessage":"timeout\nafter 100 ms""#,
            ),
            Line(3, 5, Some(3), "cart", "log.flush", 150, 151, &[], ""),
            Line(2, 6, Some(2), "payment", "POST /pay", 200, 290, &[(200, 290)], ""),
            Line(1, 7, Some(1), "mail", "send", 410, 412, &[], r#","statusCode":"ERROR""#),
        ],
    )
}

#[test]
fn a_trace_is_drawn_as_a_waterfall() {
    insta::assert_snapshot!(draw(&checkout(), 100, &LOOK, &Glyphs::UNICODE), @r"
    trace 4bf92f3577b34da6a3ce929d0e0e4736  2026-11-25T09:16:20.000Z  412 ms  7 spans  2 services  2 errors
    critical path  checkout 41%  cart 29%  payment 22%  gateway 8%

    SPAN                     DURATION  0              103 ms          206 ms          309 ms    412 ms
    gateway  POST /checkout    412 ms  ═══━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━══
    ├ checkout  place          380 ms     ═══━━━━━━━━━━━━━━━━━━═══════━━━━━━━━━━━━━═════════════════
    │ ├ cart  GET /cart        120 ms        ═━━━━━━━━━━━━━━━━━
    │ │ ├ cart  redis GET      115 ms         ═════════════════✖
    │ │ └ cart  log.flush     1.00 ms                         ━
    │ └ payment  POST /pay    90.0 ms                                 ═════════════
    └ mail  send              2.00 ms                                                                ✖

    ✖ cart  redis GET: timeout⏎after 100 ms
    ✖ mail  send: failed

    ═ critical path   ━ other time   ✖ error
    ");
}

#[test]
fn a_narrow_terminal_and_ascii_say_the_same() {
    let drawing = draw(&checkout(), 10, &LOOK, &Glyphs::ASCII);
    assert!(drawing.lines().skip(3).take(8).all(str::is_ascii), "{drawing}");
    insta::assert_snapshot!(drawing, @r"
    trace 4bf92f3577b34da6a3ce929d0e0e4736  2026-11-25T09:16:20.000Z  412 ms  7 spans  2 services  2 errors
    critical path  checkout 41%  cart 29%  payment 22%  gateway 8%

    SPAN                     DURATION  0                412 ms
    gateway  POST /checkout    412 ms  =---------------------=
    |-checkout  place          380 ms   =-------==-----======
    | |-cart  GET /cart        120 ms    =------
    | | |-cart  redis GET      115 ms     ======x
    | | `-cart  log.flush     1.00 ms          -
    | `-payment  POST /pay    90.0 ms             =====
    `-mail  send              2.00 ms                        x

    x cart  redis GET: timeout⏎after 100 ms
    x mail  send: failed

    = critical path   - other time   x error
    ");
}

#[test]
fn the_wide_form_shows_kinds_and_span_ids() {
    insta::assert_snapshot!(draw(&checkout(), 120, &Look { wide: true, ..LOOK }, &Glyphs::UNICODE), @r"
    trace 4bf92f3577b34da6a3ce929d0e0e4736  2026-11-25T09:16:20.000Z  412 ms  7 spans  2 services  2 errors
    critical path  checkout 41%  cart 29%  payment 22%  gateway 8%

    SPAN                                                 DURATION  0            103 ms        206 ms        309 ms  412 ms
    gateway  POST /checkout  -         0000000000000001    412 ms  ═══━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━══
    ├ checkout  place        -         0000000000000002    380 ms     ══━━━━━━━━━━━━━━━━══════━━━━━━━━━━━━══════════════
    │ ├ cart  GET /cart      -         0000000000000003    120 ms       ═━━━━━━━━━━━━━━━
    │ │ ├ cart  redis GET    CLIENT    0000000000000004    115 ms        ═══════════════✖
    │ │ └ cart  log.flush    -         0000000000000005   1.00 ms                      ━
    │ └ payment  POST /pay   -         0000000000000006   90.0 ms                             ════════════
    └ mail  send             -         0000000000000007   2.00 ms                                                        ✖

    ✖ cart  redis GET: timeout⏎after 100 ms
    ✖ mail  send: failed

    ═ critical path   ━ other time   ✖ error
    ");
}

#[test]
fn rows_fit_the_width() {
    for columns in [60, 80, 137, 400] {
        let drawing = draw(&checkout(), columns, &LOOK, &Glyphs::UNICODE);
        let rows: Vec<&str> = drawing.lines().skip(3).take(8).collect();
        assert!(rows.iter().all(|row| text::width(row) <= columns), "{columns}\n{drawing}");
    }
}

#[test]
fn children_of_a_missing_parent_hang_under_a_row_for_it() {
    let missing = r#","parentMissing":true"#;
    let trace = trace(
        30,
        &[
            Line(0, 1, None, "gateway", "GET /", 0, 30, &[(0, 30)], ""),
            Line(0, 2, Some(9), "cart", "a", 1, 10, &[(1, 10)], missing),
            Line(1, 3, Some(2), "cart", "a.child", 2, 5, &[], ""),
            Line(0, 4, Some(9), "cart", "b", 10, 20, &[(10, 20)], missing),
            Line(0, 5, Some(8), "cart", "c", 10, 20, &[(10, 20)], missing),
            Line(0, 6, None, "gateway", "GET /2", 20, 30, &[(20, 30)], ""),
        ],
    );
    insta::assert_snapshot!(draw(&trace, 80, &LOOK, &Glyphs::UNICODE), @r"
    trace 4bf92f3577b34da6a3ce929d0e0e4736  2026-11-25T09:16:20.000Z  30.0 ms  6 spans  2 services  0 errors
    critical path  gateway 58%  cart 42%

    SPAN                       DURATION  0            10.0 ms              30.0 ms
    gateway  GET /              30.0 ms  ═════════════════════════════════════════
    ? parent 0000000000000009
    ├ cart  a                   9.00 ms   ═════════════
    │ └ cart  a.child           3.00 ms     ━━━━
    └ cart  b                   10.0 ms                ═════════════
    ? parent 0000000000000008
    └ cart  c                   10.0 ms                ═════════════
    gateway  GET /2             10.0 ms                             ══════════════

    ═ critical path   ━ other time   ✖ error   ? a parent that has not come
    ");
}

#[test]
fn a_deep_trace_keeps_room_for_names() {
    let lines: Vec<Line<'_>> = (0..14)
        .map(|depth| {
            Line(
                depth,
                depth as u8 + 1,
                depth.checked_sub(1).map(|p| p as u8 + 1),
                "s",
                "call",
                depth,
                20,
                &[],
                "",
            )
        })
        .collect();
    insta::assert_snapshot!(draw(&trace(20, &lines), 80, &LOOK, &Glyphs::UNICODE), @r"
    trace 4bf92f3577b34da6a3ce929d0e0e4736  2026-11-25T09:16:20.000Z  20.0 ms  14 spans  2 services  0 errors

    SPAN                         DURATION  0            6.67 ms            20.0 ms
    s  call                       20.0 ms  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
    └ s  call                     19.0 ms    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
      └ s  call                   18.0 ms      ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
        └ s  call                 17.0 ms        ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
          └ s  call               16.0 ms          ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
            └ s  call             15.0 ms            ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
              └ s  call           14.0 ms              ━━━━━━━━━━━━━━━━━━━━━━━━━━━
                └ s  call         13.0 ms                ━━━━━━━━━━━━━━━━━━━━━━━━━
                  └ s  call       12.0 ms                  ━━━━━━━━━━━━━━━━━━━━━━━
                    └ s  call     11.0 ms                    ━━━━━━━━━━━━━━━━━━━━━
                      └ s  call   10.0 ms                      ━━━━━━━━━━━━━━━━━━━
    ›11 s  call                   9.00 ms                       ━━━━━━━━━━━━━━━━━━
    ›12 s  call                   8.00 ms                         ━━━━━━━━━━━━━━━━
    ›13 s  call                   7.00 ms                           ━━━━━━━━━━━━━━

    ═ critical path   ━ other time   ✖ error
    ");
}

#[test]
fn a_failure_that_was_passed_up_is_told_once() {
    let failed = r#","statusCode":"ERROR","statusMessage":"card declined""#;
    let trace = trace(
        100,
        &[
            Line(0, 1, None, "gateway", "POST /pay", 0, 100, &[], failed),
            Line(1, 2, Some(1), "gateway", "POST", 10, 90, &[], failed),
            Line(2, 3, Some(2), "payment", "charge", 20, 80, &[], failed),
            Line(1, 4, Some(1), "audit", "write", 90, 95, &[], failed),
        ],
    );
    let drawing = draw(&trace, 60, &LOOK, &Glyphs::UNICODE);
    let errors: Vec<&str> = drawing.lines().filter(|line| line.starts_with('✖')).collect();
    assert_eq!(
        errors,
        ["✖ payment  charge: card declined (and in 2 spans above)", "✖ audit  write: card declined"]
    );
}

#[test]
fn hostile_names_and_odd_times_are_drawn_harmlessly() {
    let trace = trace(
        0,
        &[Line(
            0,
            1,
            None,
            "ga\u{1b}teway",
            "x",
            0,
            0,
            &[(0, 0)],
            r#","statusCode":"ERROR","statusMessage":"\u001b[2J\u202e""#,
        )],
    );
    let drawing = draw(&trace, 60, &LOOK, &Glyphs::UNICODE);
    assert!(!drawing.contains(['\u{1b}', '\u{202e}']));
    insta::assert_snapshot!(drawing, @r"
    trace 4bf92f3577b34da6a3ce929d0e0e4736  2026-11-25T09:16:20.000Z  0 ns  1 span  2 services  1 error

    SPAN              DURATION  0                         1 ns
    ga␛teway  x           0 ns  ═✖

    ✖ ga␛teway  x: ␛[2J\u{202e}

    ═ critical path   ━ other time   ✖ error
    ");
}

#[test]
fn colours_mark_services_and_errors() {
    let look = Look { paint: Paint::Sixteen, ..LOOK };
    let drawing = draw(&checkout(), 60, &look, &Glyphs::UNICODE);
    let row = drawing.lines().nth(7).unwrap_or_default().replace('\u{1b}', "^");
    insta::assert_snapshot!(row, @"^[32m│ │ ├ cart  redis GET^[0m      ^[1;31m115 ms^[0m     ^[32m══════^[0m^[1;31m✖^[0m");
}
