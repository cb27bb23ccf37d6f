//! "Did you mean": the known word that a typed one was probably meant to be.

use strsim::damerau_levenshtein;

use super::shown::quoted;

/// Longest word that is compared with the known ones, in bytes.
const LONGEST: usize = 64;

/// The known word at the smallest distance, if that is at most a third of its length.
pub(crate) fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if typed.len() > LONGEST {
        return None;
    }
    let typed = typed.to_lowercase();
    known
        .into_iter()
        .map(|word| (damerau_levenshtein(&typed, &word.to_lowercase()), word))
        .filter(|(distance, word)| *distance <= (word.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// "did you mean `x`?", or the list of what there is, introduced by `list`.
pub(crate) fn suggest(typed: &str, list: &str, known: &[&str]) -> Option<String> {
    let listed =
        || format!("{list}: {}", known.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", "));
    match nearest(typed, known.iter().copied()) {
        Some(word) => Some(format!("did you mean `{}`?", quoted(word))),
        None if known.is_empty() => None,
        None => Some(listed()),
    }
}

/// The zone with a name like it; its last part alone, such as a city, will do.
pub(crate) fn nearest_zone(typed: &str) -> Option<&'static str> {
    let city = |zone: &'static str| zone.rsplit('/').next().unwrap_or(zone);
    let zones = || chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    let typed = typed.trim().replace(' ', "_");
    let whole = nearest(&typed, zones());
    whole.or_else(|| {
        let found = nearest(&typed, zones().map(city))?;
        zones().find(|zone| city(zone) == found)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_typos_and_nothing_else() {
        let known = ["target", "window", "sla", "sli"];
        assert_eq!(nearest("tagret", known), Some("target"));
        assert_eq!(nearest("Windwo", known), Some("window"));
        assert_eq!(nearest("slx", known), Some("sla"));
        assert_eq!(nearest("budget", known), None);
        assert_eq!(nearest(&"t".repeat(100_000), known), None);
    }

    #[test]
    fn finds_zones_by_name_and_by_city() {
        assert_eq!(nearest_zone("Europe/Berln"), Some("Europe/Berlin"));
        assert_eq!(nearest_zone("europe/berlin"), Some("Europe/Berlin"));
        assert_eq!(nearest_zone("Berlin"), Some("Europe/Berlin"));
        assert_eq!(nearest_zone("new york"), Some("America/New_York"));
        assert_eq!(nearest_zone("Mars/Olympus_Mons"), None);
    }
}
