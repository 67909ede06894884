//! What has come in lately, measured for one quota.

use std::collections::HashMap;

/// Seconds over which a rate is measured: a burst of this many seconds' worth may come at once.
pub(super) const WINDOW: u64 = 10;
/// Minutes after its last point in which a series is active.
const ACTIVE: u64 = 60;

/// Bytes in each of the last seconds.
#[derive(Debug, Default)]
pub(super) struct Rate {
    /// By the second modulo the window: the second, and its bytes.
    seconds: [(u64, u64); WINDOW as usize],
}

impl Rate {
    fn place(&mut self, second: u64) -> &mut (u64, u64) {
        // In bounds: it is a remainder.
        let place = &mut self.seconds[(second % WINDOW) as usize];
        if place.0 != second {
            *place = (second, 0);
        }
        place
    }

    /// Counts bytes in a second.
    pub(super) fn add(&mut self, second: u64, bytes: u64) {
        let place = self.place(second);
        place.1 = place.1.saturating_add(bytes);
    }

    /// Bytes that were counted in a second and did not come in after all.
    pub(super) fn take_back(&mut self, second: u64, bytes: u64) {
        let place = &mut self.seconds[(second % WINDOW) as usize];
        if place.0 == second {
            place.1 = place.1.saturating_sub(bytes);
        }
    }

    /// Bytes of the window that ends with this second.
    pub(super) fn sum(&self, now: u64) -> u64 {
        let inside = |second: u64| second <= now && now - second < WINDOW;
        self.seconds.iter().filter(|(second, _)| inside(*second)).map(|(_, bytes)| bytes).sum()
    }

    /// Seconds until the window has room again, if nothing more comes.
    pub(super) fn wait(&self, now: u64, room: u64) -> u64 {
        (1..WINDOW).find(|later| self.sum(now + later) < room).unwrap_or(WINDOW)
    }
}

/// Series that are active.
#[derive(Debug, Default)]
pub(super) struct Series {
    /// By id: the minute of its last point.
    last: HashMap<u64, u64>,
    /// When the lapsed ones were forgotten last.
    swept: u64,
}

impl Series {
    /// Whether these and the active ones are no more than `most`; how many there would be if not.
    pub(super) fn check(&mut self, ids: &[u64], minute: u64, most: u64) -> Result<(), u64> {
        let after = |last: &HashMap<u64, u64>| {
            (last.len() + ids.iter().filter(|id| !last.contains_key(id)).count()) as u64
        };
        let mut there = after(&self.last);
        if there > most && self.sweep(minute) {
            there = after(&self.last);
        }
        if there > most { Err(there) } else { Ok(()) }
    }

    /// Counts these as active.
    pub(super) fn see(&mut self, ids: &[u64], minute: u64) {
        self.last.extend(ids.iter().map(|id| (*id, minute)));
    }

    /// How many are active.
    pub(super) fn active(&mut self, minute: u64) -> u64 {
        self.sweep(minute);
        self.last.len() as u64
    }

    /// Forgets the lapsed ones, at most once a minute; whether it looked.
    fn sweep(&mut self, minute: u64) -> bool {
        if self.swept == minute {
            return false;
        }
        self.swept = minute;
        self.last.retain(|_, last| minute.saturating_sub(*last) < ACTIVE);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_that_of_the_last_seconds() {
        let mut rate = Rate::default();
        rate.add(100, 50);
        rate.add(105, 7);
        assert_eq!((rate.sum(105), rate.sum(109), rate.sum(110), rate.sum(115)), (57, 57, 7, 0));
        assert_eq!((rate.wait(105, 57), rate.wait(105, 7), rate.wait(105, 60)), (5, 10, 1));
        rate.take_back(105, 3);
        rate.take_back(95, 50); // its second is another's by now
        assert_eq!(rate.sum(109), 54);
        rate.add(110, 1); // takes the place of second 100
        rate.take_back(100, 50);
        assert_eq!(rate.sum(110), 5);
    }

    #[test]
    fn a_series_is_active_for_an_hour() {
        let mut series = Series::default();
        series.check(&[1, 2, 3], 10, 3).unwrap();
        series.see(&[1, 2, 3], 10);
        series.see(&[1], 20);
        assert_eq!(series.check(&[1, 4], 20, 3), Err(4));
        assert_eq!(series.active(69), 3);
        // 2 and 3 have lapsed.
        series.check(&[4, 5], 70, 3).unwrap();
        series.see(&[4, 5], 70);
        assert_eq!(series.active(71), 3);
        assert_eq!(series.check(&[6], 71, 3), Err(4));
        assert_eq!(series.active(72), 3);
    }
}
