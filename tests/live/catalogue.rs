//! Files of other tools, read as they are: our figures beside what each tool would show, evaluated by the server itself.

mod theirs;

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;

use serde_json::Value;
use tempfile::TempDir;

use crate::server::Server;
use crate::truth::NOW;
use crate::web::instant;
use theirs::{Claim, Figure, SLOTHS, WINDOWS, mean, openslo, pyrra, sloth, sloth_month_of_the_shop};

/// A whole hour, and an odd minute of the day before.
const INSTANTS: [i64; 2] = [NOW, NOW - 26 * 3600 - 600];

const FILES: [(&str, &str); 3] = [
    ("slo/sloth.yaml", include_str!("catalogue/sloth.yaml")),
    ("slo/pyrra.yaml", include_str!("catalogue/pyrra.yaml")),
    ("slo/openslo.yaml", include_str!("catalogue/openslo.yaml")),
];

/// Somebody's home with the files in it and the shared server as its backend.
struct Home {
    folder: TempDir,
    server: Arc<Server>,
}

/// What a command said and how it ended.
struct Done {
    code: i32,
    out: String,
    err: String,
}

impl Home {
    fn new() -> Self {
        let home = Self { folder: tempfile::tempdir().unwrap(), server: Server::shared() };
        std::fs::create_dir(home.folder.path().join("slo")).unwrap();
        for (name, text) in FILES {
            home.write(name, text);
        }
        home
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// `more` comes before the backend, `tables` after it.
    fn configure(&self, name: &str, more: &str, tables: &str) {
        let url = self.server.url();
        let text = format!(
            "{more}\n[[backend]]\nname = \"main\"\ntype = \"prometheus\"\nurl = \"{url}\"\n\n{tables}"
        );
        self.write(name, &text);
    }

    fn run(&self, args: &[&str]) -> Done {
        let home = self.folder.path();
        let output = Command::new(env!("CARGO_BIN_EXE_burnwatch"))
            .env_clear()
            .env("HOME", home)
            .current_dir(home)
            .args(args)
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Done { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Every SLO of a configuration by its id, as `status --json` tells of it.
    fn status(&self, config: &str, at: i64) -> BTreeMap<String, Value> {
        let at = chrono::DateTime::from_timestamp(at, 0).unwrap().to_rfc3339();
        let args = ["status", "--json", "--config", config, "--at", &at, "--timeout", "60s"];
        let done = self.run(&args);
        let body: Value =
            serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{error}: {}", done.err));
        assert_eq!(body["sources"][0]["error"], Value::Null, "{body}");
        let slos = body["slos"].as_array().unwrap().iter();
        slos.map(|slo| (slo["id"].as_str().unwrap().to_owned(), slo.clone())).collect()
    }
}

fn figure(slo: &Value, figure: Figure) -> Option<f64> {
    match figure {
        Figure::Remaining => slo["budget"]["remaining"].as_f64(),
        Figure::ToDate => slo["budget"]["to_date"].as_f64(),
        Figure::Burn(window) => slo["burn"][window].as_f64(),
    }
}

/// Every claim about one set of SLOs; all that are wrong together.
async fn hold(home: &Home, slos: &BTreeMap<String, Value>, at: i64, claims: &[Claim]) {
    let mut wrong = Vec::new();
    for claim in claims {
        let slo = slos.get(&claim.id).unwrap_or_else(|| panic!("no {}: {:?}", claim.id, slos.keys()));
        let got = figure(slo, claim.figure);
        let theirs = instant(home.server.port, &claim.expr, at).await;
        let said = format!("{} {:?}: {got:?}, theirs {theirs:?}", claim.id, claim.figure);
        let off = got.zip(theirs).map(|(got, theirs)| (got - theirs).abs() / theirs.abs().max(1.0));
        println!("{said}, off {off:?}");
        if off.is_none_or(|off| off > claim.within || off.is_nan()) {
            wrong.push(format!("{said} {:?} {}", slo["data"], slo["warnings"]));
        }
    }
    assert!(wrong.is_empty(), "at {} s:\n{}", at - NOW, wrong.join("\n"));
}

#[tokio::test]
async fn each_file_gives_the_figures_of_its_tool() {
    let home = Home::new();
    home.configure("own.toml", "catalogue = [\"slo/*.yaml\"]", "");
    for at in INSTANTS {
        let slos = home.status("own.toml", at);
        let claims = [sloth(), pyrra(), openslo(at)].concat();
        hold(&home, &slos, at, &claims).await;
        if at == NOW {
            as_pasted(&home, &slos);
        }
    }
    // Sloth has no figure for a month in which nobody asked for anything for an hour: 0/0 is in its mean.
    let own = instant(home.server.port, &sloth_month_of_the_shop(), NOW).await;
    assert!(own.unwrap().is_nan());
}

/// What `import` prints, pasted under the backend, has the same figures under the same ids.
fn as_pasted(home: &Home, read: &BTreeMap<String, Value>) {
    let import = home.run(&["import", "slo", "--backend", "main"]);
    assert_eq!(import.code, 0, "{}", import.err);
    assert!(
        import.err.contains("slo/sloth.yaml:6") && import.err.contains("lack them: `severity`"),
        "{}",
        import.err
    );
    home.configure("pasted.toml", "", &import.out);
    let pasted = home.status("pasted.toml", NOW);
    assert_eq!(pasted.keys().collect::<Vec<_>>(), read.keys().collect::<Vec<_>>());
    for (id, slo) in read {
        assert_eq!(&pasted[id], slo, "{id}");
    }
    // Two children of each group at least, and the one with pages alone.
    assert!(pasted.len() > 18, "{:?}", pasted.keys());
    let alerts = pasted["shops/shop-errors"]["alerts"].as_array().unwrap();
    assert_eq!(alerts.iter().map(|alert| alert["severity"].as_str()).collect::<Vec<_>>(), [Some("page"); 2]);
}

/// What a rule of `group` records under `name`.
fn recorded<'r>(group: &'r Value, name: &str) -> Option<&'r str> {
    let rules = group["rules"].as_array().unwrap();
    rules.iter().find(|rule| rule["record"] == name).map(|rule| rule["expr"].as_str().unwrap())
}

#[tokio::test]
async fn rules_under_sloths_names_record_what_sloth_records() {
    let home = Home::new();
    home.configure("own.toml", "catalogue = [\"slo/sloth.yaml\"]", "");
    let args = ["rules", "--style", "sloth", "--config", "own.toml"];
    let done = home.run(&[&args[..], &["--out", "rules.yaml"]].concat());
    assert_eq!((done.code, done.out.as_str()), (0, ""), "{}", done.err);
    let said = Command::new("promtool")
        .args(["check", "rules", "rules.yaml"])
        .current_dir(home.folder.path())
        .output()
        .unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let json: Value = serde_json::from_str(&home.run(&[&args[..], &["--json"]].concat()).out).unwrap();
    let groups = json["groups"].as_array().unwrap();
    for (id, _, ratio) in SLOTHS {
        let id = id.replace('/', "-");
        let of = |part: &str| {
            let name = format!("sloth-slo-{part}-{id}");
            groups.iter().find(|group| group["name"] == name).unwrap_or_else(|| panic!("no {name}"))
        };
        let errors = of("sli-recordings");
        for (window, _) in WINDOWS {
            let ours = recorded(errors, &format!("slo:sli_error:ratio_rate{window}")).unwrap();
            same(&home, &id, ours, &ratio(window)).await;
        }
        let short = recorded(errors, "slo:sli_error:ratio_rate5m").unwrap();
        let period = recorded(errors, "slo:sli_error:ratio_rate30d").unwrap();
        let own = format!("slo:sli_error:ratio_rate5m{{sloth_id=\"{id}\", ");
        assert_eq!(period.matches(&own).count(), 2, "{period}");
        let inlined = period
            .split(&own)
            .map(|rest| rest.split_once("[30d]").map_or(rest, |(_, behind)| behind))
            .collect::<Vec<_>>()
            .join(&format!("({short})[30d:5m]"));
        same(&home, &id, &inlined, &mean(ratio)).await;
        let names = of("alerts")["rules"].as_array().unwrap();
        let name = id.trim_start_matches("shops-").split('-').map(capital).collect::<String>();
        assert!(names.iter().all(|rule| rule["alert"] == name), "{names:?}");
        assert_eq!(names.len(), if id == "shops-shop-errors" { 1 } else { 2 });
    }
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// Both at `NOW`, to the last digits that a quotient of sums may have of its own.
async fn same(home: &Home, id: &str, ours: &str, theirs: &str) {
    let (got, want) =
        (instant(home.server.port, ours, NOW).await, instant(home.server.port, theirs, NOW).await);
    let (got, want) = (got.unwrap(), want.unwrap());
    assert!((got - want).abs() <= 1e-12, "{id}: {got}, {want}\n{ours}\n{theirs}");
}
