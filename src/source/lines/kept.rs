//! What of the ledgers and of the groups survives a restart.

use std::sync::Arc;

use super::{Line, Lines};
use crate::domain::slo::ledger::Ledger;
use crate::domain::slo::window::Window;
use crate::source::Source;
use crate::source::cache::Cache;
use crate::source::family::Family;

impl Lines {
    /// Brings back what an earlier run knew of everything that is new here; tells how far each is known.
    pub async fn settle(&mut self, source: &dyn Source) -> Vec<(String, Option<i64>)> {
        self.restore_families(source).await;
        let added = std::mem::take(&mut self.added);
        let new = |line: &&mut Line| !line.objective.is_parent() && added.contains(&line.objective.id);
        let lines: Vec<&mut Line> = self.all.iter_mut().filter(new).collect();
        if let Some(cache) = self.cache.clone() {
            restore(lines, cache).await;
        }
        self.known().into_iter().filter(|(id, _)| added.contains(id)).collect()
    }

    async fn restore_families(&mut self, source: &dyn Source) {
        let Some(cache) = self.cache.clone() else { return };
        let unknown: Vec<String> =
            self.families.iter().filter(|(_, f)| **f == Family::default()).map(|(k, _)| k.clone()).collect();
        if unknown.is_empty() {
            return;
        }
        let found = tokio::task::spawn_blocking(move || {
            unknown
                .into_iter()
                .filter_map(|key| Some((cache.recall(&key)?, key)))
                .collect::<Vec<(Family, String)>>()
        });
        for (family, key) in found.await.unwrap_or_default() {
            self.families.insert(key, family);
        }
        self.rebuild(source);
    }

    /// Writes every ledger; tells why not, with the path. With `together` another program may write the same ones.
    pub async fn save(&mut self, together: bool) -> Option<String> {
        let cache = self.cache.clone()?;
        let kept = self.counted().flat_map(|line| line.kept().map(|kept| (kept, line.reach)));
        let kept: Vec<_> = kept.map(|((key, ledger), reach)| (key, Arc::clone(ledger), reach)).collect();
        let (families, forgotten) = (self.families.clone(), std::mem::take(&mut self.forgotten));
        let folder = cache.folder().display().to_string();
        let written = tokio::task::spawn_blocking(move || {
            for key in &forgotten {
                cache.forget(key);
            }
            families.iter().try_for_each(|(key, family)| cache.remember(key, family))?;
            kept.iter().try_for_each(|(key, ledger, reach)| {
                if together { cache.save_together(key, ledger, *reach) } else { cache.save(key, ledger) }
            })
        });
        let error = written.await.ok()?.err()?;
        Some(format!("cannot keep ledgers in {folder}: {error}"))
    }
}

async fn restore(lines: Vec<&mut Line>, cache: Cache) {
    let asks: Vec<_> = lines.iter().map(|line| (line.keys(), line.reach)).collect();
    let found = tokio::task::spawn_blocking(move || {
        let load = |(keys, window): &(Vec<String>, Window)| {
            keys.iter()
                .map(|key| cache.load(key, *window).map(Arc::new))
                .collect::<Option<Vec<Arc<Ledger>>>>()
        };
        asks.iter().map(load).collect::<Vec<_>>()
    });
    for (line, ledgers) in lines.into_iter().zip(found.await.unwrap_or_default()) {
        // Counts and slices belong together: one without the other is asked again.
        let mut ledgers = ledgers.unwrap_or_default().into_iter();
        if let Some(counts) = ledgers.next() {
            line.ledger = counts;
            line.slices = ledgers.next();
        }
    }
}
