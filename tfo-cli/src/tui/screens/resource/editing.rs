//! Changing a resource: an edit is written, checked, shown as a difference and asked about before it is sent; a
//! rollback says what it undoes. An edit counts on the generation that it was compared with, so nobody's work is
//! written over unseen.

use serde_json::Value;
use tfo_sdk::client::Precondition;
use tfo_sdk::resource::{KindInfo, Name, Resource, Scope};

use super::changes::{bounded, difference, paragraphs, undone};
use super::document::{Line, written};
use super::{PUT, RESOURCE, RETURN, ResourceScreen, Tab};
use crate::commands::edit::{check, counting_on};
use crate::tui::overlay::{Overlay, TextPage};
use crate::tui::paper::piece;
use crate::tui::request::{Failure, Request};
use crate::tui::screen::{Cx, Effect};
use crate::tui::theme::Role;

/// Names of the questions.
pub(super) const APPLY: &str = "apply";
pub(super) const EDIT_AGAIN: &str = "edit again";
pub(super) const ROLL_BACK: &str = "roll back";

/// A text that was written and is not applied yet.
#[derive(Debug)]
pub(super) struct Draft {
    text: String,
    /// What it was compared with.
    counting_on: Precondition,
    /// The document in it, where there is no mistake in it.
    document: Option<Value>,
}

/// A return to an earlier generation, as it was asked about.
#[derive(Debug)]
pub(super) struct Rollback {
    generation: u64,
    /// The newest change that the question has shown.
    counting_on: Precondition,
}

/// What is to be said of a text that was written.
#[derive(Debug, PartialEq)]
enum Verdict {
    /// It is as it was, or there is nothing left of it: the edit is given up.
    Nothing,
    /// It cannot be sent.
    Mistaken(String),
    /// This document is asked for.
    Proposed(Value),
}

fn judged(text: &str, original: Option<&str>, kind: &KindInfo, name: &Name, scope: &Scope) -> Verdict {
    if text.trim().is_empty() || Some(text) == original {
        return Verdict::Nothing;
    }
    match check(text, kind, name, scope) {
        Ok(document) => Verdict::Proposed(document.value().clone()),
        Err(message) => Verdict::Mistaken(message),
    }
}

/// Why a resource cannot be changed. What was written of it can be gone on with when it is gone.
fn forbidden(resource: Option<&Resource>, has_draft: bool, is_read_only: bool) -> Option<String> {
    match resource {
        _ if is_read_only => Some("read-only: nothing is changed".to_owned()),
        None if has_draft => None,
        None => Some("it is not loaded yet".to_owned()),
        Some(resource) if resource.metadata.built_in => {
            Some(format!("{}/{} is built in and cannot be changed", resource.kind, resource.metadata.name))
        }
        Some(_) => None,
    }
}

/// Who puts back what is changed by hand.
fn owners(resource: &Resource) -> Vec<Line> {
    let owner = |set: &tfo_sdk::resource::SetRef| {
        let text = format!(
            "set {set} owns fields of it: its next apply puts them back, unless the files change too"
        );
        vec![piece(text, Role::Warning)]
    };
    let mut lines: Vec<Line> = resource.metadata.managed_by.iter().map(owner).collect();
    if !lines.is_empty() {
        lines.push(Vec::new());
    }
    lines
}

/// What an edit would do.
fn proposal(resource: Option<&Resource>, original: Option<&str>, text: &str) -> Vec<Line> {
    let mut lines = resource.map(owners).unwrap_or_default();
    if counting_on(resource) == Precondition::Absent {
        lines.push(vec![piece("It is deleted by now: this makes it anew.", Role::Warning)]);
        lines.push(Vec::new());
    }
    lines.extend(difference(original, Some(text)));
    bounded(lines)
}

