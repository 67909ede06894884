//! The state of the interface, and what it does with what happens.
//!
//! [`Model::update`] is pure: it takes a message and the time, and gives back what the driver is to do. Everything that
//! is drawn is drawn from here by [`super::view`].
//!
//! A tab has one or more parts beside each other, each with a history of screens like a browser's: going on puts the
//! screen as it is behind, coming back finds it as it was, with its time range.

mod commands;
mod history;
mod mouse;
#[cfg(test)]
mod tests;

use ratatui::crossterm::event::MouseEvent;
use ratatui::layout::Rect;
use tfo_sdk::Timestamp;
use tfo_sdk::resource::Scope;
use tfo_sdk::time::exact_duration;

pub(crate) use self::history::Pane;
use self::history::{Entry, Tab};
use super::filter_bar::{Change, Wanted};
use super::frame::{Frame, frame};
use super::highlight::Highlight;
use super::keys::{Action, COMMON, Found, Key, Table, act};
use super::link::Link;
use super::overlay::{Outcome, Overlay, Prompt};
use super::range::{self, Range};
use super::request::{Answer, Failure, Request};
use super::screen::{Connect, Cx, Effect, News, Reach, Screen, ScreenId, Shared, Slot, TimeStyle, Told};
use super::screens;
use super::settings::Settings;
use super::theme::Role;

/// How long a filter rests before it is asked with: whoever types is not done yet.
const FILTER_PAUSE_NS: i64 = 150_000_000;
/// How long a message stays in the last line.
const TOAST_NS: i64 = 5_000_000_000;
/// How long keys of a chord wait before what can follow is shown.
const CHORD_NS: i64 = 300_000_000;
/// How long it takes from one look for a lost daemon to the next.
const PING: std::time::Duration = std::time::Duration::from_secs(2);
/// The model's own requests.
const SELF: ScreenId = ScreenId(0);
const STATUS: Slot = Slot("status");
/// Completion of a screen's filter.
const COMPLETE: Slot = Slot("complete");
const COMPLETE_PAUSE: std::time::Duration = std::time::Duration::from_millis(80);
/// Places and ranges that one message may lead to.
const MOST_EFFECTS: usize = 1000;

/// Keys that wait, at most.
const MOST_QUEUED: usize = 16;

/// Whether an action is about what a screen shows, and waits for it; all others are done at once.
fn waits(action: Action) -> bool {
    let at_once = [
        act::CLOSE,
        act::QUIT,
        act::QUIT_NOW,
        act::BACK,
        act::FORWARD,
        act::FILTER,
        act::HIGHLIGHT,
        act::TIME,
        act::TIME_STYLE,
        act::ZONE,
        act::PALETTE,
        act::HELP,
        act::UNDO,
        act::REDO,
        act::REFRESH,
        act::MOUSE,
        act::REDRAW,
        act::SUSPEND,
    ];
    let is_screen = action.0.starts_with("screen-");
    let is_part = action.0.contains("tab") || action.0.contains("split");
    !at_once.contains(&action) && !is_screen && !is_part
}

/// What happens.
#[derive(Debug)]
pub(crate) enum Message {
    /// It begins.
    Start,
    /// A key.
    Key(Key),
    /// A text was pasted.
    Paste(String),
    /// The mouse.
    Mouse(MouseEvent),
    /// The terminal has this size now.
    Resize(u16, u16),
    /// Time has passed.
    Tick,
    /// What a request has brought.
    Answer { screen: ScreenId, slot: Slot, answer: Result<Answer, Failure> },
    /// What a live tail has brought.
    News { screen: ScreenId, news: News },
    /// What became of a text in the editor.
    Edited { screen: Option<ScreenId>, text: Result<String, String> },
    /// Another daemon or tenant is asked from now on.
    Connected { url: String, scope: Scope },
    /// Something to be told: it went well, or it did not.
    Said(Result<String, String>),
}

/// A message in the last line.
#[derive(Debug, Clone)]
pub(crate) struct Toast {
    /// What it says.
    pub(crate) text: String,
    /// How it is meant.
    pub(crate) role: Role,
    until: Timestamp,
}

