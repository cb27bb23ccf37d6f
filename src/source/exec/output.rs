//! What a command printed: our own JSON, or an answer of the query API of Prometheus.

use serde::Deserialize;

use crate::source::SourceError;
use crate::source::http::Reply;
use crate::source::http::text::plain;
use crate::source::prometheus::answer;

/// The version of our JSON.
const VERSION: u64 = 1;
/// Letters of a message that are shown.
const MESSAGE: usize = 400;
/// Warnings that are passed on.
const WARNINGS: usize = 20;
/// Unix seconds beyond this are of a far future, or no seconds.
const LATEST: i64 = 100_000_000_000;

/// One series as it was told.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Told {
    /// In a batch the id of the query that it answers.
    pub(super) name: String,
    /// Unix seconds and finite values.
    pub(super) points: Vec<(i64, f64)>,
    /// Times of values that are no finite numbers.
    pub(super) dropped: Vec<i64>,
    /// Why this query alone cannot be answered.
    pub(super) error: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Output {
    pub(super) series: Vec<Told>,
    pub(super) warnings: Vec<String>,
}

#[derive(Deserialize)]
struct Probe {
    burnwatch: Option<u64>,
}

#[derive(Deserialize)]
struct Ours {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    series: Vec<Raw>,
    #[serde(default)]
    warnings: Vec<String>,
    error: Option<Refusal>,
}

#[derive(Deserialize)]
struct Refusal {
    message: String,
    #[serde(default)]
    retryable: bool,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    name: String,
    #[serde(default)]
    points: Vec<(f64, Value)>,
    error: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Number(f64),
    Text(String),
    /// Nothing is known of this time.
    Null(()),
}

/// Reads what `program` printed: at most `most` series.
pub(super) fn read(program: &str, printed: Vec<u8>, most: usize) -> Result<Output, SourceError> {
    let probe = serde_json::from_slice::<Probe>(&printed);
    let output = match probe.ok().and_then(|probe| probe.burnwatch) {
        Some(VERSION) => ours(program, &printed)?,
        Some(other) => {
            let what = format!("it printed version {other} of our JSON; known is {VERSION}");
            return Err(bad(program, what));
        }
        None => envelope(program, printed, most)?,
    };
    if output.series.len() > most {
        return Err(SourceError::TooManySeries { address: program.to_owned(), limit: most });
    }
    let points = output.series.iter().flat_map(|told| told.points.iter().map(|point| &point.0));
    let mut times = points.chain(output.series.iter().flat_map(|told| &told.dropped));
    match times.find(|time| !(0..=LATEST).contains(*time)) {
        Some(time) => Err(bad(program, format!("the time {time} is not in Unix seconds"))),
        None => Ok(output),
    }
}

fn bad(program: &str, what: String) -> SourceError {
    SourceError::BadAnswer { address: program.to_owned(), what }
}

fn ours(program: &str, printed: &[u8]) -> Result<Output, SourceError> {
    let ours: Ours = serde_json::from_slice(printed)
        .map_err(|error| bad(program, format!("our JSON, but {}", plain(&error.to_string(), MESSAGE))))?;
    match ours.error {
        Some(Refusal { message, retryable: false }) => {
            return Err(SourceError::Query { message: plain(&message, MESSAGE) });
        }
        Some(Refusal { message, retryable: true }) => {
            let what = format!("cannot answer now: {}", plain(&message, MESSAGE));
            return Err(SourceError::Command { program: program.to_owned(), what, passing: true });
        }
        None => {}
    }
    if !matches!(ours.kind.as_str(), "series" | "instant") {
        let what = format!("the kind `{}` is neither series nor instant", plain(&ours.kind, 40));
        return Err(bad(program, what));
    }
    let warnings = ours.warnings.iter().take(WARNINGS).map(|warning| plain(warning, MESSAGE)).collect();
    Ok(Output { series: ours.series.into_iter().map(told).collect(), warnings })
}

fn told(raw: Raw) -> Told {
    let error = raw.error.map(|error| plain(&error, MESSAGE));
    let mut told = Told { name: raw.name, error, ..Told::default() };
    for (time, value) in raw.points {
        let number = match value {
            Value::Null(()) => continue,
            Value::Number(number) => Some(number),
            Value::Text(text) => text.parse().ok(),
        };
        // A time that is no number fits into no bin.
        let time = time.round() as i64;
        match number.filter(|number: &f64| number.is_finite()) {
            Some(number) => told.points.push((time, number)),
            None => told.dropped.push(time),
        }
    }
    told
}

