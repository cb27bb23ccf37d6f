//! The runbooks as they are now: loaded once, or watched for pages that people edit.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::task::spawn_blocking;

use super::runbook_folder::{Problem, Scan, fingerprint, scan};
use super::task::Task;
use crate::domain::runbook::library::{Document, Library};

/// How often the folders are looked at; only their listing is read unless something changed.
const EVERY: Duration = Duration::from_secs(2);

/// All pages, and what could not be read of them.
#[derive(Clone, Debug, Default)]
pub struct RunbookUpdate {
    pub runbooks: Arc<Library>,
    pub problems: Vec<Problem>,
}

impl RunbookUpdate {
    /// Pages that are in memory already, such as those the program brings along.
    pub fn of(documents: &[Document]) -> Self {
        Self { runbooks: Arc::new(Library::build(documents)), problems: Vec::new() }
    }
}

impl From<Scan> for RunbookUpdate {
    fn from(scan: Scan) -> Self {
        Self { problems: scan.problems, ..Self::of(&scan.documents) }
    }
}

/// Texts that the program brings along, as pages of the collection `root`.
pub fn embedded(root: &str, pages: &[(&str, &str)]) -> Vec<Document> {
    let document = |(path, text): &(&str, &str)| Document {
        root: root.to_owned(),
        path: (*path).to_owned(),
        text: (*text).to_owned(),
        modified: None,
    };
    pages.iter().map(document).collect()
}

/// Reads the folders once. Blocks on the file system.
pub fn load(folders: &[PathBuf]) -> RunbookUpdate {
    scan(folders).into()
}

/// Sends the pages of `folders` at once, and again after each change. Ends with the receiver or the task.
/// Must be called within a runtime.
pub fn watch<M>(folders: Vec<PathBuf>, sender: Sender<M>) -> Task
where
    M: From<RunbookUpdate> + Send + 'static,
{
    Task::spawn(follow(folders.into(), sender))
}

/// Files are read on a thread of their own: a dead network mount must not stop the screen.
async fn follow<M: From<RunbookUpdate>>(folders: Arc<[PathBuf]>, sender: Sender<M>) {
    let mut seen = None;
    loop {
        let folders = Arc::clone(&folders);
        let Ok((mark, update)) = spawn_blocking(move || look(&folders, seen)).await else { return };
        seen = Some(mark);
        if let Some(update) = update
            && sender.send(update.into()).await.is_err()
        {
            return;
        }
        tokio::select! {
            () = sender.closed() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// The mark is taken before the reading, so that an edit in between is seen by the next look.
fn look(folders: &[PathBuf], seen: Option<u64>) -> (u64, Option<RunbookUpdate>) {
    let mark = fingerprint(folders);
    (mark, (seen != Some(mark)).then(|| load(folders)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use tokio::sync::mpsc;

    fn titles(update: &RunbookUpdate) -> Vec<&str> {
        update.runbooks.pages.iter().map(|entry| entry.page.title.as_str()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn edited_pages_come_by_themselves_until_the_handle_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.md"), "# Alpha\n").unwrap();
        let (sender, mut inbox) = mpsc::channel::<RunbookUpdate>(4);
        let watch = watch(vec![dir.path().to_owned()], sender);
        assert_eq!(titles(&inbox.recv().await.unwrap()), ["Alpha"]);
        fs::write(dir.path().join("a.md"), "# Alpha, edited\n").unwrap();
        assert_eq!(titles(&inbox.recv().await.unwrap()), ["Alpha, edited"]);
        fs::remove_dir_all(dir.path()).unwrap();
        let gone = inbox.recv().await.unwrap();
        assert_eq!((titles(&gone).len(), gone.problems[0].message.as_str()), (0, "does not exist"));
        drop(watch);
        assert!(inbox.recv().await.is_none());
    }

    #[test]
    fn an_unchanged_folder_is_not_read_again() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.md"), "").unwrap();
        let folders = [dir.path().to_owned()];
        let (mark, first) = look(&folders, None);
        assert!(first.is_some());
        assert!(look(&folders, Some(mark)).1.is_none());
    }

    #[test]
    fn embedded_texts_are_a_collection() {
        let update = RunbookUpdate::of(&embedded("demo", &[("x.md", "# X\n"), ("y.md", "[x](x.md)")]));
        assert_eq!(update.runbooks.find("demo", "x.md"), Some(0));
        assert!(update.runbooks.dead_links().next().is_none());
    }
}
