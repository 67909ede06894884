//! The keys that hold everywhere, and the actions that several screens share.

use super::{Binding, Table, bind};

/// Actions by name.
pub(crate) mod act {
    use crate::tui::keys::Action;

    macro_rules! actions {
        ($($constant:ident $name:literal)*) => {
            $(pub(crate) const $constant: Action = Action($name);)*
        };
    }

    actions! {
        DOWN "down" UP "up" HALF_DOWN "half-page-down" HALF_UP "half-page-up" PAGE_DOWN "page-down" PAGE_UP "page-up"
        TOP "top" END "end" LEFT "left" RIGHT "right" ENTER "enter" CLOSE "close" QUIT "quit" QUIT_NOW "quit-now"
        BACK "back" FORWARD "forward" FILTER "filter" HIGHLIGHT "highlight" NEXT_MATCH "next-match"
        PREVIOUS_MATCH "previous-match" UNDO "undo" REDO "redo" TIME "time" TIME_STYLE "time-style" ZONE "zone"
        ZOOM_IN "zoom-in" ZOOM_OUT "zoom-out" EARLIER "earlier" LATER "later" RESET_ZOOM "reset-zoom"
        PALETTE "palette" HELP "help" SCREEN_1 "screen-1" SCREEN_2 "screen-2" SCREEN_3 "screen-3" SCREEN_4 "screen-4"
        SCREEN_5 "screen-5"
        NEXT_PANE "next-pane" PREVIOUS_PANE "previous-pane" ZOOM_PANE "zoom-pane" WIDER "wider" NARROWER "narrower"
        NEW_TAB "new-tab" CLOSE_TAB "close-tab" NEXT_TAB "next-tab" PREVIOUS_TAB "previous-tab"
        SPLIT_RIGHT "split-right" SPLIT_BELOW "split-below" NEXT_SPLIT "next-split" CLOSE_SPLIT "close-split"
        COPY_LINE "copy-line" COPY_JSON "copy-json" COPY_VALUE "copy-value" COPY_ID "copy-id"
        COPY_COMMAND "copy-command" COPY_LINK "copy-link" COPY_MARKDOWN "copy-markdown"
        RELATED_LOGS "related-logs" RELATED_TRACE "related-trace" RELATED_METRICS "related-metrics"
        RELATED_SERVICE "related-service"
        INCLUDE "include" EXCLUDE "exclude" SAVE_VIEW "save-view" OPEN_VIEW "open-view" EDITOR "editor" EXPORT "export"
        MOUSE "mouse" REDRAW "redraw" SUSPEND "suspend" REFRESH "refresh" BRUSH "brush"
    }
}

use act::*;

/// What holds on every screen, behind the screen's own keys.
pub(crate) const COMMON: Table = Table { name: "common", title: "Everywhere", bindings: BINDINGS };

