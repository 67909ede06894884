//! A range of times cut into slices, so that a list is found piece by piece in its own order: it stops as soon as it
//! has a page, and when its time is over what it has found is a whole beginning.
//!
//! Slices end where files end, as near as may be, so that few files are opened for two of them. They grow: the first
//! is small, because most lists are found in the newest file, and later ones are few, because each is a plan.

use tfo_sdk::{TimeRange, Timestamp};
use tfo_store::Snapshot;

use crate::request::Order;

/// Bytes of files in the first slice; in tests every file is large.
const FIRST_BYTES: u64 = if cfg!(test) { 1 } else { 16 << 20 };
/// Bytes of files in the largest; one is read in a fraction of the time that a query has.
const MOST_BYTES: u64 = 128 << 20;

/// The same where all of the range is wanted, and few columns of it: so few plans that many files are read at once.
const FIRST_BYTES_OF_SUMS: u64 = if cfg!(test) { 1 } else { 128 << 20 };
/// The largest of these.
const MOST_BYTES_OF_SUMS: u64 = 1 << 30;

/// The times of a file's records, both ends among them, and its length in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) min: Timestamp,
    pub(crate) max: Timestamp,
    pub(crate) bytes: u64,
}

/// The slices of the range in the order in which they are to be read: each begins where the one before it ends, and
/// together they are the range.
pub(crate) fn slices(
    range: TimeRange,
    order: Order,
    files: impl IntoIterator<Item = Extent>,
) -> Vec<TimeRange> {
    slices_from((FIRST_BYTES, MOST_BYTES), range, order, files)
}

/// The pieces of the range, newest first, for what sums it up.
pub(crate) fn pieces(range: TimeRange, files: impl IntoIterator<Item = Extent>) -> Vec<TimeRange> {
    slices_from((FIRST_BYTES_OF_SUMS, MOST_BYTES_OF_SUMS), range, Order::Desc, files)
}

/// The files of a snapshot.
pub(crate) fn extents(snapshot: &Snapshot) -> Vec<Extent> {
    let extent = |file: &tfo_store::FileRef| Extent { min: file.min(), max: file.max(), bytes: file.len() };
    snapshot.files.iter().map(extent).collect()
}

fn slices_from(
    (first_bytes, most_bytes): (u64, u64),
    range: TimeRange,
    order: Order,
    files: impl IntoIterator<Item = Extent>,
) -> Vec<TimeRange> {
    // Where a slice may end: behind the last record of a file, in the order of the list.
    let end_of = |file: &Extent| match order {
        Order::Desc => file.min,
        Order::Asc => file.max.plus(std::time::Duration::from_nanos(1)),
    };
    let mut files: Vec<Extent> = files.into_iter().collect();
    match order {
        Order::Desc => files.sort_by_key(|file| std::cmp::Reverse(end_of(file))),
        Order::Asc => files.sort_by_key(end_of),
    }
    let (mut slices, mut rest) = (Vec::new(), range);
    let (mut bytes, mut most) = (0, first_bytes);
    // Behind the last file there is nothing to make a slice of.
    files.pop();
    for file in &files {
        bytes += file.bytes;
        let end = end_of(file);
        if bytes < most || end <= rest.since || end >= rest.until {
            continue;
        }
        let (slice, left) = match order {
            Order::Desc => {
                (TimeRange { since: end, until: rest.until }, TimeRange { since: rest.since, until: end })
            }
            Order::Asc => {
                (TimeRange { since: rest.since, until: end }, TimeRange { since: end, until: rest.until })
            }
        };
        slices.push(slice);
        (rest, bytes, most) = (left, 0, (most * 2).min(most_bytes));
    }
    slices.push(rest);
    slices
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SIZES: (u64, u64) = (16 << 20, MOST_BYTES);

    fn hours(count: i64, bytes: u64) -> Vec<Extent> {
        (0..count)
            .map(|hour| Extent { min: Timestamp(hour * 100), max: Timestamp(hour * 100 + 99), bytes })
            .collect()
    }

    fn range(since: i64, until: i64) -> TimeRange {
        TimeRange { since: Timestamp(since), until: Timestamp(until) }
    }

    #[test]
    fn what_is_small_is_read_at_once() {
        assert_eq!(slices_from(SIZES, range(0, 1_000), Order::Desc, hours(10, 1 << 20)), [range(0, 1_000)]);
        assert_eq!(slices_from(SIZES, TimeRange::ALL, Order::Asc, []), [TimeRange::ALL]);
    }

    #[test]
    fn slices_grow_from_the_end_that_comes_first() {
        let files = hours(14, 8 << 20);
        let newest_first = [range(1_200, 1_400), range(800, 1_200), range(0, 800)];
        assert_eq!(slices_from(SIZES, range(0, 1_400), Order::Desc, files.clone()), newest_first);
        let oldest_first = [range(0, 200), range(200, 600), range(600, 1_400)];
        assert_eq!(slices_from(SIZES, range(0, 1_400), Order::Asc, files), oldest_first);
    }

    proptest! {
        #[test]
        fn slices_are_the_range_whatever_the_files_are(
            files in prop::collection::vec((-50i64..150, 0i64..80, 0u64..(64 << 20)), 0..30),
            since in -60i64..60,
            length in 0i64..120,
            desc: bool,
        ) {
            let files = files.into_iter().map(|(min, length, bytes)| Extent {
                min: Timestamp(min),
                max: Timestamp(min + length),
                bytes,
            });
            let order = if desc { Order::Desc } else { Order::Asc };
            let mut slices = slices_from(SIZES, range(since, since + length), order, files);
            if desc {
                slices.reverse();
            }
            prop_assert_eq!(slices[0].since, Timestamp(since));
            prop_assert_eq!(slices[slices.len() - 1].until, Timestamp(since + length));
            for pair in slices.windows(2) {
                prop_assert_eq!(pair[0].until, pair[1].since);
                prop_assert!(pair.iter().all(|slice| slice.since < slice.until));
            }
        }
    }
}
