//! What to ask next: the newest minutes first, then history backwards.
