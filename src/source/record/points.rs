//! Points on a grid as a short text: `0:1.5,300;2:0,300`, place on the grid and figures, exact to the last bit.

use std::fmt::Write;

use crate::source::Range;

/// Places before what was asked that an answer may tell as well: figures that came late.
pub(super) const EARLIER: i64 = 120;

pub(super) fn write<const N: usize>(range: Range, points: impl Iterator<Item = (i64, [f64; N])>) -> String {
    let mut text = String::new();
    for (at, figures) in points {
        if !text.is_empty() {
            text.push(';');
        }
        let _ = write!(text, "{}:", (at - range.from).div_euclid(range.step.max(1)));
        for (place, figure) in figures.iter().enumerate() {
            let _ = write!(text, "{}{figure}", if place == 0 { "" } else { "," });
        }
    }
    text
}

/// `None` where this is no such text; places beyond the range are none of it, but for [`EARLIER`] before it.
pub(super) fn read<const N: usize>(range: Range, text: &str) -> Option<Vec<(i64, [f64; N])>> {
    let point = |part: &str| {
        let (place, figures) = part.split_once(':')?;
        let place: i64 = place.parse().ok().filter(|place| (-EARLIER..range.points()).contains(place))?;
        let mut told = figures.split(',');
        let mut read = [0.0; N];
        for figure in &mut read {
            *figure = told.next()?.parse().ok().filter(|figure: &f64| figure.is_finite())?;
        }
        told.next().is_none().then_some((range.from + place * range.step, read))
    };
    text.split(';').filter(|part| !part.is_empty()).map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_as_they_were_written() {
        let range = Range { from: 600, to: 1200, step: 60 };
        let points = [(600, [0.1 + 0.2, 1e300]), (1200, [1.0 / 3.0, 5e-324])];
        let text = write(range, points.into_iter());
        assert_eq!(read::<2>(range, &text), Some(points.to_vec()));
        assert_eq!(write(range, [(660, [1.0, 30.0])].into_iter()), "1:1,30");
        assert_eq!(read::<1>(range, ""), Some(Vec::new()));
        let late = [(480, [7.0]), (660, [1.0])];
        assert_eq!(write(range, late.into_iter()), "-2:7;1:1");
        assert_eq!(read::<1>(range, "-2:7;1:1"), Some(late.to_vec()));
        for bad in ["1", "1:", "11:1", "-121:1", "1:NaN", "1:inf", "1:1,2", "x:1", "1:1;2"] {
            assert_eq!(read::<1>(range, bad), None, "{bad}");
        }
    }
}