/// The whole state.
#[derive(Debug)]
pub(crate) struct Model {
    /// Keys, colours, glyphs.
    pub(crate) settings: Settings,
    /// What all screens share.
    pub(crate) shared: Shared,
    /// Whom it asks.
    pub(crate) url: String,
    /// The contexts that there are.
    pub(crate) contexts: Vec<String>,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) tab: usize,
    pub(crate) overlay: Option<Overlay>,
    /// The screen that opened it; none where it is the model's own.
    overlay_of: Option<ScreenId>,
    pub(crate) pressed: Vec<Key>,
    pressed_at: Timestamp,
    pub(crate) toast: Option<Toast>,
    pub(crate) size: (u16, u16),
    next_screen: u64,
    filter_due: Option<(ScreenId, Timestamp)>,
    /// Where the mouse was pressed, and in which part.
    pressed_mouse: Option<(usize, (u16, u16))>,
    pub(crate) has_mouse: bool,
    pub(crate) is_over: bool,
    /// Whether it was told that work would be lost.
    is_warned: bool,
    /// A link to open once its tenant is asked.
    link_after: Option<Link>,
    /// Keys that wait for what they are about.
    queued: Vec<Action>,
}

impl Model {
    /// Before anything is open.
    pub(crate) fn new(settings: Settings, shared: Shared, url: String, contexts: Vec<String>) -> Self {
        let has_mouse = settings.has_mouse;
        Self {
            settings,
            shared,
            url,
            contexts,
            tabs: vec![Tab::default()],
            tab: 0,
            overlay: None,
            overlay_of: None,
            pressed: Vec::new(),
            pressed_at: Timestamp(0),
            toast: None,
            size: (80, 24),
            next_screen: 1,
            filter_due: None,
            pressed_mouse: None,
            has_mouse,
            is_over: false,
            is_warned: false,
            link_after: None,
            queued: Vec::new(),
        }
    }

    /// Opens a link before the first message.
    ///
    /// # Errors
    /// The link leads nowhere.
    pub(crate) fn open_first(&mut self, link: &Link) -> Result<Vec<Effect>, String> {
        let mut effects = Vec::new();
        if let Some(range) = self.range_of(link)? {
            self.shared.range = range;
        }
        self.open(link, &mut effects)?;
        Ok(self.perform(effects))
    }

    /// What a message does.
    pub(crate) fn update(&mut self, message: Message, now: Timestamp) -> Vec<Effect> {
        self.shared.now = now;
        if self.toast.as_ref().is_some_and(|toast| toast.until <= now) {
            self.toast = None;
        }
        let mut effects = Vec::new();
        match message {
            Message::Start => self.ask_status(std::time::Duration::ZERO, &mut effects),
            Message::Key(key) => self.key(key, &mut effects),
            Message::Paste(text) => self.paste(&text, &mut effects),
            Message::Mouse(event) => self.mouse(event, &mut effects),
            Message::Resize(width, height) => self.resize(width, height, &mut effects),
            Message::Tick => self.tick(&mut effects),
            Message::Answer { screen: SELF, slot, answer } => self.answered(slot, answer, &mut effects),
            Message::Answer { screen, slot, answer } => {
                if let Err(failure) = &answer {
                    self.failed(failure, &mut effects);
                } else {
                    self.reached(&mut effects);
                }
                self.with_screen(screen, &mut effects, |entry, cx| {
                    if slot == COMPLETE {
                        // Without completion one can still type.
                        if let (Ok(answer), Some(bar)) = (&answer, entry.filter_mut()) {
                            bar.completed(answer);
                        }
                    } else {
                        entry.answered(slot, answer, cx);
                    }
                });
            }
            Message::News { screen, news } => {
                match &news {
                    News::Lost(failure) => self.failed(failure, &mut effects),
                    News::Refused(_) => {}
                    _ => self.reached(&mut effects),
                }
                self.with_screen(screen, &mut effects, |entry, cx| entry.arrived(news, cx));
            }
            Message::Edited { screen, text } => match (screen, text) {
                (Some(screen), Ok(text)) => {
                    // Of what is written now, nobody was warned.
                    self.is_warned = false;
                    self.with_screen(screen, &mut effects, |entry, cx| entry.told(Told::Edited(text), cx));
                }
                (None, Ok(_)) => {}
                (_, Err(error)) => self.say(error, Role::Error),
            },
            Message::Connected { url, scope } => self.connected(url, scope, &mut effects),
            Message::Said(Ok(text)) => self.say(text, Role::Good),
            Message::Said(Err(text)) => self.say(text, Role::Error),
        }
        let mut rest = self.perform(effects);
        while let Some(action) = self.next_queued() {
            let mut effects = Vec::new();
            self.act_now(action, &mut effects);
            rest.extend(self.perform(effects));
        }
        rest
    }

    /// The next key that has waited, once the screen has what it is about.
    fn next_queued(&mut self) -> Option<Action> {
        if self.queued.is_empty() || self.overlay.is_some() || self.is_waiting() {
            return None;
        }
        Some(self.queued.remove(0))
    }

