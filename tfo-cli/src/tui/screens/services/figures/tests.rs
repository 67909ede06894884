//! How figures read, and how they are compared.

use super::*;

fn figures(name: &str, rate: f64, p95_ns: Option<i64>) -> Figures {
    Figures { name: name.to_owned(), rate, p95_ns, ..Figures::default() }
}

#[test]
fn changes_read_as_people_say_them() {
    let change = |now, before| Change::between(Some(now), before);
    for (change, text) in [
        (change(312.0, Some(100.0)), "+212 %"),
        (change(97.0, Some(100.0)), "−3 %"),
        (change(100.2, Some(100.0)), "0 %"),
        (change(3100.0, Some(100.0)), "×31"),
        (change(0.0, Some(100.0)), "−100 %"),
        (change(5.0, Some(0.0)), "new"),
        (change(5.0, None), "new"),
        (change(0.0, None), ""),
        (change(f64::MAX, Some(f64::MIN_POSITIVE)), ""),
        (Change::between(None, Some(3.0)), ""),
    ] {
        assert_eq!(change.text(), text);
    }
    assert_eq!(change(130.0, Some(100.0)).role(Worse::More), Role::Error);
    assert_eq!(change(130.0, Some(100.0)).role(Worse::Less), Role::Text);
    assert_eq!(change(70.0, Some(100.0)).role(Worse::Less), Role::Error);
    assert_eq!(change(119.0, Some(100.0)).role(Worse::More), Role::Dim);
}

#[test]
fn what_has_no_figure_stands_last_whichever_way_round() {
    let rows = [figures("a", 1.0, None), figures("b", 3.0, Some(20)), figures("c", 2.0, Some(10))];
    let sorted = |sort: Sort| {
        let mut rows: Vec<&Figures> = rows.iter().collect();
        rows.sort_by(|a, b| sort.compare((*a, Changes::default()), (*b, Changes::default())));
        rows.iter().map(|row| row.name.as_str()).collect::<String>()
    };
    assert_eq!(sorted(Sort::by(By::P95)), "bca");
    assert_eq!(sorted(Sort::by(By::P95).turned()), "cba");
    assert_eq!(sorted(Sort::by(By::Rate)), "bca");
    assert_eq!(sorted(Sort::by(By::Name)), "abc");
    assert_eq!(sorted(Sort::by(By::Name).turned()), "cba");
    assert_eq!(sorted(Sort::by(By::P95Change)), "abc");
}

#[test]
fn a_sort_is_chosen_by_key_click_and_link() {
    let sort = Sort::parse("", "");
    assert_eq!(sort, Sort { by: By::Rate, is_descending: true });
    assert_eq!(sort.parameters(), ("", ""));
    assert_eq!(sort.clicked(1, BY.len()).map(Sort::parameters), Some(("", "asc")));
    assert_eq!(sort.clicked(0, BY.len()).map(Sort::parameters), Some(("name", "")));
    assert_eq!(sort.clicked(8, BY.len()), None);
    assert_eq!(sort.clicked(6, 6), None);
    let mut seen = sort;
    for _ in 0..BY.len() {
        seen = seen.next(BY.len());
        let (name, order) = seen.turned().parameters();
        assert_eq!(Sort::parse(name, order), seen.turned());
    }
    assert_eq!(seen, sort);
}

#[test]
fn rates_and_shares_of_little_are_not_nothing() {
    for (rate, text) in [
        (0.0, "0/s"),
        (f64::NAN, "0/s"),
        (182.4, "182/s"),
        (0.5, "0.5/s"),
        (0.05, "3.0/min"),
        (0.001, "3.6/h"),
        (12_300.0, "12.3k/s"),
    ] {
        assert_eq!(rate_text(rate), text);
    }
    for (share, text) in
        [(0.0, "0 %"), (0.0002, "<0.1 %"), (0.0241, "2.4 %"), (0.0999, "10 %"), (1.0, "100 %")]
    {
        assert_eq!(percent(share), text);
    }
}

#[test]
fn the_hour_before_is_as_long_as_the_range() {
    let read = hour_before(Range::Last(Duration::from_secs(900)));
    assert_eq!((read.since.as_deref(), read.until.as_deref()), (Some("1h15m"), Some("1h")));
    let now: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
    let read = hour_before(Range::Between(now, now.plus(Duration::from_secs(60))));
    assert_eq!(read.since.as_deref(), Some("2026-11-25T11:00:00Z"));
    assert_eq!(read.until.as_deref(), Some("2026-11-25T11:01:00Z"));
    hour_before(Range::Between(Timestamp::MIN, Timestamp::MAX));
    hour_before(Range::Last(Duration::MAX));
    assert_eq!(seconds(Range::Last(Duration::from_secs(60)), now, None), 60.0);
    assert_eq!(seconds(Range::Between(now, now.plus(HOUR)), now, None), 1.0);
    let searched = Some(now.minus(Duration::from_secs(10)));
    assert_eq!(seconds(Range::Last(Duration::from_secs(60)), now, searched), 10.0);
}
