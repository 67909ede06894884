//! Commands by name, and what one does with what is selected: related things, copies, files, saved views.

use std::time::Duration;

use serde_json::json;
use tfo_sdk::client::Precondition;
use tfo_sdk::resource::kind::find_exactly;
use tfo_sdk::resource::{API_VERSION, Level, Name, Scope};

use super::{Effect, Model, Pane};
use crate::text;
use crate::tui::filter_bar::quoted;
use crate::tui::keys::{Action, Table, act};
use crate::tui::link::Link;
use crate::tui::overlay::{Item, Menu, Overlay, Prompt};
use crate::tui::range::Range;
use crate::tui::request::Request;
use crate::tui::screen::{Connect, Slot};
use crate::tui::screens;
use crate::tui::theme::{Role, THEMES};

/// How far around a moment its related things are looked for.
const AROUND: Duration = Duration::from_secs(5 * 60);
/// The same around an instant: of a chart, of a line that belongs to no trace.
const MOMENT: Duration = Duration::from_secs(60);
/// The tenant that the daemon takes where none is said.
const DEFAULT_TENANT: &str = "default/default/default/default";
const SAVE: Slot = Slot("save view");

impl Model {
    /// Keys that work on what is selected, or show something over the screen.
    pub(super) fn act_on_selection(&mut self, action: Action, effects: &mut Vec<Effect>) {
        match action {
            act::PALETTE => self.show(Overlay::Menu(Menu::new("command", "Commands", self.commands()))),
            act::HELP => self.show(Overlay::Menu(Menu::new("command", "Keys", self.help()))),
            act::RELATED_LOGS | act::RELATED_TRACE | act::RELATED_SERVICE | act::RELATED_METRICS => {
                self.open_related(action, effects);
            }
            act::COPY_LINE | act::COPY_JSON | act::COPY_VALUE | act::COPY_ID | act::COPY_MARKDOWN => {
                self.copy_selection(action, effects);
            }
            act::COPY_COMMAND => {
                let Some(command) = self.current().map(|entry| entry.screen.command(&self.shared)) else {
                    return;
                };
                let scope = &self.shared.scope;
                // In front of the command: behind it may stand what is no option any more.
                let command = match command.strip_prefix("tfo ") {
                    Some(rest) if scope.level() == Level::Tenant => format!("tfo --tenant {scope} {rest}"),
                    _ => command,
                };
                effects.push(Effect::Copy { what: command.clone(), text: command });
            }
            act::COPY_LINK => {
                let link = self.link().to_string();
                effects.push(Effect::Copy { what: link.clone(), text: link });
            }
            act::EDITOR => {
                let Some(text) = self.current().and_then(|entry| {
                    let selection = entry.screen.selection();
                    selection.json.or(selection.line)
                }) else {
                    self.say("nothing is selected", Role::Dim);
                    return;
                };
                effects.push(Effect::Edit { screen: None, name: "selection.json".into(), text });
            }
            act::EXPORT => {
                let hint = "a new file: .jsonl, .json, .csv, .yaml or text, by its ending";
                let name = self.current().map_or("export", |entry| entry.screen.info().name);
                let prompt = Prompt::new("export", "Write what is loaded", &format!("{name}.jsonl"), hint);
                self.show(Overlay::Prompt(prompt));
            }
            act::SAVE_VIEW => self.ask_name_of_view(),
            act::OPEN_VIEW => effects.push(Effect::Open(Link::to("resources").id("SavedQuery"), None)),
            action => {
                let number = [act::SCREEN_1, act::SCREEN_2, act::SCREEN_3, act::SCREEN_4, act::SCREEN_5];
                if let Some(number) = number.iter().position(|known| *known == action) {
                    self.open_root(number, effects);
                } else if action != act::CLOSE {
                    self.say("nothing here for this key", Role::Dim);
                }
            }
        }
    }