    fn is_waiting(&self) -> bool {
        self.current().is_some_and(|entry| entry.screen.is_waiting())
    }

    /// How long until it wants a [`Message::Tick`]; `None` while nothing changes by itself.
    pub(crate) fn next_tick(&self) -> Option<std::time::Duration> {
        let ms = std::time::Duration::from_millis;
        let mut next: Option<std::time::Duration> = None;
        let mut within =
            |duration| next = Some(next.map_or(duration, |known: std::time::Duration| known.min(duration)));
        if self.filter_due.is_some() {
            within(ms(50));
        }
        if !self.pressed.is_empty() && self.shared.now.0 - self.pressed_at.0 < CHORD_NS {
            within(ms(100));
        }
        if self.toast.is_some() || matches!(self.shared.reach, Reach::Lost { .. }) {
            within(ms(1000));
        }
        if let Some(tab) = self.tabs.get(self.tab) {
            let every =
                tab.panes.iter().filter_map(Pane::current).filter_map(|entry| entry.screen.tick_every());
            every.for_each(&mut within);
        }
        next
    }

    /// Whether what can follow the keys pressed so far is to be shown.
    pub(crate) fn shows_chords(&self) -> bool {
        !self.pressed.is_empty() && self.shared.now.0 - self.pressed_at.0 >= CHORD_NS
    }

    /// The tables of keys that hold now, the innermost first.
    pub(crate) fn tables(&self) -> Vec<Table> {
        let mut tables = self.current().map(|entry| entry.screen.tables()).unwrap_or_default();
        tables.push(COMMON);
        tables
    }

    /// The screen that keys go to.
    pub(crate) fn current(&self) -> Option<&Entry> {
        let tab = self.tabs.get(self.tab)?;
        tab.panes.get(tab.focus)?.current()
    }

    /// Where everything is drawn.
    pub(crate) fn frame(&self) -> Frame {
        frame(self)
    }

    fn current_pane(&mut self) -> Option<&mut Pane> {
        let tab = self.tabs.get_mut(self.tab)?;
        tab.panes.get_mut(tab.focus)
    }

    fn current_id(&self) -> Option<ScreenId> {
        self.current().map(|entry| entry.id)
    }

    // --- messages

    fn key(&mut self, key: Key, effects: &mut Vec<Effect>) {
        let height = self.overlay_height();
        if let Some(overlay) = &mut self.overlay {
            let outcome = overlay.key(key, height);
            self.overlay_told(outcome, effects);
            return;
        }
        if self.pressed.is_empty() && self.edit_filter(key, effects) {
            return;
        }
        if key == (Key { code: ratatui::crossterm::event::KeyCode::Esc, ..key }) && !self.pressed.is_empty() {
            self.pressed.clear();
            return;
        }
        self.pressed.push(key);
        self.pressed_at = self.shared.now;
        match self.settings.keys.find(&self.tables(), &self.pressed) {
            Found::Prefix => {}
            Found::Nothing => self.pressed.clear(),
            Found::Action(action) => {
                self.pressed.clear();
                self.act(action, effects);
            }
        }
    }

    /// A key for the filter that is being edited. False when none is, or it is no key for it.
    fn edit_filter(&mut self, key: Key, effects: &mut Vec<Effect>) -> bool {
        let Some(id) = self.current_id() else { return false };
        let Some(entry) = self.current_pane().and_then(Pane::current_mut) else { return false };
        let before = entry.screen.filter().map(|bar| bar.text().to_owned()).unwrap_or_default();
        let Some(bar) = entry.screen.filter_mut() else { return false };
        if !bar.is_edited() {
            return false;
        }
        let change = bar.key(key);
        self.filter_edited(id, change, &before, effects)
    }

    fn filter_edited(
        &mut self,
        id: ScreenId,
        change: Change,
        before: &str,
        effects: &mut Vec<Effect>,
    ) -> bool {
        let due = Timestamp(self.shared.now.0.saturating_add(FILTER_PAUSE_NS));
        let range = self.shared.range;
        let Some(entry) = self.current_pane().and_then(Pane::current_mut) else { return false };
        match change {
            // Ctrl-c must always quit; everything else that the line does not know is lost on it.
            Change::NotMine => return false,
            Change::Nothing => {}
            Change::Typed => {
                entry.remember_once(before, range);
                self.filter_due = Some((id, due));
            }
            Change::Done => {
                entry.end_of_edit();
                self.filter_due = None;
                self.with_screen(id, effects, |screen, cx| screen.filter_changed(cx));
            }
        }
        self.complete(id, effects);
        true
    }

