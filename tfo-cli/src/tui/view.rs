//! Draws the whole interface. It only reads.

use ratatui::buffer::Buffer;

use super::frame::{Frame, LEAST};
use super::keys::{Table, act};
use super::list::{columns_of, columns_of_all};
use super::model::{Model, Pane};
use super::paper::{Paper, Piece, piece};
use super::screen::{Look, Reach};
use super::theme::Role;

/// Columns at the right of the bar for the state of the connection.
pub(crate) const STATE_COLUMNS: u16 = 12;

/// Draws everything.
pub(crate) fn view(model: &Model, buffer: &mut Buffer) {
    let settings = &model.settings;
    let mut paper = Paper::new(buffer, &settings.theme, &settings.glyphs);
    let area = paper.area();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        paper.notice(&[piece("too small", Role::Warning)]);
        return;
    }
    let frame = model.frame();
    bar(model, &frame, &mut paper);
    parts(model, &frame, &mut paper);
    hints(model, &mut paper.part(frame.hints));
    // What belongs to a filter lies over the screens.
    if let Some(tab) = model.tabs.get(model.tab)
        && let (Some(part), Some(entry)) =
            (frame.parts.get(tab.focus), tab.panes.get(tab.focus).and_then(Pane::current))
        && let Some(bar) = entry.screen.filter()
    {
        bar.view_below(&mut paper.part(part.body), 0);
    }
    if model.shows_chords() && model.overlay.is_none() {
        chords(model, &frame, &mut paper);
    }
    if let Some(overlay) = &model.overlay {
        overlay.view(&mut paper.part(overlay.area(area)));
    }
}

fn bar(model: &Model, frame: &Frame, paper: &mut Paper<'_>) {
    let mut paper = paper.part(frame.bar);
    paper.bar(0, Role::Bar);
    let mut x = paper.text(1, 0, "tfo", Role::Bar);
    for (index, tab) in frame.tabs.iter().enumerate() {
        let role = if index == model.tab { Role::Match } else { Role::Bar };
        x = paper.text_in(tab.x, 0, tab.width, &format!(" {} ", index + 1), role);
    }
    let glyphs = paper.glyphs();
    let width = paper.width();
    let shared = &model.shared;
    // Where nothing is said, the daemon takes the default tenant.
    let scope = match &shared.scope {
        scope if *scope == tfo_sdk::resource::Scope::PLATFORM => "default tenant".to_owned(),
        scope => scope.to_string(),
    };
    let look = Look { shared, has_focus: true };
    let room = frame.range.x.saturating_sub(1);
    let mut left = paper.part(ratatui::layout::Rect { width: room, ..frame.bar });
    if let Some(entry) = model.current() {
        let crumbs = entry.screen.crumbs(&look);
        let title = entry.screen.info().title;
        let needed = columns_of_all(&crumbs).saturating_add(columns_of(title) + 4);
        let for_scope = room.saturating_sub(needed.saturating_add(x + 4));
        // Where one is, is known; what one looks at comes first.
        if for_scope >= 12 || for_scope >= columns_of(&scope) {
            x = left.text_in(x + 2, 0, for_scope, &scope, Role::Bar);
        }
        x = left.text(x + 2, 0, title, Role::Bar);
        left.lay(x - columns_of(title).min(x), 0, columns_of(title), Role::Bar);
        left.pieces(x + 1, 0, &barred(&crumbs));
    } else {
        left.text(x + 2, 0, &scope, Role::Bar);
    }
    paper.text_in(
        frame.range.x + 1,
        0,
        frame.range.width,
        &shared.range.shown(shared.now, &shared.zone),
        Role::Bar,
    );
    let (text, role) = match shared.reach {
        Reach::Lost { .. } => (format!("{} LOST", glyphs.error), Role::Error),
        Reach::Connecting => ("connecting".to_owned(), Role::Dim),
        Reach::There if shared.is_read_only => (format!("{} read-only", glyphs.live), Role::Warning),
        Reach::There => (format!("{} ok", glyphs.live), Role::Good),
    };
    paper.right(width.saturating_sub(STATE_COLUMNS), 0, STATE_COLUMNS - 1, &text, role);
}

/// Crumbs keep their colours on the bar, but plain text is the bar's.
fn barred(crumbs: &[Piece]) -> Vec<Piece> {
    crumbs
        .iter()
        .map(|crumb| match crumb.role {
            Role::Text | Role::Dim => piece(crumb.text.clone(), Role::Bar),
            role => piece(crumb.text.clone(), role),
        })
        .collect()
}