    /// The way to what is related: time and service come along.
    fn open_related(&mut self, action: Action, effects: &mut Vec<Effect>) {
        let Some(selection) = self.current().map(|entry| entry.screen.selection()) else { return };
        let service = |field: &str| match &selection.service {
            Some(service) => format!("{field}={}", quoted(service)),
            None => String::new(),
        };
        let around =
            if selection.trace.is_some() || selection.duration_ns.is_some() { AROUND } else { MOMENT };
        let range = selection.time.map(|time| {
            let length = Duration::from_nanos(selection.duration_ns.unwrap_or(0).max(0).unsigned_abs());
            Range::between(time.minus(around), time.plus(length).plus(around))
        });
        let link = match action {
            act::RELATED_LOGS => match (&selection.trace, &selection.service) {
                (Some(trace), _) => Some(Link::to("logs").with("filter", format!("trace={trace}"))),
                (None, Some(_)) => Some(Link::to("logs").with("filter", service("service"))),
                (None, None) => None,
            },
            act::RELATED_TRACE => match (&selection.trace, &selection.service) {
                (Some(trace), _) => {
                    let span = selection.span.clone().unwrap_or_default();
                    Some(Link::to("trace").id(trace.clone()).with("span", span))
                }
                (None, Some(_)) => {
                    let operation = selection.operation.as_ref();
                    let name = operation.map(|name| format!(" name={}", quoted(name))).unwrap_or_default();
                    Some(Link::to("traces").with("filter", format!("{}{name}", service("service"))))
                }
                (None, None) => None,
            },
            act::RELATED_SERVICE => {
                selection.service.as_ref().map(|service| Link::to("service").id(service.clone()))
            }
            _ => match (&selection.metric, &selection.service) {
                (Some(metric), _) => {
                    Some(Link::to("metric").id(metric.clone()).with("filter", service("service")))
                }
                (None, Some(_)) => Some(Link::to("metrics").with("filter", service("service"))),
                (None, None) => None,
            },
        };
        match link {
            // A whole trace, a service and a metric have the moment in them while the range has it. A list would stand at
            // its newest row.
            Some(link) => {
                let (from, to) = self.shared.range.bounds(self.shared.now);
                let is_inside = selection.time.is_none_or(|time| time >= from && time < to);
                let is_list = selection.trace.is_none() && matches!(link.screen.as_str(), "logs" | "traces");
                let is_short = self.shared.range.length() <= 3_600_000_000_000;
                let keeps = is_inside && is_short && (!is_list || selection.time.is_none());
                effects.push(Effect::Open(link, if keeps { None } else { range }));
            }
            None => self.say("nothing selected that leads there", Role::Dim),
        }
    }

    fn copy_selection(&mut self, action: Action, effects: &mut Vec<Effect>) {
        let Some(selection) = self.current().map(|entry| entry.screen.selection()) else { return };
        let copied = match action {
            act::COPY_LINE => selection.line.map(|text| ("the row", text)),
            act::COPY_JSON => selection.json.map(|text| ("JSON", text)),
            act::COPY_VALUE => selection.field.map(|(_, value)| ("the value", value)),
            act::COPY_ID => {
                selection.trace.or(selection.metric).or(selection.service).map(|text| ("the id", text))
            }
            _ => selection.line.as_ref().map(|line| {
                let time = selection.time.map(|time| format!("`{time}` ")).unwrap_or_default();
                let service =
                    selection.service.as_ref().map(|name| format!("**{name}** ")).unwrap_or_default();
                ("Markdown", format!("- {time}{service}{line} ([view]({}))", self.link()))
            }),
        };
        match copied {
            // What is pasted into a shell must not act there, whatever a stranger has put into it.
            Some((what, text)) => {
                let text = if action == act::COPY_JSON { text::json(&text) } else { text::row(&text) };
                effects.push(Effect::Copy { what: what.to_owned(), text: text.into_owned() });
            }
            None => self.say("nothing to copy here", Role::Dim),
        }
    }

    /// Everything by name, for the palette.
    fn commands(&self) -> Vec<Item> {
        let mut items: Vec<Item> = self.keys_as_items(&self.tables());
        let item = |label: String, note: &str, value: String| Item { label, note: note.to_owned(), value };
        items.push(item("Open a link…".into(), "", "prompt:open".into()));
        items.push(item("Tenant, or another place…".into(), "", "prompt:scope".into()));
        for context in &self.contexts {
            items.push(item(format!("Context {context}"), "", format!("context:{context}")));
        }
        for theme in THEMES {
            items.push(item(format!("Theme {theme}"), "", format!("theme:{theme}")));
        }
        for kind in tfo_sdk::resource::kinds::ALL {
            items.push(item(
                format!("Resources: {}", kind.plural),
                kind.about,
                format!("open:{}", Link::to("resources").id(kind.name)),
            ));
        }
        items.push(item("Figures of this interface".into(), "frames, bytes", "stats:".into()));
        items
    }

    /// The keys that hold now, for the help.
    fn help(&self) -> Vec<Item> {
        self.keys_as_items(&self.tables())
    }

    fn keys_as_items(&self, tables: &[Table]) -> Vec<Item> {
        let mut items = Vec::new();
        for table in tables {
            for binding in table.bindings {
                let keys = self.settings.keys.shown(table, binding.action).join("  ");
                items.push(Item {
                    label: binding.help.to_owned(),
                    note: keys,
                    value: format!("action:{}", binding.action.0),
                });
            }
        }
        items
    }