    /// Asks for what can stand at the cursor of the filter.
    fn complete(&mut self, id: ScreenId, effects: &mut Vec<Effect>) {
        let range = self.shared.range;
        self.with_screen(id, effects, |screen, cx| {
            let Some(wanted) = screen.filter_mut().and_then(super::filter_bar::FilterBar::wanted) else {
                return;
            };
            let read = |signal, prefix: String, key| tfo_sdk::client::CompletionRead {
                read: tfo_sdk::client::Read { limit: Some(50), ..range.read() },
                signal,
                prefix: (!prefix.is_empty()).then_some(prefix),
                key,
            };
            let request = match wanted {
                Wanted::Keys { signal, prefix } => Request::Keys(read(signal, prefix, None)),
                Wanted::Values { signal, field, prefix } => {
                    Request::Values(read(signal, prefix, Some(field)))
                }
            };
            cx.ask_after(COMPLETE, request, COMPLETE_PAUSE);
        });
    }

    fn paste(&mut self, text: &str, effects: &mut Vec<Effect>) {
        if let Some(overlay) = &mut self.overlay {
            overlay.paste(text);
            return;
        }
        let Some(id) = self.current_id() else { return };
        let Some(entry) = self.current_pane().and_then(Pane::current_mut) else { return };
        let before = entry.screen.filter().map(|bar| bar.text().to_owned()).unwrap_or_default();
        let Some(bar) = entry.screen.filter_mut() else { return };
        // What is pasted is never keys.
        if bar.is_edited() {
            let change = bar.paste(text);
            self.filter_edited(id, change, &before, effects);
        } else {
            self.say("paste into a filter (/) or a prompt", Role::Dim);
        }
    }

    fn resize(&mut self, width: u16, height: u16, effects: &mut Vec<Effect>) {
        self.size = (width, height);
        self.pressed_mouse = None;
        // What is asked may depend on how much is shown.
        self.for_all_shown(effects, |screen, cx| {
            screen.tick(cx);
        });
    }

    fn tick(&mut self, effects: &mut Vec<Effect>) {
        if let Some((id, due)) = self.filter_due
            && due <= self.shared.now
        {
            self.filter_due = None;
            self.with_screen(id, effects, |screen, cx| screen.filter_changed(cx));
        }
        self.for_all_shown(effects, |screen, cx| {
            if screen.tick_every().is_some() {
                screen.tick(cx);
            }
        });
    }

    fn answered(&mut self, slot: Slot, answer: Result<Answer, Failure>, effects: &mut Vec<Effect>) {
        match answer {
            Ok(Answer::Status(status)) => {
                self.shared.otlp = Some(format!("http://{}", status.otlp_http));
                self.reached(effects);
            }
            Ok(Answer::Changed(resource)) => {
                self.say(format!("{}/{} is saved", resource.kind, resource.metadata.name), Role::Good);
            }
            Ok(_) => {}
            Err(failure) if failure.is_refused || slot != STATUS => self.say(failure.text, Role::Error),
            Err(failure) => {
                self.failed(&failure, &mut Vec::new());
                self.ask_status(PING, effects);
            }
        }
    }

    /// The daemon cannot be reached: says so, and looks for it until it is back.
    fn failed(&mut self, failure: &Failure, effects: &mut Vec<Effect>) {
        if failure.is_lost && !matches!(self.shared.reach, Reach::Lost { .. }) {
            self.shared.reach = Reach::Lost { since: self.shared.now, why: failure.text.clone() };
            self.ask_status(PING, effects);
        }
    }

    /// The daemon answers. After it was lost, everything that is shown is asked for again, whoever has noticed first.
    fn reached(&mut self, effects: &mut Vec<Effect>) {
        if let Reach::Lost { .. } = std::mem::replace(&mut self.shared.reach, Reach::There) {
            self.say("the daemon is back", Role::Good);
            self.for_all_shown(effects, |screen, cx| {
                screen.act(act::REFRESH, cx);
            });
        }
    }

    fn ask_status(&self, pause: std::time::Duration, effects: &mut Vec<Effect>) {
        effects.push(Effect::Ask { screen: SELF, slot: STATUS, request: Box::new(Request::Status), pause });
    }