/// How it is by now that the daemon did not take an edit.
fn refused(
    said: &str,
    counted_on: Precondition,
    before: Option<&Resource>,
    now: Option<&Resource>,
) -> Vec<Line> {
    let what = match (counted_on, counting_on(now)) {
        (before, now) if before == now => return bounded(paragraphs(said, Role::Error)),
        (_, Precondition::Absent) => {
            let mut lines = paragraphs(said, Role::Error);
            lines.extend(paragraphs("\nIt is deleted by now.", Role::Warning));
            lines.extend(paragraphs("What you wrote is kept, and makes it anew the next time.", Role::Text));
            return bounded(lines);
        }
        (Precondition::Generation(before), Precondition::Generation(now)) => [
            "Somebody else has changed it meanwhile:".to_owned(),
            format!("generation {before} has become generation {now}."),
        ],
        _ => ["Somebody else has made it anew meanwhile.".to_owned(), String::new()],
    };
    let mut lines: Vec<Line> = what.into_iter().map(|line| vec![piece(line, Role::Warning)]).collect();
    lines.push(vec![piece("What you wrote is kept, and is compared with this the next time.", Role::Text)]);
    lines.push(Vec::new());
    if let (Some(Ok(before)), Some(Ok(now))) = (before.map(written), now.map(written)) {
        lines.extend(difference(Some(&before), Some(&now)));
    }
    bounded(lines)
}

impl ResourceScreen {
    /// Opens it in the editor, or what was written of it so far.
    pub(super) fn edit(&mut self, cx: &mut Cx<'_>) {
        if let Some(reason) = self.hindrance(cx) {
            cx.say(reason, Role::Warning);
            return;
        }
        let text = match (&self.draft, &self.resource) {
            (Some(draft), _) => Ok(draft.text.clone()),
            (None, Some(resource)) => written(resource),
            (None, None) => return,
        };
        match text {
            Ok(text) => {
                let name = format!("{}-{}.yaml", self.kind.name, self.name);
                cx.effects.push(Effect::Edit { screen: Some(cx.screen), name, text });
            }
            Err(error) => cx.say(error, Role::Error),
        }
    }

    fn hindrance(&self, cx: &Cx<'_>) -> Option<String> {
        if self.is_changing {
            return Some("a change is on its way".to_owned());
        }
        forbidden(self.resource.as_ref(), self.draft.is_some(), cx.shared.is_read_only)
    }

    /// What was written is judged by how the resource is now.
    pub(super) fn edited(&mut self, text: String, cx: &mut Cx<'_>) {
        let resource = self.resource.as_ref();
        let original = match resource.map(written).transpose() {
            Ok(original) => original,
            Err(error) => {
                cx.say(error, Role::Error);
                return;
            }
        };
        let counting_on = counting_on(resource);
        let scope = self.place(cx.shared);
        let title = self.title();
        match judged(&text, original.as_deref(), self.kind, &self.name, &scope) {
            Verdict::Nothing => {
                self.draft = None;
                cx.say("nothing was changed", Role::Info);
            }
            Verdict::Mistaken(message) => {
                let page = TextPage::new(title, bounded(paragraphs(&message, Role::Error)));
                self.draft = Some(Draft { text, counting_on, document: None });
                cx.overlay(Overlay::Page(page.asking(EDIT_AGAIN, "edits again")));
            }
            Verdict::Proposed(document) => {
                let page = TextPage::new(title, proposal(resource, original.as_deref(), &text));
                self.draft = Some(Draft { text, counting_on, document: Some(document) });
                cx.overlay(Overlay::Page(page.asking(APPLY, "applies it")));
            }
        }
    }

    /// Sends what was shown.
    pub(super) fn apply(&mut self, cx: &mut Cx<'_>) {
        if let Some(reason) = self.hindrance(cx) {
            cx.say(reason, Role::Warning);
            return;
        }
        let Some(draft) = &self.draft else { return };
        let Some(document) = draft.document.clone() else { return };
        let request = Request::Put {
            kind: self.kind,
            scope: self.place(cx.shared),
            name: self.name.clone(),
            document,
            counting_on: draft.counting_on,
        };
        self.is_changing = true;
        cx.ask(PUT, request);
    }

