//! Pages of metrics, line by line: the Prometheus text format 0.0.4 and `OpenMetrics` 1.0. Exemplars are passed over.

/// Bytes of one line. Help texts may be longer; they are not read.
const LONGEST: usize = 64 << 10;

/// One sample, as far as it had to be read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sample {
    pub(super) name: String,
    /// In the order of the page.
    pub(super) labels: Vec<(String, String)>,
    /// May be anything that a float can be.
    pub(super) value: f64,
    /// Unix seconds, where the page tells them: milliseconds in the text format, seconds in `OpenMetrics`.
    pub(super) time: Option<f64>,
}

/// The samples of a page whose names are `wanted`. The error says which line cannot be read and why.
pub(super) fn read(
    page: &[u8],
    open_metrics: bool,
    wanted: impl Fn(&str) -> bool,
    mut take: impl FnMut(Sample) -> Result<(), String>,
) -> Result<(), String> {
    let Some(text) = page.strip_suffix(b"\n") else {
        return if page.is_empty() { Ok(()) } else { Err("the page ends inside a line".to_owned()) };
    };
    let mut ended = false;
    for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let fault = |what: &str| format!("line {}: {what}", index + 1);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if ended && !line.is_empty() {
            return Err(fault("something follows # EOF"));
        }
        ended |= line == b"# EOF" && open_metrics;
        if line.iter().all(u8::is_ascii_whitespace) || line.trim_ascii_start().starts_with(b"#") {
            continue;
        }
        if line.len() > LONGEST {
            return Err(fault("it is too long"));
        }
        let line = std::str::from_utf8(line).map_err(|_| fault("it is not UTF-8"))?;
        let sample = Rest(line.trim_start()).sample(&wanted).map_err(fault)?;
        let unit = if open_metrics { 1.0 } else { 0.001 };
        let timed = |sample: Sample| Sample { time: sample.time.map(|time| time * unit), ..sample };
        sample.map(timed).map_or(Ok(()), &mut take)?;
    }
    if open_metrics && !ended {
        return Err("the page is cut off: # EOF is missing".to_owned());
    }
    Ok(())
}

/// What is left of a line.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    /// Nothing where the name is not wanted.
    fn sample(&mut self, wanted: &impl Fn(&str) -> bool) -> Result<Option<Sample>, &'static str> {
        let mut name = self.bare(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':').to_owned();
        if name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err("it begins with a digit, not with a name");
        }
        let braces = self.0.trim_start().starts_with('{');
        if name.is_empty() && !braces {
            return Err("it does not begin with a name");
        }
        if !braces && !self.0.starts_with([' ', '\t']) {
            return Err("the name is followed by something that is neither labels nor a value");
        }
        if !name.is_empty() && !wanted(&name) {
            return Ok(None);
        }
        let mut labels = Vec::new();
        if braces {
            self.0 = &self.0.trim_start()[1..];
            self.labels(&mut name, &mut labels)?;
        }
        if name.is_empty() {
            return Err("it has no name");
        }
        if !wanted(&name) {
            return Ok(None);
        }
        let mut words = self.0.split_ascii_whitespace();
        let value = words.next().and_then(number).ok_or("its value is not a number")?;
        let time = match words.next() {
            Some(time) if time != "#" => Some(number(time).ok_or("its timestamp is not a number")?),
            _ => None,
        };
        Ok(Some(Sample { name, labels, value, time }))
    }

    fn bare(&mut self, fits: impl Fn(char) -> bool) -> &str {
        let end = self.0.find(|c| !fits(c)).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        word
    }

    /// Labels up to the brace that closes them, the first of which has been taken. A name in quotes is the metric's.
    fn labels(
        &mut self,
        metric: &mut String,
        labels: &mut Vec<(String, String)>,
    ) -> Result<(), &'static str> {
        loop {
            self.0 = self.0.trim_start();
            if let Some(rest) = self.0.strip_prefix('}') {
                self.0 = rest;
                return Ok(());
            }
            let in_quotes = self.0.starts_with('"');
            let label = if in_quotes {
                self.quoted()?
            } else {
                self.bare(|c| c.is_ascii_alphanumeric() || c == '_').to_owned()
            };
            self.0 = self.0.trim_start();
            match self.0.strip_prefix('=') {
                Some(rest) if !label.is_empty() => {
                    self.0 = rest.trim_start();
                    let value = self.quoted()?;
                    if labels.iter().any(|(known, _)| *known == label) {
                        return Err("a label is there twice");
                    }
                    labels.push((label, value));
                }
                None if in_quotes && metric.is_empty() => *metric = label,
                _ => return Err("its labels cannot be read"),
            }
            self.0 = self.0.trim_start();
            if let Some(rest) = self.0.strip_prefix(',') {
                self.0 = rest;
            } else if !self.0.starts_with('}') {
                return Err("its labels do not end");
            }
        }
    }

    fn quoted(&mut self) -> Result<String, &'static str> {
        let text = self.0.strip_prefix('"').ok_or("the value of a label has no quotes")?;
        let mut value = String::new();
        let mut letters = text.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.0 = &text[at + 1..];
                    return Ok(value);
                }
                '\\' => match letters.next() {
                    Some((_, 'n')) => value.push('\n'),
                    Some((_, escaped @ ('\\' | '"'))) => value.push(escaped),
                    // As Prometheus does: what is no code stands for itself.
                    Some((_, other)) => value.extend(['\\', other]),
                    None => break,
                },
                other => value.push(other),
            }
        }
        Err("the value of a label does not end")
    }
}

