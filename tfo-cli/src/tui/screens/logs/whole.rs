//! The list has every record of its window once, whatever comes when: pages, the tail, failures, in any order.
//!
//! A daemon of lists answers late, in another order, or not at all; records arrive late or from the future; the tail is
//! slow, breaks and comes back; and somebody scrolls, freezes and follows meanwhile. In the end, with everything
//! answered, what is loaded must be what is stored.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::TimeZone;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use ratatui::layout::Rect;
use tfo_sdk::api::{LogContext, LogRecord, Page, Scan};
use tfo_sdk::client::{Order, Read};
use tfo_sdk::{RecordId, Timestamp};

use super::lines::{End, place};
use super::{Logs, Mode};
use crate::tui::keys::{Action, act};
use crate::tui::link::Link;
use crate::tui::range;
use crate::tui::request::{Answer, Failure, Request};
use crate::tui::screen::{ALL_SLOTS, Cx, Effect, News, Screen as _, ScreenId, Shared, Slot, TimeStyle};

const SECOND: i64 = 1_000_000_000;

struct World {
    logs: Logs,
    shared: Shared,
    stored: Vec<LogRecord>,
    next_sequence: u64,
    /// What is asked for, and the answer where the daemon has read it already.
    asked: BTreeMap<&'static str, (Request, Option<Answer>)>,
    /// Whether there is a tail, and whether it is connected.
    tail: Option<bool>,
    random: StdRng,
}

