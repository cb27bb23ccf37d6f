//! How much a tree weighs once its aliases are written out, so that a few lines cannot fill the memory.

/// Values in one file.
pub(super) const MOST_NODES: usize = 200_000;
/// Bytes of text in one file.
pub(super) const MOST_BYTES: usize = 16 * 1024 * 1024;
/// Collections in collections.
pub(super) const DEEPEST: usize = 64;

/// Of a node with all that is in it, each alias counted as what it stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) nodes: usize,
    pub(super) bytes: usize,
    /// Of collections: 0 for a scalar.
    pub(super) height: usize,
}

impl Size {
    pub(super) fn of_text(text: &str) -> Self {
        Self { nodes: 1, bytes: text.len(), height: 0 }
    }

    /// Of a collection of `parts`.
    pub(super) fn around(parts: impl Iterator<Item = Self>) -> Self {
        let empty = Self { nodes: 1, bytes: 0, height: 1 };
        parts.fold(empty, |all, part| Self {
            nodes: all.nodes.saturating_add(part.nodes),
            bytes: all.bytes.saturating_add(part.bytes),
            height: all.height.max(part.height + 1),
        })
    }
}
