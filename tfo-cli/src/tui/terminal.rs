//! The terminal: taken over while the interface runs, and left as it was, however it ends.

use std::io::{self, BufWriter, Stdout, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::crossterm::cursor::{Hide, Show};
use ratatui::crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use ratatui::crossterm::style::ResetColor;
use ratatui::crossterm::terminal::{
    self, BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen,
};
use ratatui::crossterm::{execute, queue};
use ratatui::layout::Rect;

/// The longest text that terminals take into their clipboard.
const CLIPBOARD_BYTES: usize = 74_000;

/// Whether the terminal is taken over, for those who end without the guard: a panic, a signal.
static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while it is taken over.
pub(crate) struct Terminal {
    backend: CrosstermBackend<Counting<BufWriter<Stdout>>>,
    /// Bytes written so far.
    written: Arc<AtomicU64>,
    /// What is shown.
    shown: Buffer,
    has_mouse: bool,
}

/// What a frame has cost.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Drawn {
    /// From the first cell to the last byte handed over.
    pub(crate) took: Duration,
    /// Bytes written.
    pub(crate) bytes: u64,
}

impl Terminal {
    /// Takes the terminal over.
    pub(crate) fn take(has_mouse: bool) -> io::Result<Self> {
        install_hook();
        let written = Arc::new(AtomicU64::new(0));
        let inner = BufWriter::with_capacity(1 << 16, io::stdout());
        let backend = CrosstermBackend::new(Counting { inner, bytes: written.clone() });
        let mut terminal = Self { backend, written, shown: Buffer::empty(Rect::ZERO), has_mouse };
        terminal.enter()?;
        Ok(terminal)
    }

    /// Takes it over again after [`Terminal::leave`].
    pub(crate) fn enter(&mut self) -> io::Result<()> {
        // Raw mode that is taken for on is not set again, and who had the terminal meanwhile may have ended it.
        terminal::disable_raw_mode()?;
        terminal::enable_raw_mode()?;
        IS_TAKEN.store(true, Ordering::SeqCst);
        execute!(self.backend, EnterAlternateScreen, Hide, EnableBracketedPaste, Clear(ClearType::All))?;
        if self.has_mouse {
            execute!(self.backend, EnableMouseCapture)?;
        }
        self.shown = Buffer::empty(Rect::ZERO);
        Ok(())
    }

    /// Leaves it as it was.
    pub(crate) fn leave(&mut self) {
        // What cannot be written is written to nobody.
        let _ = Write::flush(&mut self.backend);
        leave();
    }

    /// Captures the mouse, or leaves it to the terminal.
    pub(crate) fn capture(&mut self, has_mouse: bool) -> io::Result<()> {
        self.has_mouse = has_mouse;
        if has_mouse {
            execute!(self.backend, EnableMouseCapture)
        } else {
            execute!(self.backend, DisableMouseCapture)
        }
    }

    /// Its size in columns and rows.
    pub(crate) fn size(&self) -> (u16, u16) {
        terminal::size().unwrap_or((80, 24))
    }

    /// The next frame draws everything.
    pub(crate) fn forget(&mut self) -> io::Result<()> {
        self.shown = Buffer::empty(Rect::ZERO);
        execute!(self.backend, ResetColor, Clear(ClearType::All))
    }

    /// Shows a frame: what differs from the one before, and not a byte where nothing does.
    pub(crate) fn show(&mut self, frame: Buffer) -> io::Result<Drawn> {
        let began = Instant::now();
        let before = self.written.load(Ordering::Relaxed);
        if self.shown.area != frame.area {
            self.shown = Buffer::empty(frame.area);
            queue!(self.backend, ResetColor, Clear(ClearType::All))?;
        }
        let changes = self.shown.diff(&frame);
        if !changes.is_empty() {
            queue!(self.backend, BeginSynchronizedUpdate)?;
            self.backend.draw(changes.into_iter())?;
            queue!(self.backend, EndSynchronizedUpdate)?;
            Write::flush(&mut self.backend)?;
        }
        self.shown = frame;
        Ok(Drawn { took: began.elapsed(), bytes: self.written.load(Ordering::Relaxed) - before })
    }

    /// Hands a text to the clipboard of the terminal (OSC 52), which works over SSH. Terminals do not say whether they
    /// took it. False when it is too long.
    pub(crate) fn copy(&mut self, text: &str) -> io::Result<bool> {
        let encoded = BASE64.encode(text);
        if encoded.len() > CLIPBOARD_BYTES {
            return Ok(false);
        }
        write!(self.backend, "\x1b]52;c;{encoded}\x07")?;
        Write::flush(&mut self.backend)?;
        Ok(true)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Leaves the terminal as it was, once.
pub(crate) fn leave() {
    if IS_TAKEN.swap(false, Ordering::SeqCst) {
        // Nothing can be done about a terminal that is gone.
        let _ = execute!(
            io::stdout(),
            EndSynchronizedUpdate,
            DisableMouseCapture,
            DisableBracketedPaste,
            ResetColor,
            LeaveAlternateScreen,
            Show
        );
        let _ = terminal::disable_raw_mode();
    }
}

/// Gives up a terminal that takes nothing any more: what the kernel keeps of it is as it was, the rest cannot be told it.
pub(crate) fn abandon() {
    let _ = terminal::disable_raw_mode();
}

/// A panic is told on a terminal that can show it, and is the end wherever it happened: the loop would go on drawing over
/// what it says.
fn install_hook() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let told = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            leave();
            told(panic);
            std::process::exit(101);
        }));
    });
}

/// Counts what goes through.
struct Counting<W> {
    inner: W,
    bytes: Arc<AtomicU64>,
}

impl<W: Write> Write for Counting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.bytes.fetch_add(written as u64, Ordering::Relaxed);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
