//! The surface that screens draw on.
//!
//! Invariant: whatever is written here is harmless. Telemetry, names and messages come from strangers; no method puts a
//! text on the screen that has not been through [`crate::text::row`], so no screen can forget it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::theme::{Role, Theme};
use crate::text;

/// A part of the screen, with the colours to draw in it.
pub(crate) struct Paper<'a> {
    buffer: &'a mut Buffer,
    theme: &'a Theme,
    area: Rect,
    glyphs: &'a Glyphs,
}

/// A text in one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// What is written.
    pub(crate) text: String,
    /// How it is meant.
    pub(crate) role: Role,
}

/// A piece of a line.
pub(crate) fn piece(text: impl Into<String>, role: Role) -> Piece {
    Piece { text: text.into(), role }
}

impl<'a> Paper<'a> {
    /// All of a buffer.
    pub(crate) fn new(buffer: &'a mut Buffer, theme: &'a Theme, glyphs: &'a Glyphs) -> Self {
        let area = buffer.area;
        Self { buffer, theme, area, glyphs }
    }

    /// A part of it. What lies outside of this one is cut off.
    pub(crate) fn part(&mut self, area: Rect) -> Paper<'_> {
        let area = area.intersection(self.area);
        Paper { buffer: self.buffer, theme: self.theme, area, glyphs: self.glyphs }
    }

    /// Where it lies.
    pub(crate) fn area(&self) -> Rect {
        self.area
    }

    /// Its columns.
    pub(crate) fn width(&self) -> u16 {
        self.area.width
    }

    /// Its rows.
    pub(crate) fn height(&self) -> u16 {
        self.area.height
    }

    /// The characters that drawings are made of.
    pub(crate) fn glyphs(&self) -> &'a Glyphs {
        self.glyphs
    }

    /// Writes a text into a row, from a column on; gives the column behind it. What does not fit ends in `…`.
    pub(crate) fn text(&mut self, x: u16, y: u16, text: &str, role: Role) -> u16 {
        self.text_in(x, y, self.area.width.saturating_sub(x), text, role)
    }

    /// Writes a text into so many columns.
    pub(crate) fn text_in(&mut self, x: u16, y: u16, columns: u16, text: &str, role: Role) -> u16 {
        let room = columns.min(self.area.width.saturating_sub(x));
        if y >= self.area.height || room == 0 {
            return x;
        }
        let style = self.theme.style(role);
        let clean = text::row(text);
        let shown = text::cut(&clean, usize::from(room));
        let (end, _) =
            self.buffer.set_stringn(self.area.x + x, self.area.y + y, shown, usize::from(room), style);
        end - self.area.x
    }

    /// Writes a text so that it ends at the right of so many columns.
    pub(crate) fn right(&mut self, x: u16, y: u16, columns: u16, text: &str, role: Role) {
        let width = u16::try_from(text::width(&text::row(text))).unwrap_or(u16::MAX).min(columns);
        self.text_in(x + (columns - width), y, width, text, role);
    }

    /// Writes pieces one behind the other; gives the column behind them.
    pub(crate) fn pieces(&mut self, x: u16, y: u16, pieces: &[Piece]) -> u16 {
        let mut x = x;
        for piece in pieces {
            if x >= self.area.width {
                break;
            }
            x = self.text(x, y, &piece.text, piece.role);
        }
        x
    }

    /// A single character, one of ours.
    pub(crate) fn glyph(&mut self, x: u16, y: u16, glyph: char, role: Role) {
        if x < self.area.width
            && y < self.area.height
            && let Some(cell) = self.buffer.cell_mut((self.area.x + x, self.area.y + y))
        {
            cell.set_char(glyph).set_style(self.theme.style(role));
        }
    }

    /// Gives a stretch of a row another look, over what is written there. Foreground colours stay, unless the role has
    /// one of its own beside a background.
    pub(crate) fn lay(&mut self, x: u16, y: u16, columns: u16, role: Role) {
        if y >= self.area.height {
            return;
        }
        let style = self.theme.style(role);
        // A background that hides a colour would be worse than one that loses it: what has both keeps the letter's.
        let style = match (style.bg, role) {
            (Some(background), Role::Cursor | Role::Selected) => {
                Style::new().bg(background).add_modifier(style.add_modifier)
            }
            _ => style,
        };
        let columns = columns.min(self.area.width.saturating_sub(x));
        let area = Rect::new(self.area.x + x, self.area.y + y, columns, 1);
        self.buffer.set_style(area, style);
    }

    /// Makes everything here blank.
    pub(crate) fn clear(&mut self) {
        for y in self.area.top()..self.area.bottom() {
            for x in self.area.left()..self.area.right() {
                if let Some(cell) = self.buffer.cell_mut((x, y)) {
                    cell.reset();
                }
            }
        }
    }

    /// Fills a row with a look.
    pub(crate) fn bar(&mut self, y: u16, role: Role) {
        if y < self.area.height {
            let area = Rect::new(self.area.x, self.area.y + y, self.area.width, 1);
            self.buffer.set_style(area, self.theme.style(role));
        }
    }

    /// A line across, with a title in it.
    pub(crate) fn rule(&mut self, y: u16, title: &str, role: Role) {
        let line = self.glyphs.horizontal;
        for x in 0..self.area.width {
            self.glyph(x, y, line, Role::Frame);
        }
        if !title.is_empty() {
            self.text_in(2, y, self.area.width.saturating_sub(4), &format!(" {title} "), role);
        }
    }

    /// A frame with a title around everything, blank inside; gives the inside.
    pub(crate) fn framed(&mut self, title: &str) -> Paper<'_> {
        self.clear();
        let (width, height) = (self.area.width, self.area.height);
        if width < 2 || height < 2 {
            let area = self.area;
            return self.part(area);
        }
        let glyphs = self.glyphs;
        for x in 1..width - 1 {
            self.glyph(x, 0, glyphs.horizontal, Role::Frame);
            self.glyph(x, height - 1, glyphs.horizontal, Role::Frame);
        }
        for y in 1..height - 1 {
            self.glyph(0, y, glyphs.vertical, Role::Frame);
            self.glyph(width - 1, y, glyphs.vertical, Role::Frame);
        }
        for ((x, y), corner) in
            [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)].into_iter().zip(glyphs.corners)
        {
            self.glyph(x, y, corner, Role::Frame);
        }
        self.text_in(2, 0, width.saturating_sub(4), &format!(" {title} "), Role::Title);
        let area = self.area;
        self.part(Rect { x: area.x + 1, y: area.y + 1, width: width - 2, height: height - 2 })
    }

    /// Lines in the middle, for an empty place.
    pub(crate) fn notice(&mut self, lines: &[Piece]) {
        let from = self.area.height.saturating_sub(u16::try_from(lines.len()).unwrap_or(u16::MAX)) / 2;
        for (y, line) in (from..).zip(lines) {
            let width = u16::try_from(text::width(&text::row(&line.text))).unwrap_or(u16::MAX);
            let x = self.area.width.saturating_sub(width) / 2;
            self.text(x, y, &line.text, line.role);
        }
    }

    /// Underlines a stretch, on top of its look.
    pub(crate) fn underline(&mut self, x: u16, y: u16, columns: u16) {
        if y < self.area.height {
            let columns = columns.min(self.area.width.saturating_sub(x));
            let area = Rect::new(self.area.x + x, self.area.y + y, columns, 1);
            self.buffer.set_style(area, Style::new().add_modifier(Modifier::UNDERLINED));
        }
    }
}

