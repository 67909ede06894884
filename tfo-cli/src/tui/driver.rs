//! The loop around the model: the only part that waits, reads the clock, asks the daemon and writes to the terminal.
//!
//! What happens is folded: all input that is there, then one frame. Input is drawn at once, up to sixty times a second;
//! what arrives from the daemon fifteen times; on a link so slow that a frame takes long, less often still. Nothing is
//! drawn when nothing has happened.

mod tasks;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use hdrhistogram::Histogram;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{Event, EventStream, KeyEventKind, MouseEvent, MouseEventKind};
use ratatui::layout::Rect;
use tfo_sdk::Timestamp;
use tokio::sync::mpsc;

use self::tasks::{Arrival, Tasks};
use super::keys::Key;
use super::model::{Message, Model};
use super::screen::Effect;
use super::terminal::Terminal;
use super::view::view;
use crate::commands::edit;
use crate::connection::Place;

/// From one frame to the next while keys come.
const INPUT_FRAME: Duration = Duration::from_millis(16);
/// From one frame to the next while only data comes.
const DATA_FRAME: Duration = Duration::from_millis(66);
/// A frame that takes longer than this to hand over is one of a slow link.
const SLOW_FRAME: Duration = Duration::from_millis(30);
/// How long the loop may take to end by itself.
const GRACE: Duration = Duration::from_secs(2);
/// Messages that wait for the model: whoever sends more waits.
const WAITING: usize = 64;
/// Messages that are taken in between two frames.
const BATCH: usize = 500;

/// Runs the interface until it is left.
///
/// # Errors
/// The terminal is gone.
pub(crate) async fn run(mut model: Model, effects: Vec<Effect>, place: Place) -> anyhow::Result<Summary> {
    let terminal = Terminal::take(model.has_mouse)?;
    let (sender, receiver) = mpsc::channel(WAITING);
    model.size = terminal.size();
    let is_lent = Arc::new(AtomicBool::new(false));
    tokio::spawn(end_in_any_case(is_lent.clone()));
    tokio::spawn(tell_of_going_on(sender.clone()));
    let mut driver = Driver {
        is_lent,
        terminal,
        events: Some(Events::new()),
        receiver,
        tasks: Tasks::new(place, sender),
        model,
        drawn_at: None,
        draw_at: Some(Instant::now()),
        slowness: Duration::ZERO,
        frames: Histogram::new(3)?,
        signals: Box::pin(signals()),
    };
    driver.perform(effects)?;
    driver.handle(Message::Start)?;
    driver.draw()?;
    driver.turn().await?;
    let figures = driver.model.settings.figures;
    Ok(Summary {
        frames: figures.frames,
        bytes: figures.bytes,
        p50_us: driver.frames.value_at_quantile(0.5),
        p99_us: driver.frames.value_at_quantile(0.99),
        max_us: driver.frames.max(),
    })
}

/// What drawing has cost in all, for `--figures`.
#[derive(Debug, Clone, Copy, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    /// Frames drawn.
    frames: u64,
    /// Bytes written to the terminal.
    bytes: u64,
    /// How long a frame took, from the state to the last byte handed over, in microseconds.
    p50_us: u64,
    p99_us: u64,
    max_us: u64,
}

/// What the terminal sends, read by a task: the stream itself must be awaited by one waker alone.
struct Events {
    receiver: mpsc::Receiver<std::io::Result<Event>>,
    task: tokio::task::AbortHandle,
}

