//! The grammar by examples, and its laws by random ones.

mod errors;
mod matching;
mod parsing;
mod properties;
