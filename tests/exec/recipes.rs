//! The recipes as they are, each with a client that answers as its service does.

use std::path::Path;
use std::sync::Arc;

use burnwatch::source::Source;
use serde_json::{Value, json};

use crate::kit::{Folder, NOW, connect, count, events, newest};

/// The recipe `name`, with `client` in place of the service's own.
fn recipe(folder: &Folder, name: &str, client: (&str, &str), more: &Value) -> Arc<dyn Source> {
    assert!(Path::new("/usr/bin/jq").exists(), "jq is missing, which the recipes need: apt-get install jq");
    folder.program(client.0, &format!("LOG={}\n{}", folder.path("log").display(), client.1));
    let mut more = more.clone();
    let env = more["env"].as_array().into_iter().flatten().cloned();
    more["env"] = [json!(folder.search())].into_iter().chain(env).collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/source/exec/recipes").join(name);
    connect(&[path.to_str().unwrap()], &more)
}

/// The bad and total events of the cell that ends at 09:55, asked for at 10:00 with bins of five minutes.
async fn at_five_to(source: &dyn Source) -> (f64, f64) {
    let counts = count(source, vec![events("a")], 5).await.unwrap();
    let cells = counts.slos[0].as_ref().unwrap_or_else(|error| panic!("{error}"));
    let cell = cells.points.iter().find(|point| point.0 == NOW - 300).unwrap();
    (cell.1.bad, cell.1.total)
}

#[tokio::test]
async fn cloudwatch() {
    let folder = Folder::new();
    // Two pages, newest first, one value by its zone and one in seconds; a period without requests is left out.
    let client = r#"printf '%s\n' "$@" >> "$LOG"
cat <<'END'
{"MetricDataResults":[
 {"Id":"q0","Label":"HTTPCode_Target_5XX_Count","Timestamps":["2026-01-20T09:54:00+00:00","2026-01-20T09:51:00+00:00"],"Values":[2.0,1.0],"StatusCode":"PartialData"},
 {"Id":"q0","Label":"HTTPCode_Target_5XX_Count","Timestamps":["2026-01-20T09:50:00Z"],"Values":[4.0],"StatusCode":"Complete"},
 {"Id":"q1","Label":"RequestCount","Timestamps":[1768902840.0,1768902600.0],"Values":[60.0,40.0],"StatusCode":"Complete"}],
 "Messages":[]}
END"#;
    let settings = json!({"batch": true, "stamp": "begin"});
    let source = recipe(&folder, "cloudwatch", ("aws", client), &settings);
    assert_eq!(at_five_to(&*source).await, (7.0, 100.0));
    let log = folder.read("log");
    assert!(log.contains("--start-time\n2026-01-20T09:50:00Z\n--end-time\n2026-01-20T10:00:00Z"), "{log}");
    let asked = log.lines().find(|line| line.starts_with('[')).unwrap();
    let asked: Value = serde_json::from_str(asked).unwrap();
    assert_eq!(asked[1]["MetricStat"]["Period"], 60);
    assert_eq!(asked[1]["Id"], "q1");
}

#[tokio::test]
async fn cloudwatch_splits_a_query_into_a_metric_and_says_who_may_not_see_it() {
    let folder = Folder::new();
    let client = r#"printf '%s\n' "$@" >> "$LOG"
echo '{"MetricDataResults":[{"Id":"q0","Timestamps":[],"Values":[],"StatusCode":"Forbidden"}]}'"#;
    let source = recipe(&folder, "cloudwatch", ("aws", client), &json!({"batch": true, "stamp": "begin"}));
    let ratio = burnwatch::domain::slo::sli::Ratio {
        side: burnwatch::domain::slo::sli::Side::Bad,
        ratio: "AWS/ApplicationELB RequestCount LoadBalancer=app/shop/5 Zone=a=b".into(),
    };
    let slo = crate::kit::slo("a", burnwatch::domain::slo::sli::Sli::Ratio(ratio));
    let counts = count(&*source, vec![slo], 1).await.unwrap();
    assert!(counts.slos[0].as_ref().unwrap_err().to_string().contains("Forbidden"));
    let log = folder.read("log");
    let asked: Value = serde_json::from_str(log.lines().find(|line| line.starts_with('[')).unwrap()).unwrap();
    let metric = json!({"Namespace": "AWS/ApplicationELB", "MetricName": "RequestCount", "Dimensions": [
        {"Name": "LoadBalancer", "Value": "app/shop/5"}, {"Name": "Zone", "Value": "a=b"}]});
    assert_eq!(asked[0]["MetricStat"]["Metric"], metric);
}