impl Events {
    fn new() -> Self {
        let (sender, receiver) = mpsc::channel(BATCH);
        let task = tokio::spawn(async move {
            let mut stream = EventStream::new();
            while let Some(event) = stream.next().await {
                if sender.send(event).await.is_err() {
                    break;
                }
            }
        });
        Self { receiver, task: task.abort_handle() }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Driver {
    terminal: Terminal,
    /// Whether the terminal is somebody else's.
    is_lent: Arc<AtomicBool>,
    /// None while the terminal is somebody else's.
    events: Option<Events>,
    receiver: mpsc::Receiver<Arrival>,
    tasks: Tasks,
    model: Model,
    drawn_at: Option<Instant>,
    /// When the next frame is due.
    draw_at: Option<Instant>,
    /// How long the last frame took to hand over.
    slowness: Duration,
    /// How long frames took, in microseconds.
    frames: Histogram<u64>,
    /// Ends when the process is asked to end.
    signals: std::pin::Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Driver {
    async fn turn(&mut self) -> anyhow::Result<()> {
        let mut ticked_at = tokio::time::Instant::now();
        while !self.model.is_over {
            // From the last tick on, not from the last message: where data streams in, time passes all the same.
            let tick_at = self.model.next_tick().map(|tick| ticked_at + tick);
            let events = self.events.get_or_insert_with(Events::new);
            let draw_at = self.draw_at.map(tokio::time::Instant::from_std);
            tokio::select! {
                biased;
                () = &mut self.signals => break,
                event = events.receiver.recv() => match event {
                    Some(event) => self.take_events(event?)?,
                    // The terminal is closed.
                    None => break,
                },
                () = sleep_until(draw_at) => {
                    self.draw()?;
                    continue;
                }
                () = sleep_until(tick_at) => {
                    ticked_at = tokio::time::Instant::now();
                    self.handle(Message::Tick)?;
                    self.want_frame(DATA_FRAME);
                }
                Some(arrival) = self.receiver.recv() => self.take_arrivals(arrival)?,
            }
        }
        Ok(())
    }

    /// Takes in an event and those that are there already; several notches of the wheel and several sizes are one.
    fn take_events(&mut self, first: Event) -> anyhow::Result<()> {
        let mut events = vec![first];
        while events.len() < BATCH
            && let Some(stream) = &mut self.events
            && let Ok(Ok(event)) = stream.receiver.try_recv()
        {
            events.push(event);
        }
        for message in fold(events) {
            self.handle(message)?;
            if self.model.is_over {
                break;
            }
        }
        self.want_frame(INPUT_FRAME);
        Ok(())
    }

    fn take_arrivals(&mut self, first: Arrival) -> anyhow::Result<()> {
        let mut next = Some(first);
        let mut count = 0;
        while let Some(arrival) = next {
            if matches!(arrival, Arrival::GoesOn) {
                self.take_back()?;
            } else if let Some(message) = self.tasks.accept(arrival) {
                self.handle(message)?;
            }
            count += 1;
            next = if count < BATCH { self.receiver.try_recv().ok() } else { None };
        }
        self.want_frame(DATA_FRAME);
        Ok(())
    }

    fn handle(&mut self, message: Message) -> anyhow::Result<()> {
        let effects = self.model.update(message, now());
        self.perform(effects)
    }

    /// Asks for a frame, not sooner than so long after the last one.
    fn want_frame(&mut self, pause: Duration) {
        let pause = if self.slowness > SLOW_FRAME { pause.max(self.slowness * 2) } else { pause };
        let due = self.drawn_at.map_or_else(Instant::now, |drawn| drawn + pause);
        self.draw_at = Some(self.draw_at.map_or(due, |known| known.min(due)));
    }

    fn draw(&mut self) -> anyhow::Result<()> {
        self.draw_at = None;
        let began = Instant::now();
        let (width, height) = self.model.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        view(&self.model, &mut buffer);
        let drawn = self.terminal.show(buffer)?;
        self.drawn_at = Some(Instant::now());
        self.slowness = drawn.took;
        let figures = &mut self.model.settings.figures;
        figures.frames += 1;
        figures.bytes += drawn.bytes;
        figures.last = began.elapsed();
        // More than an hour is as good as an hour.
        let micros = u64::try_from(figures.last.as_micros()).unwrap_or(u64::MAX).min(3_600_000_000);
        self.frames.saturating_record(micros);
        Ok(())
    }

    fn perform(&mut self, effects: Vec<Effect>) -> anyhow::Result<()> {
        for effect in effects {
            match effect {
                Effect::Copy { what, text } => {
                    let said = if self.terminal.copy(&text)? {
                        // Nobody knows whether the terminal took it.
                        Ok(format!("sent to the terminal's clipboard: {what}"))
                    } else {
                        Err("too long for a clipboard: Ctrl-x writes a file".to_owned())
                    };
                    let more = self.model.update(Message::Said(said), now());
                    debug_assert!(more.is_empty());
                }
                Effect::Mouse(has_mouse) => self.terminal.capture(has_mouse)?,
                Effect::Redraw => self.terminal.forget()?,
                Effect::Suspend => self.suspend()?,
                Effect::Edit { screen, name, text } => {
                    let edited = self.aside(|| edit::edit_text(&name, &text))?;
                    let edited = edited.map_err(|error| error.to_string());
                    let effects = self.model.update(Message::Edited { screen, text: edited }, now());
                    // What becomes of the text is never another edit.
                    for effect in effects {
                        if !matches!(effect, Effect::Edit { .. }) {
                            self.tasks.perform(effect);
                        }
                    }
                }
                Effect::Quit => {}
                effect => self.tasks.perform(effect),
            }
        }
        Ok(())
    }

    /// Gives the terminal to something else, and takes it back.
    fn aside<T>(&mut self, work: impl FnOnce() -> T) -> anyhow::Result<T> {
        // A stream of events would go on reading what is typed.
        self.events = None;
        self.is_lent.store(true, Ordering::SeqCst);
        self.terminal.leave();
        let result = work();
        self.take_back()?;
        self.is_lent.store(false, Ordering::SeqCst);
        // What was meant for the other program, Ctrl-C in an editor say, is not meant for this one.
        self.signals = Box::pin(signals());
        Ok(result)
    }

    /// Takes the terminal over again, whatever has become of it.
    fn take_back(&mut self) -> anyhow::Result<()> {
        self.terminal.enter()?;
        self.model.size = self.terminal.size();
        self.draw_at = Some(Instant::now());
        Ok(())
    }

    #[cfg(unix)]
    fn suspend(&mut self) -> anyhow::Result<()> {
        use rustix::process::{Signal, getpid, kill_process};
        // Stops here, and goes on here.
        self.aside(|| kill_process(getpid(), Signal::TSTP))??;
        Ok(())
    }

    #[cfg(not(unix))]
    fn suspend(&mut self) -> anyhow::Result<()> {
        Ok(())
    }
}

fn now() -> Timestamp {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(now.as_nanos()).unwrap_or(i64::MAX))
}

async fn sleep_until(time: Option<tokio::time::Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}

/// Waits for whatever asks the process to end.
#[cfg(unix)]
async fn signals() {
    use tokio::signal::unix::{SignalKind, signal};
    let wait = async |kind: SignalKind| match signal(kind) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        () = wait(SignalKind::terminate()) => {}
        () = wait(SignalKind::hangup()) => {}
        () = wait(SignalKind::interrupt()) => {}
    }
}

#[cfg(not(unix))]
async fn signals() {
    let _ = tokio::signal::ctrl_c().await;
}

/// Ends the process when it is asked to and the loop does not: it hangs in a write where a terminal takes nothing any
/// more, a connection that has died say.
#[cfg(unix)]
async fn end_in_any_case(is_lent: Arc<AtomicBool>) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut asked) = signal(SignalKind::terminate()) else { return };
    while asked.recv().await.is_some() {
        tokio::time::sleep(GRACE).await;
        if !is_lent.load(Ordering::SeqCst) {
            super::terminal::abandon();
            std::process::exit(143);
        }
    }
}