const BINDINGS: &[Binding] = &[
    bind(DOWN, &["j", "down"], "down", "Next row"),
    bind(UP, &["k", "up"], "up", "Previous row"),
    bind(LEFT, &["h", "left"], "left", "Scroll to the left, or fold"),
    bind(RIGHT, &["l", "right"], "right", "Scroll to the right, or unfold"),
    bind(HALF_DOWN, &["ctrl-d"], "half page", "Half a page down"),
    bind(HALF_UP, &["ctrl-u"], "half page", "Half a page up"),
    bind(PAGE_DOWN, &["pagedown", "ctrl-f"], "page", "A page down"),
    bind(PAGE_UP, &["pageup", "ctrl-b"], "page", "A page up"),
    bind(TOP, &["g g", "home"], "top", "To the first row"),
    bind(END, &["G", "end"], "end", "To the last row; in logs, follow what arrives"),
    bind(ENTER, &["enter"], "open", "Go into what is selected"),
    bind(CLOSE, &["esc"], "back", "Close what is open; else go back to where you came from"),
    bind(BACK, &["H", "backspace"], "back", "Back, like a browser: place, filter, time range and row return"),
    bind(FORWARD, &["L"], "forward", "Forward again"),
    bind(FILTER, &["/"], "filter", "Edit the filter; Tab completes"),
    bind(HIGHLIGHT, &["\\"], "highlight", "Highlight a text or /regex/; nothing is hidden"),
    bind(NEXT_MATCH, &["n"], "next match", "Next row with what is highlighted"),
    bind(PREVIOUS_MATCH, &["N"], "previous match", "Previous row with what is highlighted"),
    bind(INCLUDE, &["i"], "include", "Filter for the value under the cursor"),
    bind(EXCLUDE, &["x"], "exclude", "Filter out the value under the cursor"),
    bind(UNDO, &["u"], "undo", "Undo the last change of filter or time range"),
    bind(REDO, &["ctrl-r"], "redo", "Do it again"),
    bind(TIME, &["t"], "time", "Time range: 30m, yesterday 14:00, 12:04..12:09"),
    bind(ZOOM_IN, &["+"], "zoom", "Half the time range, around its middle"),
    bind(ZOOM_OUT, &["-"], "zoom", "Twice the time range"),
    bind(EARLIER, &["("], "earlier", "Half a range earlier"),
    bind(LATER, &[")"], "later", "Half a range later"),
    bind(RESET_ZOOM, &["="], "reset", "Back to the last 15 minutes, or to all of it"),
    bind(BRUSH, &["v"], "brush", "Mark a stretch of time: v, move with h and l, v again zooms in"),
    bind(TIME_STYLE, &["T"], "times", "Times as: time of day, date, time since the row before, ago"),
    bind(ZONE, &["ctrl-t"], "zone", "Local time or UTC"),
    bind(RELATED_LOGS, &["o l"], "logs", "Related: logs of what is selected, around its time"),
    bind(RELATED_TRACE, &["o t"], "trace", "Related: the trace of what is selected"),
    bind(RELATED_SERVICE, &["o s"], "service", "Related: its service"),
    bind(RELATED_METRICS, &["o m"], "metrics", "Related: metrics of its service at that time"),
    bind(COPY_LINE, &["y y"], "copy", "Copy the row"),
    bind(COPY_JSON, &["y j"], "copy", "Copy it as JSON"),
    bind(COPY_VALUE, &["y v"], "copy", "Copy the value under the cursor"),
    bind(COPY_ID, &["y i"], "copy", "Copy its trace id, or its name"),
    bind(COPY_COMMAND, &["y c"], "copy", "Copy the tfo command that prints the same data"),
    bind(COPY_LINK, &["y u"], "copy", "Copy a link to this very view; `tfo tui --open LINK` opens it"),
    bind(COPY_MARKDOWN, &["y m"], "copy", "Copy it as Markdown, for an incident note"),
    bind(NEXT_PANE, &["tab"], "next pane", "Move the cursor between list and detail"),
    bind(PREVIOUS_PANE, &["shift-tab"], "previous pane", "The other way round"),
    bind(ZOOM_PANE, &["Z"], "zoom", "Detail over the whole screen, and back"),
    bind(WIDER, &["<", "ctrl-left"], "wider", "More room for the detail"),
    bind(NARROWER, &[">", "ctrl-right"], "narrower", "Less room for the detail"),
    bind(SPLIT_RIGHT, &["ctrl-w v"], "split", "Split: the same place again, to the right"),
    bind(SPLIT_BELOW, &["ctrl-w s"], "split", "Split: the same place again, below"),
    bind(NEXT_SPLIT, &["ctrl-w w"], "next split", "Next part of a split"),
    bind(CLOSE_SPLIT, &["ctrl-w q"], "close split", "Close this part of a split"),
    bind(NEW_TAB, &["ctrl-w t"], "new tab", "New tab"),
    bind(CLOSE_TAB, &["ctrl-w x"], "close tab", "Close this tab"),
    bind(NEXT_TAB, &["g t"], "next tab", "Next tab"),
    bind(PREVIOUS_TAB, &["g T"], "previous tab", "Previous tab"),
    bind(SCREEN_1, &["1"], "logs", "Logs"),
    bind(SCREEN_2, &["2"], "traces", "Traces"),
    bind(SCREEN_3, &["3"], "metrics", "Metrics"),
    bind(SCREEN_4, &["4"], "services", "Services"),
    bind(SCREEN_5, &["5"], "resources", "Resources"),
    bind(SAVE_VIEW, &["ctrl-s"], "save", "Save this view as a SavedQuery of the tenant"),
    bind(OPEN_VIEW, &["ctrl-o"], "open view", "Open a saved view"),
    bind(EXPORT, &["ctrl-x"], "export", "Write what is shown into a file"),
    bind(EDITOR, &["ctrl-e"], "editor", "Open what is selected in $EDITOR"),
    bind(REFRESH, &["r"], "refresh", "Ask again"),
    bind(PALETTE, &[":"], "commands", "Commands: everything, by name"),
    bind(HELP, &["?"], "help", "This help; type to search in it"),
    bind(MOUSE, &["f2"], "mouse", "Mouse for tfo, or for the terminal's own selection"),
    bind(REDRAW, &["ctrl-l"], "redraw", "Draw everything again"),
    bind(SUSPEND, &["ctrl-z"], "suspend", "Suspend; fg comes back"),
    bind(QUIT, &["q"], "quit", "Close; quits where nothing is open and nothing to go back to"),
    bind(QUIT_NOW, &["ctrl-c"], "quit", "Quit, always"),
];