#[tokio::test]
async fn app_insights() {
    let folder = Folder::new();
    let client = r#"printf '%s\n' "$@" >> "$LOG"
case "$*" in *errors*) rows='["2026-01-20T09:50:00Z",7]' ;; *) rows='["2026-01-20T09:50:00.0000000Z",100]' ;; esac
echo "{\"tables\":[{\"name\":\"PrimaryResult\",\"columns\":[{\"name\":\"time\",\"type\":\"datetime\"},{\"name\":\"value\",\"type\":\"long\"}],\"rows\":[$rows]}]}""#;
    let settings = json!({"stamp": "begin", "step": "5m", "env": ["APP_INSIGHTS=0000-1111"]});
    let source = recipe(&folder, "app-insights", ("az", client), &settings);
    assert_eq!(at_five_to(&*source).await, (7.0, 100.0));
    let log = folder.read("log");
    assert!(log.contains("apps/0000-1111/query") && log.contains("bin(timestamp, 300s)"), "{log}");
    assert!(
        log.contains("datetime(2026-01-20T09:45:00Z) and timestamp < datetime(2026-01-20T10:00:00Z)"),
        "{log}"
    );
    let client =
        r#"echo '{"error":{"message":"The request had some invalid properties","code":"BadArgumentError"}}'"#;
    let source = recipe(&folder, "app-insights", ("az", client), &settings);
    refused(&*source, "invalid properties").await;
}

async fn refused(source: &dyn Source, words: &str) {
    let counts = count(source, vec![events("a")], 5).await.unwrap();
    let error = counts.slos[0].as_ref().unwrap_err();
    assert!(error.class() == "query" && error.to_string().contains(words), "{error}");
}