    fn connected(&mut self, url: String, scope: Scope, effects: &mut Vec<Effect>) {
        let link = self.current().map_or_else(|| Link::to("logs"), |entry| entry.screen.link());
        self.url = url;
        self.shared.scope = scope;
        self.shared.reach = Reach::There;
        // Nothing of what was open is of this place.
        for tab in std::mem::take(&mut self.tabs) {
            for entry in tab.panes.into_iter().flat_map(|pane| pane.entries) {
                history::end(&entry, effects);
            }
        }
        self.tabs = vec![Tab::default()];
        self.tab = 0;
        self.is_warned = false;
        // A record or a trace of another tenant is not here; the screen that lists them is.
        let link = if link.id.is_some() { Link::to("logs") } else { link };
        let opened = self.open(&link, effects).or_else(|_| self.open(&Link::to("logs"), effects));
        if let Err(error) = opened {
            self.say(error, Role::Error);
        }
        self.ask_status(std::time::Duration::ZERO, effects);
        if let Some(link) = self.link_after.take() {
            match self.range_of(&link) {
                Ok(range) => effects.push(Effect::Open(link, range)),
                Err(error) => self.say(error, Role::Error),
            }
        }
    }

    // --- overlays

    fn overlay_height(&self) -> u16 {
        let screen = Rect::new(0, 0, self.size.0, self.size.1);
        self.overlay.as_ref().map_or(0, |overlay| overlay.area(screen).height.saturating_sub(2))
    }

    fn overlay_told(&mut self, outcome: Outcome, effects: &mut Vec<Effect>) {
        match outcome {
            Outcome::Open => {}
            Outcome::Closed => self.overlay = None,
            Outcome::Told(told) => {
                let owner = self.overlay_of;
                match owner {
                    Some(screen) => {
                        self.overlay = None;
                        self.with_screen(screen, effects, |screen, cx| screen.told(told, cx));
                    }
                    None => self.told(told, effects),
                }
            }
        }
    }

    /// The answer of an overlay of the model's own.
    fn told(&mut self, told: Told, effects: &mut Vec<Effect>) {
        match told {
            Told::Typed("time", text) => match Range::parse(&text, self.shared.now, &self.shared.zone) {
                Ok(range) => {
                    self.overlay = None;
                    effects.push(Effect::SetRange { range, is_undo: false });
                }
                Err(error) => self.fault(error.to_string()),
            },
            Told::Typed("highlight", text) => {
                let highlight = if text.is_empty() { Ok(None) } else { Highlight::new(&text).map(Some) };
                match highlight {
                    Ok(highlight) => {
                        self.overlay = None;
                        self.shared.highlight = highlight;
                        if self.shared.highlight.is_some() {
                            self.act(act::NEXT_MATCH, effects);
                        }
                    }
                    Err(error) => self.fault(error),
                }
            }
            Told::Typed("open", text) => match Link::parse(&text) {
                Ok(link) => {
                    self.overlay = None;
                    self.open_link(link, effects);
                }
                Err(error) => self.fault(error.to_string()),
            },
            Told::Typed("scope", text) => match text.trim().parse::<Scope>() {
                Ok(scope) => {
                    self.overlay = None;
                    self.connect(Connect::Scope(scope), effects);
                }
                Err(error) => self.fault(error.to_string()),
            },
            Told::Typed("save view", name) => self.save_view(&name, effects),
            Told::Typed("export", path) => self.export(&path, effects),
            Told::Chosen(_, value) => {
                self.overlay = None;
                self.command(&value, effects);
            }
            _ => self.overlay = None,
        }
    }

    /// Opens a link that somebody has sent: in its tenant, with its range.
    fn open_link(&mut self, link: Link, effects: &mut Vec<Effect>) {
        let tenant = link.get("tenant").to_owned();
        if !tenant.is_empty() && tenant != self.shared.scope.to_string() {
            match tenant.parse() {
                Ok(scope) => {
                    if self.connect(Connect::Scope(scope), effects) {
                        self.link_after = Some(link);
                    }
                }
                Err(error) => self.say(format!("tenant: {error}"), Role::Error),
            }
            return;
        }
        match self.range_of(&link) {
            Ok(range) => effects.push(Effect::Open(link, range)),
            Err(error) => self.say(error, Role::Error),
        }
    }

    fn fault(&mut self, fault: String) {
        if let Some(Overlay::Prompt(prompt)) = &mut self.overlay {
            prompt.fault = Some(fault);
        }
    }

    fn show(&mut self, overlay: Overlay) {
        self.overlay = Some(overlay);
        self.overlay_of = None;
    }

    fn say(&mut self, text: impl Into<String>, role: Role) {
        let until = Timestamp(self.shared.now.0.saturating_add(TOAST_NS));
        self.toast = Some(Toast { text: text.into(), role, until });
    }

    // --- actions

