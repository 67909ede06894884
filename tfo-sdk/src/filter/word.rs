//! Reading characters: words that know which of their letters stood in quotes, and regular expressions.

use std::ops::Range;

use super::parse::FilterError;

/// What ends a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// White space and parentheses, as in a whole filter.
    Query,
    /// Only the end of the text, as in an argument of a command line. The shell has dealt with quotes there:
    /// only those that stand around a whole value still mean something.
    Argument,
}

/// How a letter got into a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// Unquoted, so `*`, `|`, `..` and the like have their meaning.
    Plain,
    /// In quotes: itself and nothing else.
    Quoted,
    /// A quotation mark, which is no part of the text.
    Mark,
}

/// A letter of a word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Letter {
    /// Its place in the filter text.
    pub at: usize,
    pub character: char,
    pub how: How,
}

impl Letter {
    /// Whether it is this character, unquoted.
    pub(super) fn is(&self, character: char) -> bool {
        self.how == How::Plain && self.character == character
    }
}

/// The text of a word, without its quotation marks.
pub(super) fn text_of(letters: &[Letter]) -> String {
    letters.iter().filter(|letter| letter.how != How::Mark).map(|letter| letter.character).collect()
}

/// Whether any of a word stood in quotes.
pub(super) fn is_quoted(letters: &[Letter]) -> bool {
    letters.iter().any(|letter| letter.how == How::Mark)
}

/// The place of a word in the filter text; `otherwise` for one without letters.
pub(super) fn span_of(letters: &[Letter], otherwise: Range<usize>) -> Range<usize> {
    match (letters.first(), letters.last()) {
        (Some(first), Some(last)) => first.at..last.at + last.character.len_utf8(),
        _ => otherwise,
    }
}

/// A word without the unquoted white space around it.
pub(super) fn trimmed(letters: &[Letter]) -> &[Letter] {
    let is_space = |letter: &Letter| letter.how == How::Plain && letter.character.is_whitespace();
    let start = letters.iter().position(|letter| !is_space(letter)).unwrap_or(letters.len());
    let end = letters.iter().rposition(|letter| !is_space(letter)).map_or(start, |last| last + 1);
    letters.get(start..end).unwrap_or_default()
}

/// A place in a filter text.
pub(super) struct Cursor<'a> {
    text: &'a str,
    /// Byte offset of the next character.
    pub at: usize,
    pub mode: Mode,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str, mode: Mode) -> Self {
        Self { text, at: 0, mode }
    }

    /// What has not been read yet.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn take(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    pub(super) fn skip_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// The span of the next character, empty at the end.
    pub(super) fn here(&self) -> Range<usize> {
        self.at..self.at + self.peek().map_or(0, char::len_utf8)
    }

    /// Whether a word cannot go on here.
    pub(super) fn at_end_of_word(&self) -> bool {
        match (self.mode, self.peek()) {
            (_, None) => true,
            (Mode::Query, Some(next)) => next.is_whitespace() || next == '(' || next == ')',
            (Mode::Argument, Some(_)) => false,
        }
    }

    /// Reads `"text"`, with `\"` and `\\` for the two characters that need it, at its first quotation mark.
    pub(super) fn quoted(&mut self, letters: &mut Vec<Letter>) -> Result<(), FilterError> {
        let start = self.at;
        let mut how = How::Mark;
        while let Some(mut character) = self.peek() {
            let at = self.at;
            self.take();
            let closes = character == '"' && how == How::Quoted;
            if character == '\\' && matches!(self.peek(), Some('"' | '\\')) {
                character = self.take().unwrap_or(character);
            }
            letters.push(Letter { at, character, how: if closes { How::Mark } else { how } });
            if closes {
                return Ok(());
            }
            how = How::Quoted;
        }
        Err(FilterError::new(
            start..start + 1,
            "no closing \" for this one; inside quotes write \\\" for a \"",
        ))
    }

    /// Reads the rest of a word. Only a value may be a `{list}`, in which spaces stand.
    pub(super) fn word(&mut self, is_value: bool) -> Result<Vec<Letter>, FilterError> {
        let start = self.at;
        let braced = is_value && self.peek() == Some('{');
        let mut letters = Vec::new();
        loop {
            let in_list = braced && self.mode == Mode::Query;
            if !in_list && self.at_end_of_word() {
                return Ok(letters);
            }
            let at = self.at;
            match self.peek() {
                None => return Err(FilterError::new(start..start + 1, "no closing } for this list")),
                Some('"') if self.mode == Mode::Query || opens_element(&letters, is_value, braced) => {
                    self.quoted(&mut letters)?;
                    self.check_after_quotes()?;
                }
                Some(character) => {
                    self.take();
                    letters.push(Letter { at, character, how: How::Plain });
                    if in_list && character == '}' {
                        return Ok(letters);
                    }
                }
            }
        }
    }

    /// In an argument, quotes are around all of a value or mean nothing: a mixture is a mistake.
    fn check_after_quotes(&self) -> Result<(), FilterError> {
        let rest = self.rest().trim_start();
        if self.mode == Mode::Query || rest.is_empty() || rest.starts_with(['|', ',', '}', '.', '*']) {
            return Ok(());
        }
        Err(FilterError::new(
            self.at..self.at + self.rest().len(),
            "text after the closing \": quote all of it, or nothing",
        ))
    }

    /// Reads `/re/` or `/re/i` at its first slash; `\/` is a slash in it.
    pub(super) fn regex(&mut self) -> Result<(String, bool), FilterError> {
        let start = self.at;
        self.take();
        let mut regex = String::new();
        while let Some(character) = self.take() {
            match character {
                '/' => {
                    let ignore_case = self.peek() == Some('i');
                    if ignore_case {
                        self.take();
                    }
                    return Ok((regex, ignore_case));
                }
                '\\' => match self.take() {
                    Some('/') => regex.push('/'),
                    escaped => regex.extend(std::iter::once('\\').chain(escaped)),
                },
                other => regex.push(other),
            }
        }
        Err(FilterError::new(
            start..start + 1,
            "no closing / for this regular expression; text with a / goes in quotes",
        ))
    }
}

/// Whether a quotation mark after these letters of an argument begins a value or an element of a list.
fn opens_element(letters: &[Letter], is_value: bool, braced: bool) -> bool {
    let before = letters.iter().rev().find(|letter| !letter.character.is_whitespace());
    match (letters.last(), before) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(last), Some(before)) => {
            let after_dots = last.is('.') && letters.iter().rev().take(2).all(|letter| letter.is('.'));
            let after_comma = braced && (before.is(',') || (before.is('{') && before.at == letters[0].at));
            is_value && (after_dots && letters.len() > 1 || after_comma || !braced && before.is('|'))
        }
    }
}