impl World {
    fn new(seed: u64, most: usize) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let mut logs = Logs::open(&Link::to("logs")).unwrap();
        logs.lines.most = Some(most);
        let shared = Shared {
            now: Timestamp(1_000_000 * SECOND),
            range: range::START,
            zone: TimeZone::UTC,
            time_style: TimeStyle::Time,
            scope: "eu/acme/shop/production".parse().unwrap(),
            otlp: None,
            is_read_only: false,
            highlight: None,
            reach: crate::tui::screen::Reach::There,
        };
        let start = random.random_range(0..3000);
        let mut world = Self {
            logs,
            shared,
            stored: Vec::new(),
            next_sequence: 1,
            asked: BTreeMap::new(),
            tail: None,
            random,
        };
        world.store(start);
        world.with(crate::tui::screen::Screen::shown);
        world
    }

    fn with(&mut self, work: impl FnOnce(&mut Logs, &mut Cx<'_>)) {
        let mut effects = Vec::new();
        let area = Rect::new(0, 0, 100, 30);
        let mut cx = Cx { shared: &self.shared, area, screen: ScreenId(1), effects: &mut effects };
        work(&mut self.logs, &mut cx);
        for effect in effects {
            match effect {
                Effect::Ask { slot, request, .. } => {
                    // The daemon reads now, or only just before it answers.
                    let read = if self.random.random_bool(0.5) { self.answer(&request) } else { None };
                    self.asked.insert(slot.0, (*request, read));
                }
                Effect::Forget { slot, .. } if slot == ALL_SLOTS => self.asked.clear(),
                Effect::Forget { slot, .. } => {
                    self.asked.remove(slot.0);
                }
                Effect::Follow { .. } => self.tail = Some(false),
                Effect::Unfollow { .. } => self.tail = None,
                _ => {}
            }
        }
    }

    /// Stores new records: most of now, some late, some of the future, many of the same time.
    fn store(&mut self, count: usize) -> Vec<LogRecord> {
        let mut new = Vec::new();
        for _ in 0..count {
            let about = self.shared.now.0 / SECOND * SECOND;
            let time = match self.random.random_range(0..20) {
                0 => about - self.random.random_range(0..900) * SECOND,
                1 => about + self.random.random_range(0..3600) * SECOND,
                _ => about - self.random.random_range(0..3) * SECOND,
            };
            let json = serde_json::json!({
                "id": format!("{}.0", self.next_sequence),
                "timestamp": Timestamp(time).to_string(),
                "attributes": {},
            });
            new.push(serde_json::from_value::<LogRecord>(json).unwrap());
            self.next_sequence += 1;
        }
        self.stored.extend(new.iter().cloned());
        new
    }

    fn answer(&self, request: &Request) -> Option<Answer> {
        match request {
            Request::Logs(read) => Some(Answer::Logs(self.list(read))),
            Request::Context(id, _) => {
                let found = self.stored.iter().find(|record| record.id == *id).cloned();
                Some(Answer::Context(found.map(|record| {
                    Box::new(LogContext {
                        before: Vec::new(),
                        record,
                        after: Vec::new(),
                        more_before: false,
                        more_after: false,
                        scan: Scan::default(),
                    })
                })))
            }
            _ => None,
        }
    }

    fn list(&self, read: &Read) -> Page<LogRecord> {
        let time = |text: &Option<String>| text.as_ref().map(|text| text.parse::<Timestamp>().unwrap());
        let (since, until) = (time(&read.since), time(&read.until));
        let mut items: Vec<LogRecord> = self
            .stored
            .iter()
            .filter(|record| since.is_none_or(|since| record.timestamp >= since))
            .filter(|record| until.is_none_or(|until| record.timestamp < until))
            .filter(|record| read.after.is_none_or(|after| record.id > after))
            .cloned()
            .collect();
        items.sort_by_key(place);
        match (read.after, read.order) {
            (Some(_), _) => items.sort_by_key(|record| record.id),
            (None, Some(Order::Asc)) => {}
            (None, _) => items.reverse(),
        }
        // A token is the place of the last record of the page before.
        if let Some(token) = &read.page_token {
            let id: RecordId = token.parse().unwrap();
            let at = items.iter().position(|record| record.id == id).map_or(items.len(), |at| at + 1);
            items.drain(..at);
        }
        let limit = read.limit.unwrap();
        let has_more = items.len() > limit;
        items.truncate(limit);
        let next_page_token =
            items.last().filter(|_| has_more && read.after.is_none()).map(|record| record.id.to_string());
        Page { items, next_page_token, scan: Scan { complete: true, ..Scan::default() } }
    }

    fn deliver(&mut self, may_fail: bool) -> bool {
        let slots: Vec<&'static str> = self.asked.keys().copied().collect();
        let Some(slot) = slots.choose(&mut self.random).copied() else { return false };
        let (request, read) = self.asked.remove(slot).unwrap();
        let answer = if may_fail && self.random.random_bool(0.1) {
            let is_lost = self.random.random_bool(0.3);
            Some(Err(Failure { text: "later".into(), is_lost, is_refused: false }))
        } else {
            read.or_else(|| self.answer(&request)).map(Ok)
        };
        if let Some(answer) = answer {
            self.with(|logs, cx| logs.answered(Slot(slot), answer, cx));
        }
        true
    }

    fn step(&mut self) {
        match self.random.random_range(0..12) {
            0..3 => {
                self.deliver(true);
            }
            3..6 => {
                let count = self.random.random_range(1..200);
                let new = self.store(count);
                if self.tail == Some(true) {
                    let is_dropped = self.random.random_bool(0.1);
                    let count = new.len() as u64;
                    let news = if is_dropped { News::Dropped { count } } else { News::Logs(new) };
                    self.with(|logs, cx| logs.arrived(news, cx));
                }
            }
            6 => {
                if self.tail == Some(false) {
                    self.tail = Some(true);
                    self.with(|logs, cx| logs.arrived(News::Connected, cx));
                }
            }
            7 => {
                if self.tail == Some(true) && self.random.random_bool(0.3) {
                    self.tail = Some(false);
                    let failure = Failure { text: "gone".into(), is_lost: true, is_refused: false };
                    self.with(|logs, cx| logs.arrived(News::Lost(failure), cx));
                }
            }
            8 => {
                self.shared.now = self.shared.now.plus(Duration::from_millis(700));
                self.with(crate::tui::screen::Screen::tick);
            }
            9 => {
                if self.random.random_bool(0.2) {
                    self.with(crate::tui::screen::Screen::hidden);
                    let count = self.random.random_range(0..300);
                    self.store(count);
                    self.with(crate::tui::screen::Screen::shown);
                }
            }
            _ => {
                let actions = [
                    act::UP,
                    act::DOWN,
                    act::PAGE_UP,
                    act::PAGE_UP,
                    act::PAGE_DOWN,
                    act::TOP,
                    act::END,
                    Action("freeze"),
                    Action("follow"),
                    Action("next-error"),
                ];
                let action = *actions.choose(&mut self.random).unwrap();
                self.with(|logs, cx| {
                    logs.act(action, cx);
                });
            }
        }
    }

    /// Everything is answered, and nothing comes any more.
    fn settle(&mut self) {
        for _ in 0..10_000 {
            if self.tail == Some(false) {
                self.tail = Some(true);
                self.with(|logs, cx| logs.arrived(News::Connected, cx));
            } else if !self.deliver(false) {
                return;
            }
        }
        let l = &self.logs;
        let ends = (l.mode, l.lines.len(), l.lines.older, l.lines.newer, l.seen, l.asking.has_dropped);
        panic!("questions without an end: {:?}; {ends:?} of {}", self.asked, self.stored.len());
    }

    /// The records from the first that is loaded on, as they are stored and as they are loaded.
    fn compare(&self, what: &str) {
        let loaded: Vec<RecordId> = self.logs.lines.iter().map(|record| record.id).collect();
        let mut stored: Vec<&LogRecord> = self.stored.iter().collect();
        stored.sort_by_key(|record| place(record));
        let first = self.logs.lines.first();
        let stored: Vec<RecordId> = stored
            .into_iter()
            .filter(|record| first.is_none_or(|first| place(record) >= first))
            .map(|record| record.id)
            .collect();
        let missing = stored.iter().filter(|id| !loaded.contains(id)).count();
        let ends =
            (self.logs.mode, self.logs.lines.older, self.logs.lines.newer, self.logs.is_waiting, self.tail);
        let counts = (loaded.len(), stored.len());
        assert!(loaded == stored, "{what}: loaded and stored {counts:?}, {missing} missing; {ends:?}");
    }
}

