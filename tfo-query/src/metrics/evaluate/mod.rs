//! From the points of series to values over time: plain functions over points in order, which know no engine.
//!
//! A question is answered in these pieces, each of which stands alone:
//! - [`grid`]: the steps that time is cut into;
//! - [`growth`]: what grows from the start of a series becomes how much it grew, with resets seen;
//! - [`number`], [`distribution`] ([`explicit`], [`exponential`]): what is measured, subtracted and merged;
//! - [`quantile`]: a value at a share of what lies in buckets;
//! - [`series`]: the points of one series, by their kind and what is asked;
//! - [`group`]: all of a group of series, aggregated step by step.

pub(crate) mod distribution;
pub(crate) mod explicit;
pub(crate) mod exponential;
pub(crate) mod grid;
pub(crate) mod group;
pub(crate) mod growth;
pub(crate) mod number;
pub(crate) mod quantile;
pub(crate) mod series;
