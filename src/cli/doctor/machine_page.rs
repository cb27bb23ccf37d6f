//! The block of this machine.

use super::machine::Machine;
use super::sheet::{Mark, Sheet};
use crate::theme::Role;

pub(super) fn write(sheet: &mut Sheet, machine: &Machine) {
    sheet.block(machine.mark(), "this machine", "");
    for (label, text) in &machine.rows {
        sheet.row(label, &[(Role::Text, text)]);
    }
    for trouble in &machine.troubles {
        sheet.finding(Mark::Broken, trouble);
    }
    for doubt in &machine.doubts {
        sheet.finding(Mark::Doubtful, doubt);
    }
}