/// Numbers as Go writes them; Rust reads all of them but hexadecimal ones.
fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(page: &str, open_metrics: bool) -> Result<Vec<Sample>, String> {
        let mut samples = Vec::new();
        read(
            page.as_bytes(),
            open_metrics,
            |name| !name.starts_with("other"),
            |sample| {
                samples.push(sample);
                Ok(())
            },
        )?;
        Ok(samples)
    }

    fn sample(name: &str, labels: &[(&str, &str)], value: f64) -> Sample {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Sample { name: name.to_owned(), labels, value, time: None }
    }

    fn at(time: f64, sample: Sample) -> Sample {
        Sample { time: Some(time), ..sample }
    }

    #[test]
    fn the_text_format_with_all_its_liberties() {
        let page = "# HELP a A \\\"text\\\".\n# TYPE a counter\na 1\n\na{} 2 1395066363000\r\n  \
            b:c { d = \"e\" , f=\"}, \\\\ \\\" \\n \\x\", } +Inf -5\n#comment\nother{ broken\nd NaN\ne -1.5e-3\n\
            {\"with.dots\", \"a.b\"=\"c\"} 7\n";
        let samples = all(page, false).unwrap();
        assert_eq!(samples[0], sample("a", &[], 1.0));
        assert_eq!(samples[1], at(1_395_066_363.0, sample("a", &[], 2.0)), "milliseconds");
        let all_letters = sample("b:c", &[("d", "e"), ("f", "}, \\ \" \n \\x")], f64::INFINITY);
        assert_eq!(samples[2], at(-0.005, all_letters));
        assert!(samples[3].value.is_nan());
        assert_eq!(samples[4], sample("e", &[], -0.0015));
        assert_eq!(samples[5], sample("with.dots", &[("a.b", "c")], 7.0));
    }

    #[test]
    fn open_metrics_with_exemplars_and_an_end() {
        let page = "# TYPE a counter\n# UNIT a seconds\na_total{b=\"c\"} 17 1520879607.789 # {trace_id=\"x\"} 0.67 1520879607\n\
            a_created{b=\"c\"} 1520430000.123\nh_bucket{le=\"+Inf\"} 3 # {} 4\n# EOF\n";
        let samples = all(page, true).unwrap();
        assert_eq!(samples[0], at(1_520_879_607.789, sample("a_total", &[("b", "c")], 17.0)), "seconds");
        assert_eq!(samples[1].value, 1_520_430_000.123);
        assert_eq!(samples[2], sample("h_bucket", &[("le", "+Inf")], 3.0));
        assert_eq!(all("a 1\n", true).unwrap_err(), "the page is cut off: # EOF is missing");
        assert!(all("a 1\n# EOF\nb 1\n", true).unwrap_err().contains("line 3: something follows # EOF"));
        assert_eq!(all("", false).unwrap(), []);
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_line() {
        for (line, what) in [
            ("a 1", "ends inside a line"),
            ("1a 2\n", "digit"),
            ("<html>\n", "does not begin with a name"),
            ("a\n", "neither labels nor a value"),
            ("a-b 1\n", "neither labels nor a value"),
            ("a one\n", "not a number"),
            ("a{b=\"c\"}\n", "not a number"),
            ("a 1 noon\n", "timestamp"),
            ("a{b=c} 1\n", "no quotes"),
            ("a{b=\"c} 1\n", "does not end"),
            ("a{b=\"c\\", "ends inside a line"),
            ("a{b=\"c\" d=\"e\"} 1\n", "do not end"),
            ("a{b=\"c\",b=\"d\"} 1\n", "twice"),
            ("a{=\"c\"} 1\n", "cannot be read"),
            ("a{,} 1\n", "cannot be read"),
            ("{b=\"c\"} 1\n", "no name"),
        ] {
            let error = all(&format!("x 1\n{line}"), false).unwrap_err();
            assert!(error.contains(what), "{line:?}: {error}");
        }
        let long = format!("x 1\na{{b=\"{}\"}} 1\n", "c".repeat(LONGEST));
        assert_eq!(all(&long, false).unwrap_err(), "line 2: it is too long");
        assert_eq!(read(b"a\xff 1\n", false, |_| true, |_| Ok(())).unwrap_err(), "line 1: it is not UTF-8");
    }

    proptest::proptest! {
        #[test]
        fn no_page_breaks_it(page in r#"([a{}="\\,# \n1.é-]{0,12}\n){0,6}"#, open in proptest::bool::ANY) {
            let _ = all(&page, open);
        }

        #[test]
        fn whatever_a_label_holds_is_read_back(value in ".{0,40}") {
            let escaped = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let page = format!("a{{b=\"{escaped}\"}} 1\n");
            let samples = all(&page, false).unwrap();
            proptest::prop_assert_eq!(&samples[0].labels[0].1, &value);
        }
    }
}
