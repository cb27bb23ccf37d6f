//! The five rules, each from an address or a name to the pages it fits equally well.

use std::collections::BTreeMap;

use super::{Match, Why};
use crate::domain::runbook::address::Address;
use crate::domain::runbook::library::{Library, Place, name_key};
use crate::domain::runbook::page::without_extension;

pub(super) fn matches(
    library: &Library,
    map: &BTreeMap<String, String>,
    address: &Address,
    alert: &str,
) -> Vec<Match> {
    let mapped = map.get(alert).map(|target| Address::parse(target)).unwrap_or_default();
    let key = name_key(alert);
    let rules: [&dyn Fn() -> Vec<Match>; 5] = [
        &|| placed(library, &by_suffix(library, &mapped), Why::Map, &mapped, &key),
        &|| placed(library, &by_suffix(library, address), Why::PathSuffix, address, &key),
        &|| placed(library, &by_last(library, address), Why::LastSegment, address, &key),
        &|| placed(library, &by_file(library, &key), Why::AlertFile, &Address::default(), &key),
        &|| by_heading(library, address, &key),
    ];
    rules.iter().map(|rule| rule()).find(|found| !found.is_empty()).unwrap_or_default()
}

/// Pages whose path and the address end alike: in two segments or more, or in the whole of either. A lone
/// `README.md` says nothing unless both are no more than that.
fn by_suffix(library: &Library, address: &Address) -> Vec<usize> {
    let asked = &address.segments;
    let length = |at: usize| {
        let page = &library.pages[at].page;
        let common = common_end(&page.path, asked, |a, b| a == b);
        let (of_asked, of_page) =
            (common == asked.len() && !address.outside, common == page.path.split('/').count());
        let enough = if is_index(page.stem()) { of_asked && of_page } else { of_asked || of_page };
        if common >= 2 || enough { common } else { 0 }
    };
    longest(candidates(library, address), length)
}

/// Pages with the last segment as their name, ignoring case; of these the ones whose folders agree most.
fn by_last(library: &Library, address: &Address) -> Vec<usize> {
    let length = |at: usize| {
        let alike = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
        common_end(&library.pages[at].page.path, &address.segments, alike)
    };
    let pages = candidates(library, address);
    if pages.iter().any(|at| is_index(library.pages[*at].page.stem())) {
        Vec::new()
    } else {
        longest(pages, length)
    }
}

fn by_file(library: &Library, key: &str) -> Vec<usize> {
    if key.is_empty() || is_index(key) {
        Vec::new()
    } else {
        library.by_name.get(key).cloned().unwrap_or_default()
    }
}

fn by_heading(library: &Library, address: &Address, key: &str) -> Vec<Match> {
    let named = |key: String| library.by_heading.get(&key).cloned().unwrap_or_default();
    let fragment = address.fragment.as_deref().map(name_key).filter(|f| f.starts_with("alertname"));
    let keys = fragment.into_iter().chain([format!("alertname{key}"), key.to_owned()]);
    let places = keys.filter(|_| !key.is_empty()).map(named).find(|places| !places.is_empty());
    let found = |place| Match { place, why: Why::AlertHeading, dead_anchor: None };
    places.unwrap_or_default().into_iter().map(found).collect()
}

fn candidates<'a>(library: &'a Library, address: &Address) -> &'a [usize] {
    let stem = address.segments.last().map(|last| without_extension(last).to_lowercase());
    stem.and_then(|stem| library.by_stem.get(&stem)).map_or(&[], Vec::as_slice)
}

fn is_index(stem: &str) -> bool {
    matches!(stem.to_lowercase().as_str(), "readme" | "index" | "_index")
}

fn longest(pages: &[usize], length: impl Fn(usize) -> usize) -> Vec<usize> {
    let most = pages.iter().map(|at| length(*at)).max().filter(|most| *most > 0);
    pages.iter().copied().filter(|at| Some(length(*at)) == most).collect()
}

/// Segments that a path and an address share at their ends; extensions of the last ones do not count.
fn common_end(path: &str, asked: &[String], alike: impl Fn(&str, &str) -> bool) -> usize {
    let pairs = path.rsplit('/').zip(asked.iter().rev()).enumerate();
    let same = |(index, (a, b)): &(usize, (&str, &String))| match index {
        0 => alike(without_extension(a), without_extension(b)),
        _ => alike(a, b),
    };
    pairs.take_while(same).count()
}

/// Pages as matches at the right place. If only some have the anchor asked for, only those are meant.
fn placed(library: &Library, pages: &[usize], why: Why, address: &Address, key: &str) -> Vec<Match> {
    let anchored = |page: usize| address.fragment.as_deref().and_then(|f| library.pages[page].page.anchor(f));
    let any = pages.iter().any(|page| anchored(*page).is_some());
    let meant = pages.iter().copied().filter(|page| !any || anchored(*page).is_some());
    meant
        .map(|page| {
            let block = anchored(page).or_else(|| own_heading(library, page, key));
            let dead_anchor = address.fragment.clone().filter(|_| anchored(page).is_none());
            Match { place: Place { page, block }, why, dead_anchor }
        })
        .collect()
}

/// The heading in a page that names the alert, unless it is the page's first.
fn own_heading(library: &Library, page: usize, key: &str) -> Option<usize> {
    let keys = [format!("alertname{key}"), key.to_owned()];
    let places = keys.iter().filter_map(|key| library.by_heading.get(key)).flatten();
    let block = places.filter(|place| place.page == page).find_map(|place| place.block)?;
    (block > 0).then_some(block)
}
