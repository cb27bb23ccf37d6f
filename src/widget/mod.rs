//! Drawing parts that know nothing of SLOs.