    /// Does what a key or a command asks for, or lets it wait for what it is about.
    fn act(&mut self, action: Action, effects: &mut Vec<Effect>) {
        if !waits(action) {
            self.queued.clear();
        } else if self.is_waiting() || !self.queued.is_empty() {
            if self.queued.len() < MOST_QUEUED {
                self.queued.push(action);
            }
            return;
        }
        self.act_now(action, effects);
    }

    /// First the screen, then what holds everywhere.
    fn act_now(&mut self, action: Action, effects: &mut Vec<Effect>) {
        let mut is_done = action == act::QUIT_NOW;
        if is_done {
            effects.push(Effect::Quit);
            return;
        }
        if let Some(id) = self.current_id() {
            self.with_screen(id, effects, |screen, cx| is_done = screen.act(action, cx));
        }
        if !is_done {
            self.act_everywhere(action, effects);
        }
    }

    fn act_everywhere(&mut self, action: Action, effects: &mut Vec<Effect>) {
        let now = self.shared.now;
        let range = self.shared.range;
        match action {
            act::CLOSE => {
                if self.shared.highlight.take().is_none() {
                    self.back(effects);
                }
            }
            act::BACK => {
                self.back(effects);
            }
            act::FORWARD => self.forward(effects),
            act::QUIT => self.close_or_quit(effects),
            act::FILTER => {
                let Some(id) = self.current_id() else { return };
                let bar = self
                    .current_pane()
                    .and_then(Pane::current_mut)
                    .and_then(|entry| entry.screen.filter_mut());
                match bar {
                    Some(bar) => bar.edit(),
                    None => self.say("nothing to filter here", Role::Dim),
                }
                self.complete(id, effects);
            }
            act::HIGHLIGHT => {
                let text = self.shared.highlight.as_ref().map(|highlight| highlight.text.clone());
                self.show(Overlay::Prompt(Prompt::new(
                    "highlight",
                    "Highlight",
                    &text.unwrap_or_default(),
                    "a text, or a /regex/; n and N go from one to the next; empty ends it",
                )));
            }
            act::TIME => {
                let text = range.to_string();
                self.show(Overlay::Prompt(Prompt::new(
                    "time",
                    "Time range",
                    &text,
                    "30m · 12:04..12:09 · yesterday · yesterday 14:00 · 2026-11-25..2026-11-26",
                )));
            }
            act::TIME_STYLE => {
                self.shared.time_style = self.shared.time_style.next();
                self.say(format!("times: {}", self.shared.time_style.name()), Role::Info);
            }
            act::ZONE => {
                let is_utc = self.shared.zone == jiff::tz::TimeZone::UTC;
                self.shared.zone =
                    if is_utc { self.settings.local_zone.clone() } else { jiff::tz::TimeZone::UTC };
                let name = self.shared.zone.iana_name().unwrap_or("local").to_owned();
                self.say(format!("times in {name}"), Role::Info);
            }
            act::ZOOM_IN => self.change_range(range.scaled(0.5), effects),
            act::ZOOM_OUT => self.change_range(range.scaled(2.0), effects),
            act::EARLIER => self.change_range(range.moved(-1, now), effects),
            act::LATER => self.change_range(range.moved(1, now), effects),
            act::RESET_ZOOM => self.change_range(range::START, effects),
            act::UNDO => self.undo(false, effects),
            act::REDO => self.undo(true, effects),
            act::INCLUDE | act::EXCLUDE => self.filter_by_value(action == act::EXCLUDE, effects),
            act::NEXT_SPLIT
            | act::CLOSE_SPLIT
            | act::SPLIT_RIGHT
            | act::SPLIT_BELOW
            | act::NEW_TAB
            | act::CLOSE_TAB
            | act::NEXT_TAB
            | act::PREVIOUS_TAB => self.arrange(action, effects),
            act::REDRAW => effects.push(Effect::Redraw),
            act::SUSPEND => effects.push(Effect::Suspend),
            act::MOUSE => {
                self.has_mouse = !self.has_mouse;
                effects.push(Effect::Mouse(self.has_mouse));
                let text = if self.has_mouse {
                    "the mouse is tfo's"
                } else {
                    "the mouse is the terminal's: select as ever"
                };
                self.say(text, Role::Info);
            }
            action => self.act_on_selection(action, effects),
        }
    }

    fn change_range(&mut self, range: Range, effects: &mut Vec<Effect>) {
        if range != self.shared.range {
            effects.push(Effect::SetRange { range, is_undo: false });
        }
    }

