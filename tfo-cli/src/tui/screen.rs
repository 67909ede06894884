//! What a screen is: its state, what it does with what happens, how it is drawn.
//!
//! A screen is pure. It reads the time and everything that screens share from its [`Cx`], and asks for things by pushing
//! [`Effect`]s there; it never waits, and never touches network, files or terminal. A new screen is a file that
//! implements [`Screen`] and a line in [`crate::tui::screens::ALL`].

use std::time::Duration;

use jiff::tz::TimeZone;
use ratatui::layout::Rect;
use tfo_sdk::Timestamp;
use tfo_sdk::client::Follow;
use tfo_sdk::resource::{KindInfo, Scope};

use super::filter_bar::FilterBar;
use super::highlight::Highlight;
use super::keys::{Action, Table};
use super::link::Link;
use super::overlay::Overlay;
use super::paper::{Paper, Piece, piece};
use super::range::Range;
use super::request::{Answer, Failure, Request};
use super::theme::Role;

/// One screen that is open, among all that ever were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ScreenId(pub(crate) u64);

/// What of a screen a request is for. A new request of a slot replaces the one before, whose answer is not wanted any
/// more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Slot(pub(crate) &'static str);

/// What is known of a kind of screen before one is open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Info {
    /// Its name in links.
    pub(crate) name: &'static str,
    /// What it is called.
    pub(crate) title: &'static str,
    /// Whether it has a number of its own, in the order of the list.
    pub(crate) is_root: bool,
    /// Its keys.
    pub(crate) table: &'static Table,
    /// Opens one.
    pub(crate) open: fn(&Link) -> Result<Box<dyn Screen>, String>,
}

/// A screen that is open.
pub(crate) trait Screen: std::fmt::Debug {
    /// What kind it is.
    fn info(&self) -> &'static Info;

