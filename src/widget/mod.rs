//! Drawing parts that know nothing of SLOs: they take figures and styles and fill cells.

pub mod ascii;
pub mod chart;
pub mod export;
pub mod gauge;
mod palette;
pub mod section;
pub mod sparkline;
pub mod strip;
pub mod svg;
pub mod table;
pub mod text;
pub mod timeline;

pub use ascii::to_ascii;
pub use chart::{Chart, Dash, Marker, Series};
pub use export::{to_ansi, to_text};
pub use gauge::Gauge;
pub use section::Section;
pub use sparkline::{Sparkline, Worst, columns};
pub use strip::Strip;
pub use svg::{Svg, to_svg};
pub use table::{Column, Table, decimal};
pub use text::{Align, clean, fit};
pub use timeline::{Segment, Timeline};