    /// Closes what is open, else goes back, else quits; what would be lost is told once before.
    fn close_or_quit(&mut self, effects: &mut Vec<Effect>) {
        let mut is_closed = false;
        if let Some(id) = self.current_id() {
            self.with_screen(id, effects, |screen, cx| is_closed = screen.act(act::CLOSE, cx));
        }
        if is_closed || self.shared.highlight.take().is_some() || self.back(effects) {
            return;
        }
        if !self.warns_of_loss("q again quits all the same") {
            effects.push(Effect::Quit);
        }
    }

    /// Says once that work would be lost, and how to go on nevertheless; false when none would, or it was said.
    fn warns_of_loss(&mut self, how: &str) -> bool {
        let mut entries = self.tabs.iter().flat_map(|tab| &tab.panes).flat_map(|pane| &pane.entries);
        match entries.find_map(|entry| entry.screen.unsaved()) {
            Some(work) if !self.is_warned => {
                self.is_warned = true;
                self.say(format!("{work}; {how}"), Role::Warning);
                true
            }
            _ => false,
        }
    }

    /// Asks another daemon or tenant from now on, which closes all that is open. False when it was only warned.
    fn connect(&mut self, connect: Connect, effects: &mut Vec<Effect>) -> bool {
        if self.warns_of_loss("the same again goes there all the same") {
            return false;
        }
        effects.push(Effect::Connect(connect));
        true
    }

    fn filter_by_value(&mut self, is_excluded: bool, effects: &mut Vec<Effect>) {
        let Some(entry) = self.current() else { return };
        let Some((field, value)) = entry.screen.selection().field else {
            self.say("no value under the cursor", Role::Dim);
            return;
        };
        let Some(bar) = entry.screen.filter() else { return };
        let sign = if is_excluded { "-" } else { "" };
        let text = bar.with_term(&format!("{sign}{field}={value}"));
        effects.push(Effect::SetFilter(text));
    }

    /// Puts filter and range of the current screen on the pile for undo.
    fn remember(&mut self) {
        let range = self.shared.range;
        if let Some(entry) = self.current_pane().and_then(Pane::current_mut) {
            let filter = entry.screen.filter().map(|bar| bar.text().to_owned()).unwrap_or_default();
            entry.remember(filter, range);
        }
    }

    fn undo(&mut self, is_redo: bool, effects: &mut Vec<Effect>) {
        let range = self.shared.range;
        let Some(entry) = self.current_pane().and_then(Pane::current_mut) else { return };
        let filter = entry.screen.filter().map(|bar| bar.text().to_owned()).unwrap_or_default();
        let Some((filter, range)) = entry.undo(is_redo, filter, range) else {
            self.say(if is_redo { "nothing to do again" } else { "nothing to undo" }, Role::Dim);
            return;
        };
        let id = entry.id;
        if let Some(bar) = entry.screen.filter_mut() {
            bar.set(&filter);
        }
        if range == self.shared.range {
            self.with_screen(id, effects, |screen, cx| screen.filter_changed(cx));
        } else {
            effects.push(Effect::SetRange { range, is_undo: true });
        }
    }

    // --- effects

    /// Does what is the model's own of what is to be done; what is left is for the driver.
    fn perform(&mut self, effects: Vec<Effect>) -> Vec<Effect> {
        let mut queue = std::collections::VecDeque::from(effects);
        let mut rest = Vec::new();
        let mut count = 0;
        while let Some(effect) = queue.pop_front() {
            let mut more = Vec::new();
            match effect {
                Effect::Open(link, range) => {
                    let before = self.shared.range;
                    if let Some(entry) = self.current_pane().and_then(Pane::current_mut) {
                        entry.range = before;
                    }
                    if let Some(range) = range {
                        self.shared.range = range;
                    }
                    match self.open(&link, &mut more) {
                        Ok(()) if self.shared.range != before => {
                            let id = self.current_id();
                            self.for_others_shown(id, &mut more, |screen, cx| screen.range_changed(cx));
                        }
                        Ok(()) => {}
                        Err(error) => {
                            self.shared.range = before;
                            self.say(error, Role::Error);
                        }
                    }
                }
                Effect::SetRange { range, is_undo } => {
                    if !is_undo {
                        self.remember();
                    }
                    self.shared.range = range;
                    self.for_all_shown(&mut more, |screen, cx| screen.range_changed(cx));
                }
                Effect::SetFilter(text) => {
                    self.remember();
                    if let Some(id) = self.current_id() {
                        let mut is_set = false;
                        self.with_screen(id, &mut more, |screen, cx| {
                            is_set = screen.filter_mut().is_some_and(|bar| bar.set(&text));
                            if is_set {
                                screen.filter_changed(cx);
                            }
                        });
                        if !is_set {
                            self.say(format!("{text:?} cannot be read as a filter"), Role::Error);
                        }
                    }
                }
                Effect::Say(text, role) => self.say(text, role),
                Effect::Overlay(of, overlay) => {
                    self.overlay = Some(*overlay);
                    self.overlay_of = of;
                }
                Effect::Quit => {
                    self.is_over = true;
                    rest.push(Effect::Quit);
                }
                effect => {
                    rest.push(effect);
                    continue;
                }
            }
            count += 1;
            if count > MOST_EFFECTS {
                // Screens that open each other must end somewhere.
                more.retain(|effect| {
                    !matches!(effect, Effect::Open(..) | Effect::SetRange { .. } | Effect::SetFilter(_))
                });
            }
            for effect in more.into_iter().rev() {
                queue.push_front(effect);
            }
        }
        rest
    }