    /// It is shown for the first time, or again after another one: asks for what it lacks.
    fn shown(&mut self, cx: &mut Cx<'_>);

    /// It is not shown any more, but stays as it is for the way back.
    fn hidden(&mut self, _cx: &mut Cx<'_>) {}

    /// The time range is another one than before.
    fn range_changed(&mut self, cx: &mut Cx<'_>);

    /// A key of its table, or one that holds everywhere. False when it has nothing to do with it.
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> bool;

    /// What a request of a slot has brought.
    fn answered(&mut self, slot: Slot, answer: Result<Answer, Failure>, cx: &mut Cx<'_>);

    /// What a live tail or a watch has brought.
    fn arrived(&mut self, _news: News, _cx: &mut Cx<'_>) {}

    /// Time has passed, or the screen has another size.
    fn tick(&mut self, _cx: &mut Cx<'_>) {}

    /// How often it wants to know that time passes.
    fn tick_every(&self) -> Option<Duration> {
        None
    }

    /// The mouse, in columns and rows from the left top of the screen's area.
    fn mouse(&mut self, _mouse: Mouse, _cx: &mut Cx<'_>) {}

    /// An overlay that it opened has an answer.
    fn told(&mut self, _told: Told, _cx: &mut Cx<'_>) {}

    /// Draws it.
    fn view(&self, paper: &mut Paper<'_>, look: &Look<'_>);

    /// Its filter, where it has one.
    fn filter(&self) -> Option<&FilterBar> {
        None
    }

    /// The same, to be changed.
    fn filter_mut(&mut self) -> Option<&mut FilterBar> {
        None
    }

    /// The filter is another one than before.
    fn filter_changed(&mut self, _cx: &mut Cx<'_>) {}

    /// What stands at the right of the filter: how much there is.
    fn counts(&self, _look: &Look<'_>) -> Vec<Piece> {
        Vec::new()
    }

    /// What stands in the bar behind the screen's title: what it shows, and how it does.
    fn crumbs(&self, _look: &Look<'_>) -> Vec<Piece> {
        Vec::new()
    }

    /// The actions whose keys the last line shows, the most useful first.
    fn hints(&self) -> &'static [Action];

    /// Whether what keys are about is on its way: they wait for it, as whoever knows the way is faster than the answer.
    fn is_waiting(&self) -> bool {
        false
    }

    /// Tables of keys that hold now before the common ones, the innermost first.
    fn tables(&self) -> Vec<Table> {
        vec![*self.info().table]
    }

    /// This very place as a link. Range, filter and tenant are added by the caller.
    fn link(&self) -> Link;

    /// The command that prints the same data.
    fn command(&self, shared: &Shared) -> String;

    /// What is selected, for the way to what is related.
    fn selection(&self) -> Selection {
        Selection::default()
    }

    /// What of it is written to a file of this name; `None` where there is nothing to write.
    fn exported(&self, _path: &str) -> Option<String> {
        None
    }

    /// Work of the user that would be lost with it, in a few words.
    fn unsaved(&self) -> Option<String> {
        None
    }

    /// Approximately the bytes that it holds.
    fn weight(&self) -> usize;
}

/// What is selected on a screen: whatever of it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    /// Its service.
    pub(crate) service: Option<String>,
    /// Its trace.
    pub(crate) trace: Option<String>,
    /// Its span.
    pub(crate) span: Option<String>,
    /// Its metric.
    pub(crate) metric: Option<String>,
    /// Its operation: the name of spans.
    pub(crate) operation: Option<String>,
    /// Its time.
    pub(crate) time: Option<Timestamp>,
    /// How long it took, in nanoseconds.
    pub(crate) duration_ns: Option<i64>,
    /// The row as text, JSON and Markdown.
    pub(crate) line: Option<String>,
    /// As JSON.
    pub(crate) json: Option<String>,
    /// The value under the cursor, and the field of the filter grammar that it belongs to.
    pub(crate) field: Option<(String, String)>,
}

/// What all screens share.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    /// Now, by this machine's clock.
    pub(crate) now: Timestamp,
    /// The time range.
    pub(crate) range: Range,
    /// The zone that times are shown in.
    pub(crate) zone: TimeZone,
    /// How times are shown in lists.
    pub(crate) time_style: TimeStyle,
    /// The tenant, or another place of the tree.
    pub(crate) scope: Scope,
    /// Where OTLP is taken, once the daemon has said so.
    pub(crate) otlp: Option<String>,
    /// Whether nothing may be changed.
    pub(crate) is_read_only: bool,
    /// What is highlighted.
    pub(crate) highlight: Option<Highlight>,
    /// Whether the daemon answers.
    pub(crate) reach: Reach,
}

/// Whether the daemon answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reach {
    /// It has not answered yet.
    Connecting,
    /// It answers.
    There,
    /// It cannot be reached.
    Lost {
        /// When that was noticed.
        since: Timestamp,
        /// What stood in the way.
        why: String,
    },
}

/// How times are shown in lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum TimeStyle {
    /// The time of day.
    #[default]
    Time,
    /// With the date.
    Date,
    /// Since the row before.
    Delta,
    /// How long ago.
    Ago,
    /// When it was observed, not when it happened.
    Observed,
}

impl TimeStyle {
    /// The next one.
    pub(crate) fn next(self) -> Self {
        match self {
            Self::Time => Self::Date,
            Self::Date => Self::Observed,
            Self::Observed => Self::Delta,
            Self::Delta => Self::Ago,
            Self::Ago => Self::Time,
        }
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Time => "time of day",
            Self::Date => "date and time",
            Self::Observed => "time observed",
            Self::Delta => "time since the row before",
            Self::Ago => "time ago",
        }
    }
}

/// What a screen is drawn with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look<'a> {
    /// What all screens share.
    pub(crate) shared: &'a Shared,
    /// Whether keys go to this screen.
    pub(crate) has_focus: bool,
}

impl Look<'_> {
    /// Whether nothing is known because the daemon does not answer: "there is none" would be untrue then.
    pub(crate) fn is_cut_off(&self) -> bool {
        self.shared.reach != Reach::There
    }

    /// What stands where an answer will.
    pub(crate) fn outlook(&self) -> Vec<Piece> {
        match &self.shared.reach {
            Reach::Lost { why, .. } => vec![
                piece(why.clone(), Role::Error),
                piece("", Role::Text),
                piece("goes on by itself once it answers", Role::Dim),
            ],
            Reach::Connecting | Reach::There => vec![piece("…", Role::Dim)],
        }
    }
}

/// What a screen works with.
#[derive(Debug)]
pub(crate) struct Cx<'a> {
    /// What all screens share.
    pub(crate) shared: &'a Shared,
    /// The area that it is drawn in, of the whole terminal.
    pub(crate) area: Rect,
    /// Which screen this is.
    pub(crate) screen: ScreenId,
    /// What is to be done.
    pub(crate) effects: &'a mut Vec<Effect>,
}

impl Cx<'_> {
    /// Asks the daemon.
    pub(crate) fn ask(&mut self, slot: Slot, request: Request) {
        self.ask_after(slot, request, Duration::ZERO);
    }

    /// Asks the daemon after a while, unless the slot is asked again before.
    pub(crate) fn ask_after(&mut self, slot: Slot, request: Request, pause: Duration) {
        self.effects.push(Effect::Ask { screen: self.screen, slot, request: Box::new(request), pause });
    }

    /// Whatever was asked for a slot is not wanted any more.
    pub(crate) fn forget(&mut self, slot: Slot) {
        self.effects.push(Effect::Forget { screen: self.screen, slot });
    }