/// The characters that drawings are made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Glyphs {
    /// A line across.
    pub(crate) horizontal: char,
    /// A line down.
    pub(crate) vertical: char,
    /// The corners of a frame: top left, top right, bottom left, bottom right.
    pub(crate) corners: [char; 4],
    /// A column, from an eighth of a row to the whole.
    pub(crate) heights: [char; 8],
    /// A shade, from light to full.
    pub(crate) shades: [char; 4],
    /// What stands before the row of the cursor.
    pub(crate) cursor: char,
    /// Something that can be unfolded, and that is.
    pub(crate) folded: [char; 2],
    /// An error.
    pub(crate) error: char,
    /// Live.
    pub(crate) live: char,
    /// A bar of time spent, one on the critical path, one that nobody waits for.
    pub(crate) bars: [char; 3],
    /// An event, an exemplar.
    pub(crate) mark: char,
    /// From one to the next.
    pub(crate) arrow: char,
    /// Whether lines are drawn with braille dots.
    pub(crate) has_braille: bool,
}

impl Glyphs {
    /// Blocks, lines and dots.
    pub(crate) const UNICODE: Self = Self {
        horizontal: '─',
        vertical: '│',
        corners: ['┌', '┐', '└', '┘'],
        heights: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
        shades: ['░', '▒', '▓', '█'],
        cursor: '▎',
        folded: ['▸', '▾'],
        error: '✖',
        live: '●',
        bars: ['━', '═', '┄'],
        mark: '◆',
        arrow: '▸',
        has_braille: true,
    };
    /// For terminals and fonts without them.
    pub(crate) const ASCII: Self = Self {
        horizontal: '-',
        vertical: '|',
        corners: ['+', '+', '+', '+'],
        heights: ['.', '.', ':', ':', '+', '+', '#', '#'],
        shades: ['.', ':', '+', '#'],
        cursor: '>',
        folded: ['+', '-'],
        error: 'x',
        live: '*',
        bars: ['-', '=', '~'],
        mark: '*',
        arrow: '>',
        has_braille: false,
    };
}