/// What `curl` gets from a Prometheus.
fn envelope(program: &str, body: Vec<u8>, most: usize) -> Result<Output, SourceError> {
    let reply = Reply { origin: program.to_owned(), body, ..Reply::of(200, "") };
    let answer = answer::read(&reply, most)?;
    if answer.partial {
        return Err(answer::cut(&reply, &answer));
    }
    if answer.series.iter().any(|series| series.native) {
        return Err(bad(program, "a native histogram is not a number".to_owned()));
    }
    let told = |mut series: answer::Series| Told {
        name: series.labels.remove("name").unwrap_or_default(),
        points: series.samples.iter().map(|(time, value)| (time.round() as i64, *value)).collect(),
        dropped: series.dropped.iter().map(|time| time.round() as i64).collect(),
        error: None,
    };
    Ok(Output { series: answer.series.into_iter().map(told).collect(), warnings: answer.warnings })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Output, SourceError> {
        super::read("exec:x", text.into(), 3)
    }

    #[test]
    fn our_json_with_gaps_and_what_is_no_number() {
        let text = r#"{"burnwatch":1,"kind":"series","future":{},"warnings":["a\u001bb"],"series":[
            {"name":"q0","labels":{"a":"b"},"unit":"s","points":[[60,1.5],[120.4,null],[180,"NaN"],[240,"2e1"],[300,"+Inf"]]},
            {"name":"q1","error":"no such\nmetric"}]}"#;
        let output = read(text).unwrap();
        let first = Told {
            name: "q0".into(),
            points: vec![(60, 1.5), (240, 20.0)],
            dropped: vec![180, 300],
            error: None,
        };
        let second = Told { name: "q1".into(), error: Some("no such metric".into()), ..Told::default() };
        assert_eq!(output.series, [first, second]);
        assert!(!output.warnings[0].contains('\u{1b}'));
    }

    #[test]
    fn a_flood_of_warnings_is_cut() {
        let flood = vec!["\"w\""; 5000].join(",");
        let output = read(&format!(r#"{{"burnwatch":1,"kind":"series","warnings":[{flood}]}}"#)).unwrap();
        assert_eq!(output.warnings.len(), WARNINGS);
    }

    #[test]
    fn an_answer_of_prometheus_will_do() {
        let text = r#"{"status":"success","data":{"resultType":"matrix","result":[
            {"metric":{"name":"q0"},"values":[[60.001,"1"],[120,"NaN"]]}]},"warnings":["w"]}"#;
        let output = read(text).unwrap();
        let expected = Told { name: "q0".into(), points: vec![(60, 1.0)], dropped: vec![120], error: None };
        assert_eq!((output.series, output.warnings), (vec![expected], vec!["w".to_owned()]));
        let vector =
            r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[5,"7"]}]}}"#;
        assert_eq!(read(vector).unwrap().series[0].points, [(5, 7.0)]);
    }

    #[test]
    fn whatever_else_has_its_class() {
        let many = r#"{"burnwatch":1,"kind":"series","series":[{},{},{},{}]}"#;
        for (text, class, words) in [
            ("", "bad answer", "empty"),
            ("<html>", "bad answer", "HTML"),
            ("Traceback (most recent call last)", "bad answer", "Traceback"),
            ("[]", "bad answer", "not the JSON"),
            (r#"{"burnwatch":2}"#, "bad answer", "version 2"),
            (r#"{"burnwatch":1,"kind":"alerts"}"#, "bad answer", "`alerts`"),
            (r#"{"burnwatch":1,"kind":"series","series":[{"points":[[1]]}]}"#, "bad answer", "line 1 column"),
            (
                r#"{"burnwatch":1,"kind":"series","series":[{"points":[[1700000000000,1]]}]}"#,
                "bad answer",
                "Unix seconds",
            ),
            (
                r#"{"burnwatch":1,"kind":"series","series":[{"points":[[-1e300,1]]}]}"#,
                "bad answer",
                "Unix seconds",
            ),
            (
                r#"{"burnwatch":1,"kind":"series","series":[{"points":[[1e300,"x"]]}]}"#,
                "bad answer",
                "Unix seconds",
            ),
            (r#"{"burnwatch":1,"error":{"message":"no table"}}"#, "query", "no table"),
            (r#"{"burnwatch":1,"error":{"message":"busy","retryable":true}}"#, "command", "now: busy"),
            (r#"{"status":"error","errorType":"bad_data","error":"parse error"}"#, "query", "parse error"),
            (many, "too many series", "more than 3"),
        ] {
            let error = read(text).unwrap_err();
            assert_eq!(error.class(), class, "{text}");
            assert!(error.to_string().contains(words), "{text}: {error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_printed_breaks_it(text in r#"(\{"burnwatch":1,"kind":"series","series":\[)?[\[\]{}:,"a1.e\-+ ]{0,60}"#) {
            let _ = read(&text);
        }
    }
}