    /// The daemon has taken an edit.
    pub(super) fn put_done(&mut self, resource: Resource, cx: &mut Cx<'_>) {
        self.is_changing = false;
        let before = self.draft.take().map(|draft| draft.counting_on);
        let after = resource.metadata.generation.unwrap_or_default();
        let title = self.title();
        if before == Some(Precondition::Absent) {
            cx.say(format!("{title} is made anew: generation {after}"), Role::Good);
        } else if before == Some(Precondition::Generation(after)) {
            cx.say(format!("{title} means the same as before: nothing was changed"), Role::Info);
        } else {
            cx.say(format!("{title} is changed: generation {after}; R in its history goes back"), Role::Good);
        }
        self.take(resource, cx);
        self.load_history(cx);
    }

    /// It has not: what was written is kept, and the resource is asked for, to see whether it has changed.
    pub(super) fn put_failed(&mut self, failure: Failure, cx: &mut Cx<'_>) {
        self.is_changing = false;
        if !failure.is_refused {
            cx.say(format!("{}; what you wrote is kept: e goes on with it", failure.text), Role::Error);
            return;
        }
        if !self.is_shown {
            cx.say(failure.text.clone(), Role::Error);
        }
        self.refusal = Some(failure.text);
        let (kind, scope, name) = (self.kind, self.place(cx.shared), self.name.clone());
        cx.ask(RESOURCE, Request::Resource { kind, scope, name });
        self.load_history(cx);
    }

    /// Says why an edit was not taken, once the resource is known as it is by now.
    pub(super) fn tell_refusal(&mut self, before: Option<&Resource>, cx: &mut Cx<'_>) {
        // Over another screen it would be that one's question.
        if !self.is_shown {
            return;
        }
        let Some(said) = self.refusal.take() else { return };
        let Some(draft) = &self.draft else { return };
        let lines = refused(&said, draft.counting_on, before, self.resource.as_ref());
        let page = TextPage::new(format!("{} was not changed", self.title()), lines);
        cx.overlay(Overlay::Page(page.asking(EDIT_AGAIN, "edits again")));
    }

    /// Asks whether to return to the generation under the cursor.
    pub(super) fn ask_rollback(&mut self, cx: &mut Cx<'_>) {
        if self.tab != Tab::History {
            self.turn_to(Tab::History, cx);
            cx.say("choose a generation to return to, then R", Role::Info);
            return;
        }
        if let Some(reason) = self.hindrance(cx) {
            cx.say(reason, Role::Warning);
            return;
        }
        let Some(resource) = &self.resource else {
            cx.say("it is deleted by now: e makes it anew of what you wrote", Role::Warning);
            return;
        };
        let Some(change) = self.selected_change() else { return };
        let generation = change.revision.generation;
        if resource.metadata.generation == Some(generation) {
            cx.say(format!("it is as it was at generation {generation}"), Role::Info);
            return;
        }
        let mut lines = owners(resource);
        lines.extend(undone(&self.history, generation));
        let title = format!("{}: back to generation {generation}", self.title());
        let page = TextPage::new(title, bounded(lines)).asking(ROLL_BACK, "rolls back");
        // What was shown is what is undone, and nothing that somebody else has done since.
        let shown = self.history.first().map(|change| change.revision.generation);
        let counting_on = match (counting_on(Some(resource)), shown) {
            (Precondition::Generation(_), Some(shown)) => Precondition::Generation(shown),
            (now, _) => now,
        };
        self.rollback = Some(Rollback { generation, counting_on });
        cx.overlay(Overlay::Page(page));
    }

    /// Returns to the generation that was asked about.
    pub(super) fn roll_back(&mut self, cx: &mut Cx<'_>) {
        if let Some(reason) = self.hindrance(cx) {
            cx.say(reason, Role::Warning);
            return;
        }
        let Some(Rollback { generation, counting_on }) = self.rollback.take() else { return };
        let (kind, scope, name) = (self.kind, self.place(cx.shared), self.name.clone());
        self.is_changing = true;
        cx.ask(RETURN, Request::Rollback { kind, scope, name, generation, counting_on });
    }

