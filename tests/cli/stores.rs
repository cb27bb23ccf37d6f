//! Other stores on the command line: what `check` says of their SLIs, and the exact queries in `explain`.

use crate::kit::Machine;

fn config(backend: &str, sli: &str) -> String {
    format!(
        "[[backend]]\nname = \"main\"\n{backend}\n[[slo]]\nservice = \"shop\"\nname = \"up\"\ntarget = \"99%\"\n\
         window = \"30d\"\nrunbook = \"https://r.test/up\"\nsli = {sli}\n"
    )
}

const INFLUX: &str = "type = \"influxdb\"\nurl = \"http://127.0.0.1:9\"\ndatabase = \"d\"";
const GRAPHITE: &str = "type = \"graphite\"\nurl = \"http://127.0.0.1:9\"";
const DATADOG: &str = "type = \"datadog\"\napi_key_command = \"true\"\napp_key_command = \"true\"";

#[test]
fn check_names_the_key_that_cannot_be_counted() {
    let latency = "{ kind = \"latency\", histogram = \"h\", threshold = \"300ms\" }";
    for (backend, sli, words) in [
        (
            INFLUX,
            "{ kind = \"events\", bad = \"mean(e) FROM m\", total = \"sum(n) FROM m\" }",
            "`mean` does not count",
        ),
        (INFLUX, latency, "only Prometheus and its kin keep histograms"),
        (
            GRAPHITE,
            "{ kind = \"events\", bad = \"a.b\", total = \"sumSeries(a.c\" }",
            "a parenthesis is not closed",
        ),
        (GRAPHITE, latency, "only Prometheus and its kin keep histograms"),
        (
            DATADOG,
            "{ kind = \"events\", bad = \"sum:a{*}\", total = \"sum:b{*}.as_count()\" }",
            "add .as_count() to it",
        ),
    ] {
        let machine = Machine::new();
        let file = machine.write("burnwatch.toml", &config(backend, sli));
        let done = machine.run(&["check", "--config", file.as_str()]);
        assert_eq!(done.code, 1, "{done:?}");
        let said = format!("{}{}", done.out, done.err);
        assert!(said.contains("BW046") && said.contains(words), "{said}");
    }
}

#[test]
fn check_takes_what_can_be_counted() {
    for (backend, sli) in [
        (INFLUX, "{ kind = \"events\", bad = \"sum(e) FROM m\", total = \"sum(n) FROM m\" }"),
        (GRAPHITE, "{ kind = \"threshold\", value = \"a.b\", op = \"<\", bound = 5 }"),
        (DATADOG, "{ kind = \"events\", bad = \"sum:a{*}.as_count()\", total = \"sum:b{*}.as_count()\" }"),
    ] {
        let machine = Machine::new();
        let file = machine.write("burnwatch.toml", &config(backend, sli));
        let done = machine.run(&["check", "--config", file.as_str()]);
        assert_eq!(done.code, 0, "{done:?}");
    }
}

#[test]
fn explain_shows_the_exact_query_and_what_is_judged_here() {
    let machine = Machine::new();
    let sli = "{ kind = \"threshold\", value = \"depth FROM queue\", op = \"<=\", bound = 100 }";
    let file = machine.write("burnwatch.toml", &config(INFLUX, sli));
    let done = machine.run(&["explain", "shop/up", "--config", file.as_str()]);
    let said = done.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains(
            "SELECT mean(depth), count(depth) FROM queue WHERE {{.range}} GROUP BY time(60s, 1ns) fill(none)"
        ),
        "{done:?}"
    );
    assert!(said.contains("good is <= 100, by the minute"), "{done:?}");
}