#[cfg(not(unix))]
async fn end_in_any_case(_: Arc<AtomicBool>) {}

/// Tells the loop that the process was stopped and goes on: whoever had the terminal meanwhile has left it another way.
#[cfg(unix)]
async fn tell_of_going_on(sender: mpsc::Sender<Arrival>) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut going_on) = signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw())) else {
        return;
    };
    while going_on.recv().await.is_some() {
        if sender.send(Arrival::GoesOn).await.is_err() {
            return;
        }
    }
}

#[cfg(not(unix))]
async fn tell_of_going_on(_: mpsc::Sender<Arrival>) {}

/// Events as messages: movements are dropped, what is the same in a row is one.
fn fold(events: Vec<Event>) -> Vec<Message> {
    let mut messages = Vec::new();
    let mut size = None;
    let mut wheel: Option<(MouseEvent, i32)> = None;
    for event in events {
        let notch = match &event {
            Event::Mouse(mouse) => match mouse.kind {
                MouseEventKind::ScrollDown => Some((*mouse, 1)),
                MouseEventKind::ScrollUp => Some((*mouse, -1)),
                _ => None,
            },
            _ => None,
        };
        if let Some((mouse, notch)) = notch {
            wheel = Some((mouse, wheel.map_or(0, |(_, notches)| notches) + notch));
            continue;
        }
        roll(&mut wheel, &mut messages);
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => {
                messages.push(Message::Key(Key::from(key)));
            }
            Event::Paste(text) => messages.push(Message::Paste(text)),
            Event::Mouse(mouse) if mouse.kind != MouseEventKind::Moved => {
                messages.push(Message::Mouse(mouse));
            }
            Event::Resize(width, height) => size = Some((width, height)),
            _ => {}
        }
    }
    roll(&mut wheel, &mut messages);
    messages.extend(size.map(|(width, height)| Message::Resize(width, height)));
    messages
}

/// The notches of the wheel that are left of ups and downs; more than a few in one frame are a few.
fn roll(wheel: &mut Option<(MouseEvent, i32)>, messages: &mut Vec<Message>) {
    const MOST: i32 = 10;
    let Some((mouse, notches)) = wheel.take() else { return };
    let kind = if notches > 0 { MouseEventKind::ScrollDown } else { MouseEventKind::ScrollUp };
    for _ in 0..notches.abs().min(MOST) {
        messages.push(Message::Mouse(MouseEvent { kind, ..mouse }));
    }
}