    /// The daemon has returned to it.
    pub(super) fn rollback_done(&mut self, resource: Resource, cx: &mut Cx<'_>) {
        self.is_changing = false;
        let before = self.resource.as_ref().and_then(|resource| resource.metadata.generation);
        let after = resource.metadata.generation;
        let title = self.title();
        if before == after {
            cx.say(format!("{title} is as it was then already"), Role::Info);
        } else {
            let after = after.unwrap_or_default();
            cx.say(format!("{title} is as it was, by a new generation: {after}"), Role::Good);
        }
        self.take(resource, cx);
        self.load_history(cx);
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use ratatui::layout::Rect;
    use serde_json::json;
    use tfo_sdk::Timestamp;
    use tfo_sdk::api::Revision;
    use tfo_sdk::resource::kind::find_exactly;

    use super::super::document::plain;
    use super::*;
    use crate::tui::link::Link;
    use crate::tui::range;
    use crate::tui::screen::{Reach, ScreenId, Shared, TimeStyle};

    fn quota(generation: u64, series: u64) -> Resource {
        let document = json!({
            "apiVersion": "tfo/v1", "kind": "Quota", "spec": {"activeSeries": series},
            "metadata": {
                "name": "ingest", "workspace": "eu/acme/shop", "generation": generation,
                "managedBy": [{"name": "shop", "scope": "eu"}],
            },
        });
        serde_json::from_value(document).unwrap()
    }

    fn shown(lines: &[Line]) -> String {
        lines.iter().map(|line| plain(line)).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_was_written_is_judged_before_it_is_sent() {
        let original = written(&quota(7, 5)).unwrap();
        let judge = |text: &str| {
            let (name, scope) = ("ingest".parse().unwrap(), "eu/acme/shop".parse().unwrap());
            judged(text, Some(&original), find_exactly("Quota").unwrap(), &name, &scope)
        };
        assert_eq!(judge(&original), Verdict::Nothing);
        assert_eq!(judge(" \n"), Verdict::Nothing);
        assert!(matches!(judge(&original.replace("name: ingest", "name: other")), Verdict::Mistaken(_)));
        let text = original.replace("activeSeries: 5", "activeSeries: 6");
        match judge(&text) {
            Verdict::Proposed(document) => assert_eq!(document["spec"]["activeSeries"], 6),
            other => panic!("{other:?}"),
        }
        let lines = shown(&proposal(Some(&quota(7, 5)), Some(&original), &text));
        assert!(lines.starts_with("set shop (eu) owns fields of it"), "{lines}");
        assert!(lines.contains("-   activeSeries: 5\n+   activeSeries: 6"), "{lines}");
    }

    #[test]
    fn what_cannot_be_changed_says_why() {
        let mut resource = quota(7, 5);
        assert_eq!(forbidden(Some(&resource), false, false), None);
        assert_eq!(forbidden(Some(&resource), true, true).unwrap(), "read-only: nothing is changed");
        assert!(forbidden(None, false, false).is_some());
        assert_eq!(forbidden(None, true, false), None);
        resource.metadata.built_in = true;
        assert_eq!(
            forbidden(Some(&resource), true, false).unwrap(),
            "Quota/ingest is built in and cannot be changed"
        );
    }

    /// Works with a screen of a quota and its history up to this generation; gives what it asks for.
    fn on_screen(generation: u64, work: impl FnOnce(&mut ResourceScreen, &mut Cx<'_>)) -> Vec<Effect> {
        let link = Link::parse("resource/quotas/ingest?scope=eu/acme/shop").unwrap();
        let mut screen = ResourceScreen::open(&link).unwrap();
        screen.is_shown = true;
        let shared = Shared {
            now: Timestamp(0),
            range: range::START,
            zone: TimeZone::UTC,
            time_style: TimeStyle::default(),
            scope: "eu".parse().unwrap(),
            otlp: None,
            is_read_only: false,
            highlight: None,
            reach: Reach::There,
        };
        let mut effects = Vec::new();
        let area = Rect::new(0, 0, 100, 30);
        let mut cx = Cx { shared: &shared, area, screen: ScreenId(1), effects: &mut effects };
        screen.take(quota(generation, 5), &cx);
        screen.take_history(history(generation), &cx);
        work(&mut screen, &mut cx);
        effects
    }

    /// The changes of a resource up to a generation, the newest first.
    fn history(generation: u64) -> Vec<Revision> {
        let revision = |generation: u64| {
            serde_json::from_value(json!({
                "revision": generation, "generation": generation, "action": "update",
                "at": "2026-11-25T12:00:00Z", "by": "ada", "via": "apply", "fields": [],
            }))
        };
        (1..=generation).rev().map(|generation| revision(generation).unwrap()).collect()
    }

    /// What the one change that is asked for counts on.
    fn counts_on(effects: &[Effect]) -> Precondition {
        let asked = effects.iter().filter_map(|effect| match effect {
            Effect::Ask { request, .. } => match request.as_ref() {
                Request::Put { counting_on, .. } | Request::Rollback { counting_on, .. } => {
                    Some(*counting_on)
                }
                _ => None,
            },
            _ => None,
        });
        let asked: Vec<Precondition> = asked.collect();
        assert_eq!(asked.len(), 1, "{asked:?}");
        asked[0]
    }

    #[test]
    fn a_rollback_counts_on_what_its_question_has_shown() {
        let effects = on_screen(3, |screen, cx| {
            screen.tab = Tab::History;
            screen.history_cursor.at = 2;
            screen.ask_rollback(cx);
            // A colleague's change comes while the question is read.
            screen.take(quota(4, 9), cx);
            screen.take_history(history(4), cx);
            screen.roll_back(cx);
        });
        assert_eq!(counts_on(&effects), Precondition::Generation(3));
        let effects = on_screen(3, |screen, cx| {
            let mut deleted = quota(3, 5);
            deleted.metadata.deleted_at = Some(Timestamp(0));
            screen.take(deleted, cx);
            screen.tab = Tab::History;
            screen.history_cursor.at = 2;
            screen.ask_rollback(cx);
            screen.roll_back(cx);
        });
        assert_eq!(counts_on(&effects), Precondition::Absent);
    }

    #[test]
    fn a_conflict_shows_what_somebody_else_has_done() {
        let (before, now) = (quota(7, 5), quota(8, 9));
        let refused = |said: &str, counted_on, now| shown(&refused(said, counted_on, Some(&before), now));
        let counted_on = Precondition::Generation(7);
        let lines = refused("stale", counted_on, Some(&now));
        assert!(lines.contains("generation 7 has become generation 8"), "{lines}");
        assert!(lines.contains("-   activeSeries: 5\n+   activeSeries: 9"), "{lines}");
        let lines = refused("/spec/x: unknown\n  and more", counted_on, Some(&before));
        assert_eq!(lines, "/spec/x: unknown\n  and more");
        // It may still be there to be had back.
        let mut deleted = now.clone();
        deleted.metadata.deleted_at = Some(Timestamp(0));
        for now in [None, Some(&deleted)] {
            let lines = refused("gone", counted_on, now);
            assert!(lines.starts_with("gone") && lines.contains("It is deleted by now."), "{lines}");
            assert_eq!(refused("too many", Precondition::Absent, now), "too many");
        }
        let lines = refused("there is one", Precondition::Absent, Some(&now));
        assert!(lines.contains("made it anew meanwhile"), "{lines}");
    }

    #[test]
    fn an_edit_of_what_was_deleted_meanwhile_makes_it_anew() {
        let text = written(&quota(3, 6)).unwrap();
        let mut again = None;
        let effects = on_screen(3, |screen, cx| {
            screen.edited(text.clone(), cx);
            let failure = Failure { text: "stale".to_owned(), is_lost: false, is_refused: true };
            screen.put_failed(failure, cx);
            screen.found(None, cx);
            cx.effects.clear();
            screen.edit(cx);
            again = cx.effects.pop();
            screen.edited(text.clone(), cx);
            screen.apply(cx);
        });
        assert!(matches!(&again, Some(Effect::Edit { text: shown, .. }) if *shown == text), "{again:?}");
        assert_eq!(counts_on(&effects), Precondition::Absent);
    }
}