#[test]
fn no_record_is_missing_and_none_is_there_twice() {
    let one = std::env::var("TFO_TEST_SEED").ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = if std::env::var("TFO_TEST_LONG").is_ok() { 1000 } else { 50 };
    for seed in one.map_or(0..seeds, |seed| seed..seed + 1) {
        // With room for all, and with so little that ends are let go.
        let most = if seed % 2 == 0 { 1_000_000 } else { 900 };
        let mut world = World::new(seed, most);
        for _ in 0..200 {
            world.step();
        }
        world.settle();
        world.with(crate::tui::screen::Screen::tick);
        world.settle();
        // Down to where the tail is, without a jump.
        for _ in 0..10_000 {
            if world.logs.mode == Mode::Live && world.logs.lines.newer == End::Reached {
                break;
            }
            let was_frozen = world.logs.mode == Mode::Frozen;
            world.with(|logs, cx| {
                logs.act(if was_frozen { Action("freeze") } else { act::PAGE_DOWN }, cx);
            });
            world.settle();
        }
        assert_eq!(world.logs.lines.newer, End::Reached, "seed {seed}");
        world.compare(&format!("seed {seed}, at the tail"));
        let new = world.store(50);
        world.with(|logs, cx| logs.arrived(News::Logs(new), cx));
        world.settle();
        world.compare(&format!("seed {seed}, with more that has come"));
        if most > 100_000 {
            for _ in 0..10_000 {
                if world.logs.lines.older == End::Reached {
                    break;
                }
                world.with(|logs, cx| {
                    logs.act(act::TOP, cx);
                });
                world.settle();
            }
            let next = &world.logs.asking.older_next;
            let loaded = (world.logs.lines.len(), world.logs.mode);
            assert_eq!(loaded.0, world.stored.len(), "seed {seed}, up to the start: {loaded:?} {next:?}");
            world.compare(&format!("seed {seed}, up to the start"));
        }
    }
}
