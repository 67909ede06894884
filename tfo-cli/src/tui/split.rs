//! A list with a detail: beside it, below it, or over it, by the room that there is.

use ratatui::layout::Rect;

/// Where list and detail lie.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Split {
    /// Both.
    pub(crate) whole: Rect,
    /// The list; of no size while the detail lies over it.
    pub(crate) list: Rect,
    /// The detail, without the line that parts it from the list; of no size where there is none.
    pub(crate) detail: Rect,
    /// The line between them.
    pub(crate) line: Rect,
}

/// From so many columns on, the detail stands beside the list.
const BESIDE: u16 = 100;
/// From so many rows on, it stands below the list; else over it.
const BELOW: u16 = 16;

/// Parts an area. `share` is the detail's, in percent.
pub(crate) fn split(area: Rect, has_detail: bool, is_zoomed: bool, share: u16) -> Split {
    let none = Rect { width: 0, height: 0, ..area };
    if !has_detail {
        return Split { whole: area, list: area, detail: none, line: none };
    }
    if is_zoomed || (area.width < BESIDE && area.height < BELOW) {
        return Split { whole: area, list: none, detail: area, line: none };
    }
    let share = u32::from(share.clamp(10, 90));
    let of = |length: u16| u16::try_from(u32::from(length) * share / 100).unwrap_or(0).max(3);
    if area.width >= BESIDE {
        let width = of(area.width).min(area.width.saturating_sub(20));
        let list = Rect { width: area.width - width - 1, ..area };
        let line = Rect { x: list.right(), width: 1, ..area };
        Split { whole: area, list, detail: Rect { x: line.right(), width, ..area }, line }
    } else {
        let height = of(area.height).min(area.height.saturating_sub(4));
        let list = Rect { height: area.height - height - 1, ..area };
        let line = Rect { y: list.bottom(), height: 1, ..area };
        Split { whole: area, list, detail: Rect { y: line.bottom(), height, ..area }, line }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_never_overlap_nor_leave_the_area() {
        for width in [1, 19, 20, 60, 99, 100, 101, 400] {
            for height in [1, 4, 5, 15, 16, 120] {
                for share in [0, 40, 100] {
                    let area = Rect::new(3, 2, width, height);
                    let parts = split(area, true, false, share);
                    for part in [parts.list, parts.detail, parts.line] {
                        assert_eq!(part.intersection(area).area(), part.area(), "{width}x{height} {share}");
                    }
                    let sum = parts.list.area() + parts.detail.area() + parts.line.area();
                    assert_eq!(sum, area.area(), "{width}x{height} {share}");
                    assert!(parts.list.intersection(parts.detail).is_empty());
                }
            }
        }
    }
}
