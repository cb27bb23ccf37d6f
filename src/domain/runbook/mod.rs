//! Runbooks: Markdown as blocks, search, and the way from an alert to its page.