    /// Does what was chosen by name.
    pub(super) fn command(&mut self, value: &str, effects: &mut Vec<Effect>) {
        let (what, name) = value.split_once(':').unwrap_or((value, ""));
        match what {
            "action" => {
                let tables = self.tables();
                let found =
                    tables.iter().flat_map(|table| table.bindings).find(|known| known.action.0 == name);
                if let Some(binding) = found {
                    self.act(binding.action, effects);
                }
            }
            "open" => match Link::parse(name) {
                Ok(link) => effects.push(Effect::Open(link, None)),
                Err(error) => self.say(error.to_string(), Role::Error),
            },
            "prompt" if name == "open" => {
                let hint = "tfo://trace/… or logs?filter=service:cart&range=1h";
                self.show(Overlay::Prompt(Prompt::new("open", "Open a link", "", hint)));
            }
            "prompt" => {
                let text = self.shared.scope.to_string();
                let hint = "like eu/acme/shop/production, or a place above it";
                self.show(Overlay::Prompt(Prompt::new("scope", "Place", &text, hint)));
            }
            "context" => {
                self.connect(Connect::Context(name.to_owned()), effects);
            }
            "theme" => {
                if let Some(theme) = self.settings.theme.named(name) {
                    self.settings.theme = theme;
                    effects.push(Effect::Redraw);
                }
            }
            "stats" => self.settings.shows_figures = !self.settings.shows_figures,
            _ => {}
        }
    }

    /// Writes what is shown into a file: what the screen has for it, else what is selected.
    pub(super) fn export(&mut self, path: &str, effects: &mut Vec<Effect>) {
        self.overlay = None;
        let Some(entry) = self.current() else { return };
        let text = entry.screen.exported(path).or_else(|| {
            let selection = entry.screen.selection();
            selection.json.or(selection.line)
        });
        match text {
            Some(text) => effects.push(Effect::Write { path: path.to_owned(), text }),
            None => self.say("nothing to write here", Role::Dim),
        }
    }

    // --- saved views

    fn ask_name_of_view(&mut self) {
        if self.shared.is_read_only {
            self.say("read-only: nothing is saved", Role::Warning);
            return;
        }
        if self.current().is_none_or(|entry| entry.screen.filter().is_none()) {
            self.say("no filter here, so there is no view to save: a link to it can be copied", Role::Dim);
            return;
        }
        let hint = "a name like slow-checkouts; it becomes a SavedQuery of the tenant";
        self.show(Overlay::Prompt(Prompt::new("save view", "Save this view", "", hint)));
    }

    /// Saves the current view under a name.
    pub(super) fn save_view(&mut self, name: &str, effects: &mut Vec<Effect>) {
        let name: Name = match name.trim().parse() {
            Ok(name) => name,
            Err(error) => {
                self.fault(error_text(&error));
                return;
            }
        };
        let Some(kind) = find_exactly("SavedQuery") else { return };
        // Where nothing is said, the daemon takes the default tenant.
        let place = match &self.shared.scope {
            scope if *scope == Scope::PLATFORM => DEFAULT_TENANT.parse().unwrap_or(Scope::PLATFORM),
            scope => scope.clone(),
        };
        let Some(scope) = kind.scope_in(&place) else {
            let text = "a saved view stands in a workspace or a tenant: choose one first (: Tenant)";
            self.fault(text.to_owned());
            return;
        };
        let range = self.shared.range;
        let Some(entry) = self.current_pane().and_then(Pane::current_mut) else { return };
        let filter = entry.screen.filter().map(|bar| bar.text().to_owned()).unwrap_or_default();
        let signal = screens::signal_of(entry.screen.info().name);
        let since = tfo_sdk::time::exact_duration(Duration::from_nanos(range.length().max(1).unsigned_abs()));
        // What the query itself has is not said twice.
        let mut view = entry.screen.link();
        let columns: Vec<String> = match view.parameters.remove("columns") {
            Some(columns) if signal == "logs" => {
                columns.split(',').map(|name| name.trim().to_owned()).collect()
            }
            _ => Vec::new(),
        };
        // A view is a question; the row where one stands in the answer is no part of it.
        for place in ["record", "around", "within"] {
            view.parameters.remove(place);
        }
        let mut document = json!({
            "apiVersion": API_VERSION,
            "kind": kind.name,
            "metadata": { "name": name.as_str() },
            "spec": { "signal": signal, "filter": filter, "since": since },
        });
        if !columns.is_empty() {
            document["spec"]["columns"] = json!(columns);
        }
        if view != Link::to(&view.screen) || view.screen != signal {
            document["metadata"]["annotations"] = json!({ screens::VIEW: view.to_string() });
        }
        self.overlay = None;
        let request = Request::Put { kind, scope, name, document, counting_on: Precondition::Absent };
        effects.push(Effect::Ask {
            screen: super::SELF,
            slot: SAVE,
            request: Box::new(request),
            pause: Duration::ZERO,
        });
    }
}

fn error_text(error: &impl std::fmt::Display) -> String {
    error.to_string()
}
