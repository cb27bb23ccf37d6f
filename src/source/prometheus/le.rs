//! The label `le`: one bucket boundary, as the many client libraries write it.

use std::fmt::Write as _;

use crate::domain::promql::Matcher;

/// A matcher for the bucket that ends at `bound`, however it is written there.
pub(super) fn matcher(bound: f64) -> Matcher {
    let forms = forms(bound);
    match &forms[..] {
        [only] => Matcher::equal("le", only),
        _ => Matcher::one_of("le", forms.iter().map(String::as_str)),
    }
}

/// `1` and `1.0`; `1000000`, `1000000.0`, `1e+06`, `1e6`, `1.0E6`; `0.00001`, `1e-05`, `1e-5`, `1.0E-5`.
fn forms(bound: f64) -> Vec<String> {
    let exact = rounded(bound);
    let mut forms = vec![format!("{exact}")];
    if exact.fract() == 0.0 {
        forms.push(format!("{exact}.0"));
    }
    let scientific = format!("{exact:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return forms };
    let power: i32 = exponent.parse().unwrap_or_default();
    if power >= 6 || power <= -3 {
        let sign = if power < 0 { '-' } else { '+' };
        let point = if mantissa.contains('.') { "" } else { ".0" };
        let mut go = String::new();
        // Writing into a string cannot fail.
        let _ = write!(go, "{mantissa}e{sign}{:02}", power.abs());
        forms.extend([go, format!("{mantissa}e{power}"), format!("{mantissa}{point}E{power}")]);
    }
    forms.dedup();
    forms
}

/// Without the dust of a division, such as 0.30000000000000004.
fn rounded(bound: f64) -> f64 {
    format!("{bound:.12e}").parse().unwrap_or(bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_boundary() {
        assert_eq!(matcher(0.3).to_string(), r#"le="0.3""#);
        assert_eq!(matcher(0.1 + 0.2).to_string(), r#"le="0.3""#);
        assert_eq!(matcher(1.0).to_string(), r#"le=~"1|1\\.0""#);
        assert_eq!(matcher(10.0).to_string(), r#"le=~"10|10\\.0""#);
        assert_eq!(forms(1e6), ["1000000", "1000000.0", "1e+06", "1e6", "1.0E6"]);
        assert_eq!(forms(2.5e-5), ["0.000025", "2.5e-05", "2.5e-5", "2.5E-5"]);
        assert_eq!(forms(0.005), ["0.005", "5e-03", "5e-3", "5.0E-3"]);
    }
}