fn parts(model: &Model, frame: &Frame, paper: &mut Paper<'_>) {
    let Some(tab) = model.tabs.get(model.tab) else { return };
    for (index, (part, pane)) in frame.parts.iter().zip(&tab.panes).enumerate() {
        let Some(entry) = pane.current() else { continue };
        let has_focus = index == tab.focus;
        let look = Look { shared: &model.shared, has_focus };
        if part.title.height > 0 {
            let title = entry.screen.info().title;
            paper.part(part.title).rule(0, title, if has_focus { Role::Title } else { Role::Dim });
        }
        if index > 0 && !tab.is_below {
            let line = paper.glyphs().vertical;
            for y in 0..part.title.height + part.filter.height + part.body.height {
                paper.glyph(part.title.x.saturating_sub(1), part.title.y + y, line, Role::Frame);
            }
        }
        if let Some(bar) = entry.screen.filter() {
            let mut line = paper.part(part.filter);
            let counts = entry.screen.counts(&look);
            let needed = columns_of_all(&counts);
            let width = line.width();
            // A filter that is being typed may take all of it.
            let for_counts = if bar.is_edited() { needed.min(width / 3) } else { needed.min(width / 2) };
            bar.view(&mut line, 0, width.saturating_sub(for_counts + 1));
            if for_counts == needed {
                line.pieces(width.saturating_sub(needed + 1), 0, &counts);
            }
        }
        entry.screen.view(&mut paper.part(part.body), &look);
    }
}

fn hints(model: &Model, paper: &mut Paper<'_>) {
    let width = paper.width();
    if let Some(lost) = model.lost() {
        paper.text(1, 0, &lost, Role::Warning);
        return;
    }
    if let Some(toast) = &model.toast {
        paper.text(1, 0, &toast.text, toast.role);
        return;
    }
    let mut right = width.saturating_sub(1);
    if model.settings.shows_figures {
        let figures = model.settings.figures.to_string();
        let columns = columns_of(&figures);
        right = right.saturating_sub(columns + 1);
        paper.text(right, 0, &figures, Role::Dim);
    }
    let Some(entry) = model.current() else { return };
    let tables = model.tables();
    let back = if pane_of(model).is_some_and(|pane| pane.steps_back() > 0) { Some(act::CLOSE) } else { None };
    // How to find all the others is never cut off.
    if let Some((key, short)) = hint(model, &tables, act::HELP) {
        let columns = columns_of(&key) + columns_of(short) + 1;
        right = right.saturating_sub(columns + 1);
        let at = paper.text(right, 0, &key, Role::Key);
        paper.text(at + 1, 0, short, Role::Dim);
    }
    let filter = entry.screen.filter().map(|_| act::FILTER);
    let mut x = 1;
    for action in entry.screen.hints().iter().copied().chain(back).chain(filter).chain([act::PALETTE]) {
        let Some((key, short)) = hint(model, &tables, action) else { continue };
        let needed = columns_of(&key) + columns_of(short) + 3;
        if x + needed > right {
            break;
        }
        x = paper.text(x, 0, &key, Role::Key);
        x = paper.text(x + 1, 0, short, Role::Dim) + 2;
    }
}

fn pane_of(model: &Model) -> Option<&Pane> {
    let tab = model.tabs.get(model.tab)?;
    tab.panes.get(tab.focus)
}

/// The first key of an action, and what it does.
fn hint(model: &Model, tables: &[Table], action: crate::tui::keys::Action) -> Option<(String, &'static str)> {
    tables.iter().find_map(|table| {
        let binding = table.bindings.iter().find(|binding| binding.action == action)?;
        let key = model.settings.keys.shown(table, action).into_iter().next()?;
        Some((key, binding.short))
    })
}

/// What can follow the keys pressed so far.
fn chords(model: &Model, frame: &Frame, paper: &mut Paper<'_>) {
    let following = model.settings.keys.following(&model.tables(), &model.pressed);
    let area = paper.area();
    let rows = u16::try_from(following.len()).unwrap_or(u16::MAX).min(area.height.saturating_sub(3));
    let widest =
        following.iter().map(|(key, help)| columns_of(key) + columns_of(help) + 7).max().unwrap_or(20);
    let width = widest.min(area.width);
    let mut paper = paper.part(ratatui::layout::Rect {
        x: area.right().saturating_sub(width),
        y: frame.hints.y.saturating_sub(rows + 2),
        width,
        height: rows + 2,
    });
    let title: Vec<String> = model.pressed.iter().map(ToString::to_string).collect();
    let mut inside = paper.framed(&title.join(" "));
    for (y, (key, help)) in (0..rows).zip(&following) {
        let x = inside.text(1, y, key, Role::Key);
        inside.text(x.max(3) + 1, y, help, Role::Text);
    }
}
