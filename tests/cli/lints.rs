//! Doubts that `check` has about services and runbooks.

use std::fmt::Write;

use crate::kit::{Done, Machine, NOWHERE, backend};

const SHOP: &str = r#"
[[service]]
name = "shop"

[service.latency]
p99 = 'shop_p99_seconds'

[[slo]]
service = "shop"
name = "availability"
target = "99.9%"
window = "30d"
runbook = "errors.md#bad-deploy"
sli = { kind = "events", bad = 'shop_errors_total', total = 'shop_requests_total' }

[[slo]]
service = "shop"
name = "latency"
target = "99.9%"
window = "30d"
runbook = "errors.md"
sli = { kind = "latency", histogram = 'shop_seconds', threshold = "300ms" }
"#;

const ERRORS: &str = "# Errors\n\n## Bad deploy\n\nRoll back, see [web](https://wiki.example/no.md#no).\n";

/// What `check --short` says with these runbooks beside the configuration.
fn check(text: &str, pages: &[(&str, &str)]) -> Done {
    checked(text, pages, &["check", "--short"])
}

fn checked(text: &str, pages: &[(&str, &str)], args: &[&str]) -> Done {
    let machine = Machine::new();
    for (path, page) in pages {
        machine.write(&format!("books/{path}"), page);
    }
    let mut done = machine.run_with(&format!("runbooks = [\"books\"]\n{text}{}", backend(NOWHERE)), args);
    done.err = done.err.replace(&machine.home.path().display().to_string(), "");
    assert_eq!(done.code, 0, "doubts are warnings: {done:?}");
    done
}

fn lines(done: &Done) -> Vec<&str> {
    done.err.lines().collect()
}

#[test]
fn a_service_without_saturation_is_told_once_at_its_table() {
    let done = check(SHOP, &[("errors.md", ERRORS)]);
    assert_eq!(lines(&done).len(), 1, "two SLOs, one service: {}", done.err);
    assert!(
        done.err.starts_with("/burnwatch.toml:3:1: service `shop` has SLOs and no saturation"),
        "{done:?}"
    );
    let full = checked(SHOP, &[("errors.md", ERRORS)], &["check"]);
    for words in ["warning[BW088]", "burnwatch.toml:3:1", "[[service]]", "[service.saturation]"] {
        assert!(full.err.contains(words), "{words}: {}", full.err);
    }
}

#[test]
fn saturation_comes_from_a_preset_or_an_own_query_or_is_allowed() {
    let pages = [("errors.md", ERRORS)];
    let own = "[service.saturation]\npool = 'shop_pool'\n\n[service.latency]";
    for sound in [
        SHOP.replace("name = \"shop\"\n", "name = \"shop\"\npreset = \"http\"\n"),
        SHOP.replace("[service.latency]", own),
        SHOP.replace("[[slo]]", "[[slo]]\nallow = [\"no-saturation\"]"),
        sound(),
        format!("allow = [\"bw088\"]\n{SHOP}"),
        SHOP.replace("service = \"shop\"", "service = \"store\"")
            + "[[service]]\nname = \"store\"\npreset = \"http\"\n",
    ] {
        assert_eq!(check(&sound, &pages).err, "", "{sound}");
    }
}

/// The shop with nothing to be said of it.
fn sound() -> String {
    format!("allow = [\"no-saturation\"]\n{SHOP}")
}

#[test]
fn dead_links_have_file_line_and_target() {
    let shop = sound();
    let api = "# API\n\nWords, and\n[fine](../errors.md#bad-deploy), [one](../eror.md),\n[two](../errors.md#bad-deply).\n";
    let pages = [("errors.md", ERRORS), ("error.md", "# E\n"), ("api/latency.md", api)];
    let done = check(&shop, &pages);
    let said = [
        "/books/api/latency.md:4:40: the link to `../eror.md` is dead: there is no `eror.md` in this runbook folder; \
         did you mean `error.md`?",
        "/books/api/latency.md:5:7: the link to `../errors.md#bad-deply` is dead: `errors.md` has no heading \
         `#bad-deply`; did you mean `#bad-deploy`?",
    ];
    assert_eq!(lines(&done), said);
    let full = checked(&shop, &pages, &["check"]);
    for words in ["warning[BW089]", "/books/api/latency.md:4:40", "[one](../eror.md)"] {
        assert!(full.err.contains(words), "{words}: {}", full.err);
    }
    assert!(full.out.contains("0 errors, 2 warnings"), "{}", full.out);
    let allowed = check(&shop.replace("no-saturation\"", "no-saturation\", \"dead-link\""), &pages);
    assert_eq!(allowed.err, "");
}

#[test]
fn what_a_page_was_repaired_by_has_its_line() {
    let shop = sound();
    let torn = format!("{ERRORS}\n```sh\nkubectl get pods\n");
    let line = ERRORS.lines().count() + 2;
    let pages = [("errors.md", torn.as_str())];
    let told = format!("/books/errors.md:{line}:1: code block is never closed; its end was guessed");
    assert_eq!(lines(&check(&shop, &pages)), [told]);
    let full = checked(&shop, &pages, &["check"]);
    assert!(full.err.contains("warning[BW090]") && full.err.contains("```sh"), "{}", full.err);
    let allowed = check(&shop.replace("no-saturation\"", "no-saturation\", \"broken-page\""), &pages);
    assert_eq!(allowed.err, "");
}

#[test]
fn files_that_are_no_pages_are_not_dead() {
    let shop = sound();
    let more =
        format!("{ERRORS}[run](tools/run) [all](tools/) [plot](plot.svg) [out](../../x.md) [top](#top)\n");
    let done = check(&shop, &[("errors.md", &more), ("tools/run", "#!/bin/sh\n")]);
    assert_eq!(done.err, "");
    let odd = format!("{ERRORS}[a](%2Fetc%2Fpasswd) [b](\u{202e}x) [c](<\u{1b}[2J>)\n");
    let done = check(&shop, &[("errors.md", &odd)]);
    assert_eq!(lines(&done).len(), 2, "what cleans to nothing leads to the page itself: {}", done.err);
    assert!(!done.err.contains(['\u{1b}', '\u{202e}']), "{}", done.err);
}

#[test]
fn an_slos_anchor_is_looked_for_too() {
    let text = sound().replace("#bad-deploy", "#bad-day");
    let done = check(&text, &[("errors.md", ERRORS)]);
    assert_eq!(lines(&done).len(), 1, "{}", done.err);
    assert!(
        done.err.contains("burnwatch.toml:15:11: this runbook has no heading `#bad-day`"),
        "{}",
        done.err
    );
    let allowed = text.replace("#bad-day\"", "#bad-day\"\nallow = [\"dead-link\"]");
    assert_eq!(check(&allowed, &[("errors.md", ERRORS)]).err, "");
}

#[test]
fn many_dead_links_are_cut() {
    let many = |count: usize| {
        let mut page = ERRORS.to_owned();
        for at in 0..count {
            let _ = writeln!(page, "- [x](gone-{at}.md)");
        }
        let done = check(&sound(), &[("errors.md", &page)]);
        (done.err.lines().count(), done.err)
    };
    assert_eq!(many(50).0, 50);
    let (count, told) = many(5_000);
    assert_eq!(count, 51);
    assert!(told.contains("there are more than 50 dead links"), "{told}");
}
