//! The HTTP client of the REST interface.
