//! What all Kubernetes objects have above their `spec`.

use super::labels::{Labels, merged, texts};
use super::reader::Reader;
use crate::config::place::At;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    pub name: Option<At<String>>,
    pub namespace: Option<At<String>>,
    pub labels: Labels,
    pub annotations: Labels,
}

/// Makes the keys of an object known that its own reader does not ask for, and reads `metadata`.
pub(crate) fn metadata(reader: &mut Reader<'_, '_>) -> Metadata {
    for key in ["apiVersion", "kind", "status"] {
        reader.skip(key);
    }
    let Some(mut metadata) = reader.map("metadata") else { return Metadata::default() };
    Metadata {
        name: metadata.text("name"),
        namespace: metadata.text("namespace"),
        labels: merged(texts(metadata.string_map("labels"))),
        annotations: merged(texts(metadata.string_map("annotations"))),
    }
}