    /// Lets a screen do something, wherever it is.
    fn with_screen(
        &mut self,
        id: ScreenId,
        effects: &mut Vec<Effect>,
        work: impl FnOnce(&mut dyn Screen, &mut Cx<'_>),
    ) {
        let area = self.area_of(id);
        let shared = &self.shared;
        let entry = self
            .tabs
            .iter_mut()
            .flat_map(|tab| &mut tab.panes)
            .flat_map(|pane| &mut pane.entries)
            .find(|entry| entry.id == id);
        if let Some(entry) = entry {
            let mut cx = Cx { shared, area, screen: id, effects };
            work(entry.screen.as_mut(), &mut cx);
        }
    }

    /// Lets all screens that are shown do something.
    fn for_all_shown(&mut self, effects: &mut Vec<Effect>, work: impl Fn(&mut dyn Screen, &mut Cx<'_>)) {
        self.for_others_shown(None, effects, work);
    }

    /// Lets all screens that are shown do something, but for one.
    fn for_others_shown(
        &mut self,
        but: Option<ScreenId>,
        effects: &mut Vec<Effect>,
        work: impl Fn(&mut dyn Screen, &mut Cx<'_>),
    ) {
        let shown = self.tabs.get(self.tab).into_iter().flat_map(|tab| &tab.panes).filter_map(Pane::current);
        let ids: Vec<ScreenId> = shown.map(|entry| entry.id).filter(|id| Some(*id) != but).collect();
        for id in ids {
            self.with_screen(id, effects, &work);
        }
    }

    /// The area in which a screen draws; that of its part where it is not shown.
    fn area_of(&self, id: ScreenId) -> Rect {
        let frame = self.frame();
        let shown = self.tabs.get(self.tab).and_then(|tab| {
            tab.panes.iter().position(|pane| pane.entries.iter().any(|entry| entry.id == id))
        });
        frame.parts.get(shown.unwrap_or(0)).map_or_else(Rect::default, |part| part.body)
    }

    /// The range that a link asks for.
    pub(crate) fn range_of(&self, link: &Link) -> Result<Option<Range>, String> {
        match link.get("range") {
            "" => Ok(None),
            text => Range::parse(text, self.shared.now, &self.shared.zone)
                .map(Some)
                .map_err(|error| error.to_string()),
        }
    }

    /// A link to what is shown now, with everything that it depends on.
    pub(crate) fn link(&self) -> Link {
        let Some(entry) = self.current() else { return Link::to("logs") };
        let filter = entry.screen.filter().map(|bar| bar.text().to_owned()).unwrap_or_default();
        let scope =
            if self.shared.scope == Scope::PLATFORM { String::new() } else { self.shared.scope.to_string() };
        entry
            .screen
            .link()
            .with("filter", filter)
            .with("range", self.shared.range.to_string())
            .with("tenant", scope)
    }

    /// How long the daemon is away, in words.
    pub(crate) fn lost(&self) -> Option<String> {
        let Reach::Lost { since, .. } = &self.shared.reach else { return None };
        let seconds = (self.shared.now.0 - since.0).max(0).unsigned_abs() / 1_000_000_000;
        let long = match seconds {
            0 => String::new(),
            seconds => format!(" for {}", exact_duration(std::time::Duration::from_secs(seconds))),
        };
        Some(format!("no daemon{long}, trying again"))
    }
}

/// Times as they are shown when it starts.
pub(crate) const START_STYLE: TimeStyle = TimeStyle::Time;

/// A place to open: root screens by their number.
pub(crate) fn root(number: usize) -> Option<&'static screens::Info> {
    screens::roots().nth(number)
}