#[tokio::test]
async fn new_relic() {
    let folder = Folder::new();
    let client = r#"printf '%s\n' "$@" >> "$LOG"; cat >> "$LOG"
case "$*" in *errors*) value=7 ;; *) value=100 ;; esac
echo "{\"data\":{\"actor\":{\"account\":{\"nrql\":{\"results\":[
 {\"beginTimeSeconds\":1768902600,\"endTimeSeconds\":1768902660,\"value\":$value},
 {\"beginTimeSeconds\":1768902660,\"endTimeSeconds\":1768902720,\"value\":0}]}}}}}""#;
    let settings = json!({"stamp": "begin", "env": ["NEW_RELIC_ACCOUNT=42", "NEW_RELIC_KEY=NRAK-hunter2"]});
    let source = recipe(&folder, "new-relic", ("curl", client), &settings);
    assert_eq!(at_five_to(&*source).await, (7.0, 100.0));
    let log = folder.read("log");
    assert!(
        log.contains("header = \"API-Key: NRAK-hunter2\""),
        "by standard input, not as an argument: {log}"
    );
    assert!(log.contains("SINCE 1768902600 UNTIL 1768903200 TIMESERIES 60 seconds"), "{log}");
    assert!(log.contains(r#""account":42"#), "{log}");
    let client = r#"cat > /dev/null; echo '{"data":null,"errors":[{"message":"NRQL Syntax Error"}]}'"#;
    refused(&*recipe(&folder, "new-relic", ("curl", client), &settings), "NRQL Syntax Error").await;
}

#[tokio::test]
async fn new_relic_asks_long_stretches_in_parts_and_all_of_them_or_none() {
    let folder = Folder::new();
    let client = r#"cat > /dev/null; printf '%s\n' "$@" >> "$LOG"
[ "$(grep -c SINCE "$LOG")" -lt 4 ] || { echo 'curl: (22) 502' >&2; exit 22; }
echo '{"data":{"actor":{"account":{"nrql":{"results":[]}}}}}'"#;
    let settings = json!({"stamp": "begin", "env": ["NEW_RELIC_ACCOUNT=42", "NEW_RELIC_KEY=k"],
        "limits": {"concurrency": 1}});
    let source = recipe(&folder, "new-relic", ("curl", client), &settings);
    count(&*source, vec![events("a")], 600).await.unwrap_or_default();
    let log = folder.read("log");
    assert_eq!(log.matches("SINCE").count(), 4, "605 bins are two parts, for each of two queries\n{log}");
    assert!(log.contains(&format!("SINCE {0} UNTIL {1} ", NOW - 36_300, NOW - 36_300 + 21_600)), "{log}");
    std::fs::remove_file(folder.path("log")).unwrap();
    std::fs::write(folder.path("log"), "SINCE\nSINCE\nSINCE\n").unwrap();
    let error = count(&*source, vec![events("a")], 600).await.unwrap_err();
    assert!(error.to_string().contains("exit code 22; it said: curl: (22) 502"), "{error}");
}

#[tokio::test]
async fn splunk() {
    let folder = Folder::new();
    let client = r#"printf '%s\n' "$@" >> "$LOG"; cat >> "$LOG"
case "$*" in *errors*) value=7 ;; *) value=100 ;; esac
echo "{\"preview\":true,\"offset\":0,\"result\":{\"time\":\"1768902600\",\"value\":\"1\"}}
{\"preview\":false,\"offset\":0,\"lastrow\":true,\"result\":{\"_time\":\"2026-01-20T09:50:00.000+00:00\",\"time\":\"1768902600\",\"value\":\"$value\"}}""#;
    let settings =
        json!({"stamp": "begin", "env": ["SPLUNK_URL=https://splunk:8089", "SPLUNK_TOKEN=hunter2"]});
    let source = recipe(&folder, "splunk", ("curl", client), &settings);
    assert_eq!(at_five_to(&*source).await, (7.0, 100.0), "a preview does not count");
    let log = folder.read("log");
    assert!(log.contains("header = \"Authorization: Bearer hunter2\""), "{log}");
    assert!(log.contains("earliest_time=1768902600\n") && log.contains("latest_time=1768903200\n"), "{log}");
    assert!(
        log.contains("search=search errors | bin _time span=60s | stats count AS value BY _time"),
        "{log}"
    );
    let client = r#"cat > /dev/null; echo '{"messages":[{"type":"FATAL","text":"Unknown search command"}]}'"#;
    refused(&*recipe(&folder, "splunk", ("curl", client), &settings), "Unknown search command").await;
}

#[tokio::test]
async fn flux() {
    let folder = Folder::new();
    let client = r#"printf '%s\n' "$@" >> "$LOG"; cat >> "$LOG"
case "$*" in *errors*) value=7 ;; *) value=100 ;; esac
printf '#datatype,string,long,dateTime:RFC3339,long\r\n#group,false,false,false,false\r\n#default,_result,,,\r\n'
printf ',result,table,_time,_value\r\n,,0,2026-01-20T09:55:00Z,%s\r\n,,0,2026-01-20T09:54:00.5Z,\r\n\r\n' $value"#;
    let settings =
        json!({"env": ["INFLUX_URL=http://influx:8086", "INFLUX_ORG=shop", "INFLUX_TOKEN=hunter2"]});
    let source = recipe(&folder, "flux", ("curl", client), &settings);
    assert_eq!(at_five_to(&*source).await, (7.0, 100.0));
    let log = folder.read("log");
    assert!(
        log.contains("start = 2026-01-20T09:50:00Z\nstop = 2026-01-20T10:00:00Z\nevery = 60s\n"),
        "{log}"
    );
    assert!(log.contains("header = \"Authorization: Token hunter2\"") && log.contains("org=shop"), "{log}");
    let client = "cat > /dev/null; echo";
    let counts = count(&*recipe(&folder, "flux", ("curl", client), &settings), vec![events("a")], 5).await;
    assert!(counts.unwrap().slos[0].as_ref().unwrap().points.is_empty(), "no rows are a gap");
}

#[tokio::test]
async fn curl_and_a_prometheus_need_no_recipe() {
    let folder = Folder::new();
    let answer = format!(
        r#"{{"status":"success","data":{{"resultType":"matrix","result":[{{"metric":{{}},"values":[[{NOW},"9"]]}}]}}}}"#
    );
    let client = folder.program("curl", &format!("echo '{answer}'"));
    let counts = count(&*connect(&[&client], &json!({})), vec![events("a")], 0).await.unwrap();
    assert_eq!(newest(&counts), (NOW, 9.0, 9.0));
}