    /// Opens a place, on top of this one.
    pub(crate) fn open(&mut self, link: Link) {
        self.effects.push(Effect::Open(link, None));
    }

    /// Opens a place with another time range.
    pub(crate) fn open_in(&mut self, link: Link, range: Range) {
        self.effects.push(Effect::Open(link, Some(range)));
    }

    /// Another time range for all screens, which can be undone.
    pub(crate) fn set_range(&mut self, range: Range) {
        self.effects.push(Effect::SetRange { range, is_undo: false });
    }

    /// Says something in the last line.
    pub(crate) fn say(&mut self, text: impl Into<String>, role: Role) {
        self.effects.push(Effect::Say(text.into(), role));
    }

    /// Shows something over the screen.
    pub(crate) fn overlay(&mut self, overlay: Overlay) {
        self.effects.push(Effect::Overlay(Some(self.screen), Box::new(overlay)));
    }
}

/// What is to be done. The model does some of it itself, the driver the rest.
#[derive(Debug)]
pub(crate) enum Effect {
    // --- of the model
    /// Opens a place, maybe with another time range.
    Open(Link, Option<Range>),
    /// Another time range for all screens.
    SetRange { range: Range, is_undo: bool },
    /// A change of the filter of the screen that has the focus: text to set.
    SetFilter(String),
    /// Says something in the last line.
    Say(String, Role),
    /// Shows something over the screen, and tells its answer to this one.
    Overlay(Option<ScreenId>, Box<Overlay>),
    // --- of the driver
    /// Asks the daemon, and brings the answer to a slot of a screen.
    Ask { screen: ScreenId, slot: Slot, request: Box<Request>, pause: Duration },
    /// Gives up what was asked for a slot.
    Forget { screen: ScreenId, slot: Slot },
    /// Begins a live tail for a screen, in place of the one that it has.
    Follow { screen: ScreenId, tail: Tail },
    /// Ends it.
    Unfollow { screen: ScreenId },
    /// Copies a text to the clipboard of the terminal.
    Copy { what: String, text: String },
    /// Writes a file, and says so.
    Write { path: String, text: String },
    /// Opens a text in the user's editor, and brings back what it became. `None`: only to look at.
    Edit { screen: Option<ScreenId>, name: String, text: String },
    /// Another daemon or tenant.
    Connect(Connect),
    /// Captures the mouse, or leaves it to the terminal.
    Mouse(bool),
    /// Draws everything again.
    Redraw,
    /// Suspends the process.
    Suspend,
    /// Ends.
    Quit,
}

/// A live tail.
#[derive(Debug, Clone)]
pub(crate) enum Tail {
    /// Log records.
    Logs(Follow),
    /// Changes of resources of a kind, after a revision.
    Resources { kind: &'static KindInfo, scope: Scope, since: i64 },
}

/// Where to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Connect {
    /// A context by name.
    Context(String),
    /// A tenant, or another place, of the same daemon.
    Scope(Scope),
}

/// What a live tail or a watch brings.
#[derive(Debug)]
pub(crate) enum News {
    /// The daemon answers: for the first time, or again.
    Connected,
    /// Log records, in the order of their arrival.
    Logs(Vec<tfo_sdk::api::LogRecord>),
    /// The reader was too slow: so many records were left out.
    Dropped {
        /// How many.
        count: u64,
    },
    /// The connection is lost, and is tried again.
    Lost(Failure),
    /// The tail begins anew: the daemon has another store than before.
    Restarted,
    /// It cannot be.
    Refused(Failure),
    /// A change of a resource.
    Resource(Box<tfo_sdk::api::WatchEvent>),
}

/// What an overlay tells the screen that opened it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    /// What was typed into a prompt, by the name of the prompt.
    Typed(&'static str, String),
    /// What was chosen from a menu, by the name of the menu.
    Chosen(&'static str, String),
    /// A question was answered with yes, by its name.
    Confirmed(&'static str),
    /// What became of a text in the editor.
    Edited(String),
}

/// What the mouse does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mouse {
    /// Pressed here.
    Down(u16, u16),
    /// Held down, from where it was pressed to here.
    Drag {
        /// Where it was pressed.
        from: (u16, u16),
        /// Where it is.
        to: (u16, u16),
    },
    /// Let go.
    Up {
        /// Where it was pressed.
        from: (u16, u16),
        /// Where it is.
        to: (u16, u16),
    },
    /// The wheel: rows down, or up where it is negative.
    Wheel(u16, u16, i32),
}

/// How often most screens look at the time.
pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// Every slot of a screen.
pub(crate) const ALL_SLOTS: Slot = Slot("*");
